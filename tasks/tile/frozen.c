#include "frozen.h"

#include "sdk/file.h"
#include "sdk/sha256.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBERS = 2 + TILE_DIMS + TILE_AXES + 1, FILE_CAP = 16 << 20, DIM_MAX = 1 << 20 };

static const char header[] = "split,kernel,family,epilogue,d0,d1,d2,d3,d4,t0,t1,t2,t3,ns\n";

void frozen_digest(const void *bytes, size_t length, char hex[FROZEN_DIGEST_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t digest[TASK_SHA256_BYTES];

    task_sha256(bytes, length, digest);
    for (int i = 0; i < TASK_SHA256_BYTES; i++) {
        hex[2 * i] = digits[digest[i] >> 4];
        hex[2 * i + 1] = digits[digest[i] & 15];
    }
    hex[FROZEN_DIGEST_BYTES - 1] = '\0';
}

void frozen_print(const struct tile_sample *sample, int number, struct task_buf *out)
{
    const struct tile_kernel *kernel = &sample->kernel;

    if (number == 0)
        task_buf_append(out, header, sizeof header - 1);
    for (int c = 0; c < sample->configs; c++) {
        task_buf_printf(out, "%s,%d,%s,%d", sample->split, number,
                        tile_family(kernel->family)->name, kernel->epilogue);
        for (int i = 0; i < TILE_DIMS; i++)
            task_buf_printf(out, ",%d", kernel->dims[i]);
        for (int i = 0; i < TILE_AXES; i++)
            task_buf_printf(out, ",%d", sample->config[c].tile[i]);
        task_buf_printf(out, ",%" PRId64 "\n", sample->runtime[c]);
    }
}

/* One row, taken apart. Numbers stand in the order of the header, without split and family.
 */
struct row {
    char split[PLAN_SPLIT_BYTES];
    int family;
    int64_t number[NUMBERS];
};

static bool take_word(const char **text, char *word, size_t size)
{
    size_t length = strcspn(*text, ",\n");

    if (length >= size || (*text)[length] != ',')
        return false;
    memcpy(word, *text, length);
    word[length] = '\0';
    *text += length + 1;
    return true;
}

static bool take_number(const char **text, char end, int64_t *number)
{
    char *stop;

    if (**text < '0' || **text > '9')
        return false;
    errno = 0;
    *number = strtoll(*text, &stop, 10);
    if (errno || *stop != end)
        return false;
    *text = stop + 1;
    return true;
}

static int family_by_name(const char *name)
{
    int id = 0;

    while (id < TILE_FAMILIES && strcmp(tile_family(id)->name, name) != 0)
        id++;
    return id;
}

static bool take_row(const char **text, struct row *row)
{
    char name[PLAN_SPLIT_BYTES];

    if (!take_word(text, row->split, sizeof row->split) ||
        !take_number(text, ',', &row->number[0]) || !take_word(text, name, sizeof name))
        return false;
    row->family = family_by_name(name);
    for (int i = 1; i < NUMBERS - 1; i++)
        if (!take_number(text, ',', &row->number[i]) || row->number[i] > DIM_MAX)
            return false;
    return take_number(text, '\n', &row->number[NUMBERS - 1]) &&
           row->family < TILE_FAMILIES;
}

static bool is_sound(const struct tile_sample *sample)
{
    const struct tile_family *family = tile_family(sample->kernel.family);
    const struct tile_config *config = &sample->config[sample->configs - 1];
    int extent[TILE_AXES];

    for (int i = 0; i < TILE_DIMS; i++)
        if ((i < family->dims) != (sample->kernel.dims[i] > 0))
            return false;
    tile_extents(&sample->kernel, extent);
    for (int i = 0; i < TILE_AXES; i++)
        if (i < family->axes ? config->tile[i] < 1 || config->tile[i] > extent[i]
                             : config->tile[i] != 0)
            return false;
    return sample->kernel.epilogue <= (TILE_BIAS | TILE_RELU) &&
           sample->runtime[sample->configs - 1] > 0;
}

/* Rows of a kernel stand together, kernels are numbered from 0 on. */
static struct tile_sample *sample_of(struct frozen *frozen, const struct row *row)
{
    if (row->number[0] == frozen->count) {
        frozen->samples =
            task_grow(frozen->samples, (size_t)frozen->count + 1, sizeof *frozen->samples);
        struct tile_sample *sample = &frozen->samples[frozen->count++];
        memset(sample, 0, sizeof *sample);
        memcpy(sample->split, row->split, sizeof sample->split);
        sample->kernel.family = row->family;
        sample->kernel.epilogue = (int)row->number[1];
        for (int i = 0; i < TILE_DIMS; i++)
            sample->kernel.dims[i] = (int)row->number[2 + i];
        return sample;
    }
    return row->number[0] == frozen->count - 1 ? &frozen->samples[frozen->count - 1] : NULL;
}

static bool add_row(struct frozen *frozen, const struct row *row)
{
    struct tile_sample *sample = sample_of(frozen, row);

    if (!sample || sample->configs == TILE_CONFIGS_MAX)
        return false;
    for (int i = 0; i < TILE_AXES; i++)
        sample->config[sample->configs].tile[i] = (int)row->number[2 + TILE_DIMS + i];
    sample->runtime[sample->configs++] = row->number[NUMBERS - 1];
    return is_sound(sample);
}

static bool parse(const char *text, struct frozen *frozen, struct task_error *err)
{
    struct row row;

    if (strncmp(text, header, sizeof header - 1) != 0)
        return task_fail(err, TASK_PACKAGE, "line 1: expected \"%.*s\"",
                         (int)(sizeof header - 2), header);
    text += sizeof header - 1;
    for (int line = 2; *text; line++)
        if (!take_row(&text, &row) || !add_row(frozen, &row))
            return task_fail(err, TASK_PACKAGE, "line %d: not a measured configuration",
                             line);
    return true;
}

static bool check_digest(const char *folder, const struct task_buf *csv,
                         struct task_error *err)
{
    task_auto_free char *path = task_strf("%s/host.json", folder);
    char hex[FROZEN_DIGEST_BYTES];
    json_t *host = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    const char *stated = json_string_value(json_object_get(host, "sha256"));

    frozen_digest(csv->data, csv->length, hex);
    if (!stated)
        task_fail(err, TASK_PACKAGE, "\"%s\" has no sha256 of kernels.csv", path);
    else if (strcmp(stated, hex) != 0)
        task_fail(err, TASK_PACKAGE,
                  "\"%s/kernels.csv\" is not the file that host.json names", folder);
    json_decref(host);
    return err->fault == TASK_OK;
}

bool frozen_load(const char *folder, struct frozen *frozen, struct task_error *err)
{
    task_auto_free char *path = task_strf("%s/kernels.csv", folder);
    task_auto_buf struct task_buf csv = TASK_BUF_INIT;

    memset(frozen, 0, sizeof *frozen);
    if (!task_file_read(path, FILE_CAP, &csv, err) || !check_digest(folder, &csv, err))
        return false;
    return parse(csv.data, frozen, err) || task_wrap(err, "\"%s\"", path);
}

void frozen_release(struct frozen *frozen)
{
    free(frozen->samples);
    memset(frozen, 0, sizeof *frozen);
}
