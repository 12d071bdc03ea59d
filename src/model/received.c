#include "model/received.h"

#include "base/buf.h"
#include "base/json.h"

#include <stdlib.h>
#include <string.h>

enum { CAP_BYTES = 32 << 20, SHOWN_FOLDER = 120 };

static const char schema[] = "podium.received/1";

struct row_texts {
    char *received_at;
    int64_t seq;
};

static const struct pod_field row_fields[] = {
    {"received_at", POD_FIELD_STRING, offsetof(struct row_texts, received_at), true, 0, 0},
    {"seq", POD_FIELD_INT, offsetof(struct row_texts, seq), true, 1, 9007199254740992.0},
    {.key = NULL},
};

/* Another spelling of a folder ("./a", "a/", "a//b") would not be found. */
static bool is_plain_path(const char *folder)
{
    const char *part = folder;
    for (;;) {
        size_t length = strcspn(part, "/");
        bool is_dot = length == 1 && part[0] == '.';
        bool is_up = length == 2 && part[0] == '.' && part[1] == '.';
        if (length == 0 || is_dot || is_up)
            return false;
        if (part[length] == '\0')
            return true;
        part += length + 1;
    }
}

static char *row_path(const char *folder)
{
    pod_auto_free char *shown = pod_str_shown(folder, SHOWN_FOLDER);
    return pod_strf(".entries[\"%s\"]", shown);
}

static bool read_row(const char *name, const char *folder, json_t *value,
                     struct received_row *out, struct pod_error *err)
{
    pod_auto_free char *path = row_path(folder);
    if (!is_plain_path(folder))
        return pod_fail(err, POD_HOST,
                        "%s: %s: is no folder relative to this file: no empty part, \".\" "
                        "or \"..\"",
                        name, path);
    out->folder = pod_strdup(folder);
    struct row_texts texts = {0};
    bool is_filled = pod_json_fill(value, &(struct pod_json_place){name, path, POD_HOST},
                                   row_fields, &texts, err);
    pod_auto_free char *received_at = texts.received_at;
    if (!is_filled)
        return false;
    out->seq = texts.seq;
    struct pod_error cause = POD_ERROR_INIT;
    return pod_instant_parse(received_at, &out->received_at, &cause) ||
           pod_fail(err, POD_HOST, "%s: %s.received_at: %s", name, path, cause.message);
}

static bool read_rows(const char *name, json_t *entries, struct received *out,
                      struct pod_error *err)
{
    out->rows = pod_alloc(json_object_size(entries), sizeof *out->rows);
    const char *folder = NULL;
    json_t *value = NULL;
    json_object_foreach (entries, folder, value)
        if (!read_row(name, folder, value, &out->rows[out->count++], err))
            return false;
    return true;
}

static int compare_seq(const void *a, const void *b)
{
    const struct received_row *x = a, *y = b;
    return (x->seq > y->seq) - (x->seq < y->seq);
}

static int compare_folder(const void *a, const void *b)
{
    const struct received_row *x = a, *y = b;
    return strcmp(x->folder, y->folder);
}

/* Order of arrival breaks ties on the board: two entries cannot share a place. */
static bool check_seq(const char *name, struct received *received, struct pod_error *err)
{
    qsort(received->rows, received->count, sizeof *received->rows, compare_seq);
    for (size_t i = 1; i < received->count; i++) {
        const struct received_row *row = &received->rows[i];
        if (row[-1].seq != row->seq)
            continue;
        bool is_first = strcmp(row[-1].folder, row->folder) < 0;
        pod_auto_free char *path = row_path(is_first ? row->folder : row[-1].folder);
        pod_auto_free char *other = row_path(is_first ? row[-1].folder : row->folder);
        return pod_fail(err, POD_HOST, "%s: %s.seq: %lld is also that of %s", name, path,
                        (long long)row->seq, other);
    }
    return true;
}

bool received_load(const char *path, struct received *out, struct pod_error *err)
{
    pod_auto_free char *name = pod_str_shown(path, 400);
    pod_auto_json json_t *root = pod_json_load(path, name, CAP_BYTES, POD_HOST, err);
    if (!root || !pod_json_schema(root, name, schema, POD_HOST, err))
        return false;
    static const struct pod_field root_fields[] = {
        {"entries", POD_FIELD_OBJECT, 0, true, 0, 0},
        {.key = NULL},
    };
    json_t *entries = NULL;
    if (!pod_json_fill(root, &(struct pod_json_place){name, "", POD_HOST}, root_fields,
                       &entries, err) ||
        !read_rows(name, entries, out, err) || !check_seq(name, out, err))
        return false;
    qsort(out->rows, out->count, sizeof *out->rows, compare_folder);
    return true;
}

void received_release(struct received *received)
{
    for (size_t i = 0; i < received->count; i++)
        free(received->rows[i].folder);
    free(received->rows);
    *received = (struct received)RECEIVED_INIT;
}

const struct received_row *received_find(const struct received *received,
                                         const char *folder)
{
    size_t low = 0, high = received->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(received->rows[middle].folder, folder);
        if (order == 0)
            return &received->rows[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}
