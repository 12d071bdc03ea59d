#include "model/manifest.h"

#include "base/buf.h"
#include "base/fs.h"
#include "base/json.h"
#include "model/name.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    CAP_BYTES = 32 << 20,
    MAX_LINES = 100000,
    MAX_LINE_BYTES = 16384,
    MAX_URL_BYTES = 2000,
    SHOWN_PATH = 300,
};

static const char schema[] = "podium.manifest/1";

/* What the table fills, and what is read by hand. */
struct filled {
    struct manifest_row row;
    char *received_at;
};

#define FIELD(key, kind, required, min, max)                                               \
    {                                                                                      \
#key, kind, offsetof(struct filled, row.key), required, min, max                   \
    }

static const struct pod_field fields[] = {
    FIELD(id, POD_FIELD_STRING, true, 0, 0),
    FIELD(url, POD_FIELD_STRING, true, 1, MAX_URL_BYTES),
    FIELD(sha256, POD_FIELD_STRING, false, 0, 0),
    FIELD(blake2b, POD_FIELD_STRING, false, 0, 0),
    FIELD(bytes, POD_FIELD_INT, false, 1, 9007199254740992.0),
    FIELD(team, POD_FIELD_STRING, false, 0, 0),
    {"received_at", POD_FIELD_STRING, offsetof(struct filled, received_at), false, 0, 0},
    {.key = NULL},
};

/* Whether file: is allowed is not known here, only that it names no host. */
static bool check_url(const char *url, const char *where, struct pod_error *err)
{
    static const char local[] = "file:///";
    if (strncmp(url, local, sizeof local - 1) != 0)
        return name_check_url(url, where, POD_ENTRY, err);
    pod_auto_free char *as_web = pod_strf("http://%s", url + sizeof local - 1);
    struct pod_error ignored = POD_ERROR_INIT;
    return name_check_url(as_web, where, POD_ENTRY, &ignored) ||
           pod_fail(err, POD_ENTRY, "%s: is no file: address in plain ASCII", where);
}

static bool check_stamp(struct filled *filled, const char *name, struct pod_error *err)
{
    struct pod_error cause = POD_ERROR_INIT;
    filled->row.has_stamp = filled->received_at != NULL;
    return !filled->received_at ||
           pod_instant_parse(filled->received_at, &filled->row.received_at, &cause) ||
           pod_fail(err, POD_ENTRY, "%s: .received_at: %s", name, cause.message);
}

static bool check_row(struct filled *filled, const char *name, struct pod_error *err)
{
    const struct manifest_row *row = &filled->row;
    pod_auto_free char *id = pod_strf("%s: .id", name);
    pod_auto_free char *url = pod_strf("%s: .url", name);
    pod_auto_free char *sha256 = pod_strf("%s: .sha256", name);
    pod_auto_free char *blake2b = pod_strf("%s: .blake2b", name);
    pod_auto_free char *team = pod_strf("%s: .team", name);
    return name_check_id(row->id, id, POD_ENTRY, err) && check_url(row->url, url, err) &&
           (!row->sha256 || name_check_hex(row->sha256, sha256, POD_ENTRY, err)) &&
           (!row->blake2b || name_check_hex(row->blake2b, blake2b, POD_ENTRY, err)) &&
           (!row->team || name_check(row->team, NAME_TEAM_MAX, team, POD_ENTRY, err)) &&
           check_stamp(filled, name, err);
}

static bool parse_row(const char *bytes, size_t length, const char *name,
                      struct filled *filled, struct pod_error *err)
{
    if (length > MAX_LINE_BYTES)
        return pod_fail(err, POD_ENTRY, "%s: has more than %d bytes", name, MAX_LINE_BYTES);
    pod_auto_json json_t *root = pod_json_parse(bytes, length, name, POD_ENTRY, err);
    if (!root)
        return false;
    if (json_object_get(root, "schema") &&
        !pod_json_schema(root, name, schema, POD_ENTRY, err))
        return false;
    return pod_json_fill(root, &(struct pod_json_place){name, "", POD_ENTRY}, fields,
                         filled, err) &&
           check_row(filled, name, err);
}

static void release_row(struct manifest_row *row)
{
    free(row->problem);
    free(row->id);
    free(row->url);
    free(row->sha256);
    free(row->blake2b);
    free(row->team);
}

static void set_problem_take(struct manifest_row *row, char *problem)
{
    unsigned line = row->line;
    release_row(row);
    *row = (struct manifest_row){.line = line, .problem = problem};
}

static void read_row(const char *bytes, size_t length, const char *file, unsigned line,
                     struct manifest_row *out)
{
    pod_auto_free char *name = pod_strf("%s:%u", file, line);
    struct pod_error problem = POD_ERROR_INIT;
    struct filled filled = {.row = {.line = line}};
    bool is_good = parse_row(bytes, length, name, &filled, &problem);
    *out = filled.row;
    free(filled.received_at);
    if (!is_good)
        set_problem_take(out, pod_strdup(problem.message));
}

static bool is_blank(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!strchr(" \t\r", bytes[i]))
            return false;
    return true;
}

static bool read_rows(const struct pod_buf *text, const char *file, struct manifest *out,
                      struct pod_error *err)
{
    unsigned line = 0;
    size_t capacity = 0;
    for (size_t at = 0; at < text->length;) {
        const char *start = text->data + at;
        const char *end = memchr(start, '\n', text->length - at);
        size_t length = end ? (size_t)(end - start) : text->length - at;
        at += length + 1;
        if (++line > MAX_LINES)
            return pod_fail(err, POD_USAGE, "%s: has more than %d lines", file, MAX_LINES);
        if (is_blank(start, length))
            continue;
        if (out->count == capacity) {
            capacity = capacity ? capacity * 2 : 64;
            out->rows = pod_grow(out->rows, capacity, sizeof *out->rows);
        }
        read_row(start, length, file, line, &out->rows[out->count++]);
    }
    return out->count > 0 || pod_fail(err, POD_USAGE, "%s: holds no line", file);
}

/* Rows without a problem by id, then by line. */
static int compare_rows(const void *a, const void *b)
{
    const struct manifest_row *x = *(struct manifest_row *const *)a;
    const struct manifest_row *y = *(struct manifest_row *const *)b;
    int order = strcmp(x->id, y->id);
    return order != 0 ? order : (x->line > y->line) - (x->line < y->line);
}

/* Each repetition is bad, the first one stands. */
static void check_repetitions(struct manifest *manifest, const char *file)
{
    struct manifest_row **good = pod_alloc(manifest->count, sizeof *good);
    size_t count = 0;
    for (size_t i = 0; i < manifest->count; i++)
        if (!manifest->rows[i].problem)
            good[count++] = &manifest->rows[i];
    if (count > 0)
        qsort(good, count, sizeof *good, compare_rows);
    for (size_t first = 0, i = 1; i < count; i++) {
        if (strcmp(good[first]->id, good[i]->id) == 0)
            set_problem_take(good[i],
                             pod_strf("%s:%u: .id: \"%s\" is also that of line %u", file,
                                      good[i]->line, good[i]->id, good[first]->line));
        else
            first = i;
    }
    free(good);
}

static bool check_file(const char *path, const char *file, struct pod_error *err)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return pod_fail_errno(err, errno == EACCES ? POD_HOST : POD_USAGE,
                              "cannot open \"%s\"", file);
    if (!S_ISREG(st.st_mode))
        return pod_fail(err, POD_USAGE, "\"%s\" is not a regular file", file);
    return st.st_size <= CAP_BYTES ||
           pod_fail(err, POD_USAGE, "\"%s\" has more than %d MiB", file, CAP_BYTES >> 20);
}

bool manifest_load(const char *path, struct manifest *out, struct pod_error *err)
{
    pod_auto_free char *file = pod_str_shown(path, SHOWN_PATH);
    pod_auto_buf struct pod_buf text = POD_BUF_INIT;
    if (!check_file(path, file, err) || !pod_file_read(path, CAP_BYTES, &text, err) ||
        !read_rows(&text, file, out, err))
        return false;
    check_repetitions(out, file);
    return true;
}

void manifest_release(struct manifest *manifest)
{
    for (size_t i = 0; i < manifest->count; i++)
        release_row(&manifest->rows[i]);
    free(manifest->rows);
    *manifest = (struct manifest)MANIFEST_INIT;
}
