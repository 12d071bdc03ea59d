#include "spool.h"

#include "base/fs.h"
#include "base/json.h"
#include "model/name.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { RESULT_MAX = 64 << 20, NOTE_MAX = 65536, KEY_LENGTH = POD_DIGEST_HEX - 1 };

static const char note_schema[] = "podium.note/1";

static const char *const FOLDERS[] = {"arrays", "results", "notes", "aside"};

static const char *const NOTE_KINDS[] = {
#define X(name, text) [SPOOL_NOTE_##name] = text,
    SPOOL_NOTES(X)
#undef X
};

static char *below(const char *top, const char *folder)
{
    return pod_path_join(top, folder);
}

static bool draw_id(const char *path, char id[SPOOL_ID], struct pod_error *err)
{
    unsigned char bytes[(SPOOL_ID - 1) / 2];
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        return pod_fail_errno(err, POD_HOST, "cannot draw a random number");
    pod_auto_buf struct pod_buf text = POD_BUF_INIT;
    for (size_t i = 0; i < sizeof bytes; i++)
        pod_buf_printf(&text, "%02x", bytes[i]);
    memcpy(id, text.data, SPOOL_ID);
    pod_buf_puts(&text, "\n");
    return pod_file_write(path, text.data, text.length, err);
}

bool spool_open(const char *top, char id[SPOOL_ID], struct pod_error *err)
{
    for (size_t i = 0; i < sizeof FOLDERS / sizeof FOLDERS[0]; i++) {
        pod_auto_free char *folder = below(top, FOLDERS[i]);
        if (!pod_dir_make(folder, err))
            return false;
    }
    pod_auto_free char *path = below(top, "id");
    if (!pod_path_exists(path))
        return draw_id(path, id, err);
    pod_auto_buf struct pod_buf text = POD_BUF_INIT;
    if (!pod_file_read(path, SPOOL_ID, &text, err))
        return false;
    if (text.length != SPOOL_ID || strspn(text.data, "0123456789abcdef") != SPOOL_ID - 1)
        return pod_fail(err, POD_HOST, "'%s' is damaged: remove '%s' to start again", path,
                        top);
    memcpy(id, text.data, SPOOL_ID - 1);
    id[SPOOL_ID - 1] = '\0';
    return true;
}

char *spool_result_path(const char *top, const char *key)
{
    return pod_strf("%s/results/%s.json", top, key);
}

char *spool_array_path(const char *top, unsigned number)
{
    return pod_strf("%s/arrays/%u", top, number);
}

/* Results. */

static bool write_synced(int fd, const char *text, const char *path, struct pod_error *err)
{
    if (!pod_write_all(fd, text, strlen(text)) || fchmod(fd, 0644) < 0 || fsync(fd) < 0)
        return pod_fail_errno(err, POD_HOST, "cannot write '%s'", path);
    return true;
}

/* link(2) never replaces. Over NFS its answer may be lost and asked for again, which then
 * says EEXIST of our own link: the number of links tells. */
static bool link_first(int fd, const char *path, const char *final, bool *is_first,
                       struct pod_error *err)
{
    struct stat status;
    *is_first = link(path, final) == 0;
    if (*is_first)
        return true;
    if (errno != EEXIST)
        return pod_fail_errno(err, POD_HOST, "cannot link '%s'", final);
    *is_first = fstat(fd, &status) == 0 && status.st_nlink == 2;
    return true;
}

static bool sync_folder(const char *path, struct pod_error *err)
{
    pod_auto_fd int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) < 0)
        return pod_fail_errno(err, POD_HOST, "cannot sync '%s'", path);
    return true;
}

bool spool_commit(const char *top, const struct case_result *result, bool *is_first,
                  struct pod_error *err)
{
    pod_auto_json json_t *value = case_result_to_json(result, err);
    if (value == NULL)
        return false;
    pod_auto_free char *text = pod_json_print(value);
    pod_auto_free char *folder = below(top, "results");
    pod_auto_free char *final = spool_result_path(top, result->key.hex);
    pod_auto_free char *path = pod_strf("%s/.part-XXXXXX", folder);
    pod_auto_fd int fd = mkostemp(path, O_CLOEXEC);
    if (fd < 0)
        return pod_fail_errno(err, POD_HOST, "cannot create a file in '%s'", folder);
    bool done =
        write_synced(fd, text, path, err) && link_first(fd, path, final, is_first, err);
    (void)unlink(path); /* a name that nobody looks at */
    return done && sync_folder(folder, err);
}

/* KEY.json; anything else in the folder is not ours to read. */
static bool is_result_name(const char *name)
{
    return strspn(name, "0123456789abcdef") == KEY_LENGTH &&
           strcmp(name + KEY_LENGTH, ".json") == 0;
}

bool spool_list_results(const char *top, struct pod_names *keys, struct pod_error *err)
{
    pod_auto_free char *folder = below(top, "results");
    pod_auto_names struct pod_names names = POD_NAMES_INIT;
    if (!pod_dir_list(folder, &names, err))
        return false;
    for (size_t i = 0; i < names.count; i++)
        if (is_result_name(names.items[i]))
            pod_names_add_take(keys, pod_strf("%.*s", (int)KEY_LENGTH, names.items[i]));
    return true;
}

bool spool_read_result(const char *top, const char *key, struct case_result *result,
                       bool *is_unread, struct pod_error *err)
{
    pod_auto_free char *path = spool_result_path(top, key);
    pod_auto_buf struct pod_buf text = POD_BUF_INIT;
    *is_unread = !pod_file_read(path, RESULT_MAX, &text, err);
    if (*is_unread)
        return false;
    pod_auto_free char *name = pod_strf("results/%.16s", key);
    pod_auto_json json_t *value =
        pod_json_parse(text.data, text.length, name, POD_HOST, err);
    if (value == NULL || !case_result_parse(value, name, result, err))
        return false;
    if (strcmp(result->key.hex, key) != 0)
        return pod_fail(err, POD_HOST, "%s: .key: is that of another result", name);
    if (result->verdict == VERDICT_JE)
        return pod_fail(err, POD_HOST, "%s: .verdict: a judge error is no result", name);
    return true;
}

static bool move(const char *from, const char *to, struct pod_error *err)
{
    if (rename(from, to) < 0 && errno != ENOENT)
        return pod_fail_errno(err, POD_HOST, "cannot rename '%s'", from);
    return true;
}

bool spool_end_array(const char *top, unsigned number, struct pod_error *err)
{
    pod_auto_free char *from = spool_array_path(top, number);
    pod_auto_free char *to = pod_strf("%s/aside/%u", top, number);
    return move(from, to, err);
}

bool spool_set_aside(const char *top, const char *key, struct pod_error *err)
{
    pod_auto_free char *from = spool_result_path(top, key);
    pod_auto_free char *to = pod_strf("%s/aside/result-%s.json", top, key);
    return move(from, to, err);
}

/* Notes. */

struct filled_note {
    char *kind, *key, *node, *message;
};

#define TEXT(key, member, min, max)                                                        \
    {                                                                                      \
        key, POD_FIELD_STRING, offsetof(struct filled_note, member), true, min, max        \
    }

static const struct pod_field note_fields[] = {
    TEXT("kind", kind, 1, 64),
    TEXT("key", key, KEY_LENGTH, KEY_LENGTH),
    TEXT("node", node, 0, 256),
    TEXT("message", message, 0, NOTE_MAX),
    {.key = NULL},
};

bool spool_put_note(const char *top, const struct spool_note *note, struct pod_error *err)
{
    /* A name of its own, so that notes of two nodes never meet. */
    pod_auto_free char *path = pod_strf("%s/notes/.part-XXXXXX", top);
    pod_auto_fd int fd = mkostemp(path, O_CLOEXEC);
    if (fd < 0)
        return pod_fail_errno(err, POD_HOST, "cannot create a note in '%s'", top);
    pod_auto_free char *message = pod_str_shown(note->message, 1000);
    pod_auto_json json_t *value = json_pack(
        "{s:s, s:s, s:s, s:s, s:s}", "schema", note_schema, "kind", NOTE_KINDS[note->kind],
        "key", note->key.hex, "node", note->node, "message", message);
    if (value == NULL)
        return pod_fail(err, POD_BUG, "cannot print a note");
    pod_auto_free char *text = pod_json_print(value);
    pod_auto_free char *final =
        pod_strf("%s/notes/note-%s.json", top, path + strlen(path) - 6);
    if (!write_synced(fd, text, path, err))
        return false;
    return rename(path, final) == 0 ||
           pod_fail_errno(err, POD_HOST, "cannot rename '%s'", path);
}

static bool find_kind(const char *text, enum spool_note_kind *kind)
{
    for (size_t i = 0; i < sizeof NOTE_KINDS / sizeof NOTE_KINDS[0]; i++)
        if (strcmp(NOTE_KINDS[i], text) == 0) {
            *kind = (enum spool_note_kind)i;
            return true;
        }
    return false;
}

static bool show_note(const char *path, spool_visit_note visit, void *context,
                      struct pod_error *err)
{
    struct pod_error ignored = POD_ERROR_INIT; /* a note is a bonus: results decide */
    pod_auto_json json_t *value = pod_json_load(path, path, NOTE_MAX, POD_HOST, &ignored);
    const struct pod_json_place root = {path, "", POD_HOST};
    struct filled_note filled = {NULL, NULL, NULL, NULL};
    bool done = value != NULL &&
                pod_json_schema(value, path, note_schema, POD_HOST, &ignored) &&
                pod_json_fill(value, &root, note_fields, &filled, &ignored);
    struct spool_note note = {.node = filled.node, .message = filled.message};
    bool goes_on = true;
    if (done && find_kind(filled.kind, &note.kind)) {
        memcpy(note.key.hex, filled.key, sizeof note.key.hex);
        goes_on = visit(context, &note, err);
    }
    free(filled.kind);
    free(filled.key);
    free(filled.node);
    free(filled.message);
    return goes_on;
}

bool spool_take_notes(const char *top, spool_visit_note visit, void *context,
                      struct pod_error *err)
{
    pod_auto_free char *folder = below(top, "notes");
    pod_auto_names struct pod_names names = POD_NAMES_INIT;
    if (!pod_dir_list(folder, &names, err))
        return false;
    for (size_t i = 0; i < names.count; i++) {
        if (names.items[i][0] == '.')
            continue;
        pod_auto_free char *path = pod_path_join(folder, names.items[i]);
        if (!show_note(path, visit, context, err))
            return false;
        if (unlink(path) < 0 && errno != ENOENT)
            return pod_fail_errno(err, POD_HOST, "cannot remove '%s'", path);
    }
    return true;
}
