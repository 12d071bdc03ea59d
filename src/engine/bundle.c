#include "bundle.h"

#include "base/buf.h"
#include "base/crypto.h"
#include "base/json.h"
#include "model/name.h"

#include <stdlib.h>
#include <string.h>

static const char SCHEMA[] = "podium.bundle/1";

/* Before and after the signature's digits. */
static const char SIGNATURE_OPEN[] = "  \"signature\": \"", SIGNATURE_CLOSE[] = "\"\n}\n";

enum { FOLDER_DIGITS = 16 };

static const double INTEGER_MAX = 9007199254740991.0;

/* Filling. */

void bundle_add_file(struct bundle *bundle, const char *name, const void *bytes,
                     size_t length)
{
    struct pod_digest digest = pod_sha256_bytes(bytes, length);
    bundle->files[bundle->file_count++] =
        (struct bundle_file){.path = pod_strdup(name),
                             .bytes = (int64_t)length,
                             .sha256 = pod_strdup(digest.hex)};
}

void bundle_place(struct bundle *bundle)
{
    struct pod_hash *hash = pod_hash_new();
    for (size_t i = 0; i < bundle->file_count; i++) {
        pod_hash_text(hash, bundle->files[i].path);
        pod_hash_text(hash, bundle->files[i].sha256);
    }
    struct pod_digest digest = pod_hash_finish_take(hash);
    for (size_t i = 0; i < bundle->file_count; i++) {
        char *name = bundle->files[i].path;
        bundle->files[i].path =
            pod_strf("boards/%06lld-%.*s/%s", (long long)bundle->log_seq, FOLDER_DIGITS,
                     digest.hex, name);
        free(name);
    }
}

const char *bundle_file_name(const struct bundle_file *file)
{
    const char *slash = strrchr(file->path, '/');
    return slash ? slash + 1 : file->path;
}

const struct bundle_file *bundle_find(const struct bundle *bundle, const char *name)
{
    for (size_t i = 0; i < bundle->file_count; i++)
        if (strcmp(bundle_file_name(&bundle->files[i]), name) == 0)
            return &bundle->files[i];
    return NULL;
}

/* Printing. */

static json_t *make_files(const struct bundle *bundle)
{
    json_t *files = json_array();
    for (size_t i = 0; i < bundle->file_count; i++) {
        const struct bundle_file *file = &bundle->files[i];
        json_t *object = json_pack("{s:s, s:I, s:s}", "path", file->path, "bytes",
                                   (json_int_t)file->bytes, "sha256", file->sha256);
        if (json_array_append_new(files, object) != 0)
            pod_out_of_memory();
    }
    return files;
}

char *bundle_print(const struct bundle *bundle, const struct pod_secret_key *key)
{
    char as_of[POD_INSTANT_TEXT], signature[POD_SIGNATURE_HEX];
    pod_instant_format(bundle->as_of, as_of);
    pod_auto_json json_t *object = json_pack(
        "{s:s, s:s, s:s, s:I, s:s, s:s*, s:o, s:s, s:s}", "schema", SCHEMA, "competition",
        bundle->competition, "as_of", as_of, "log_seq", (json_int_t)bundle->log_seq,
        "log_head", bundle->log_head, "forced", bundle->forced, "files", make_files(bundle),
        "key", key->public_hex, "signature", "");
    if (object == NULL)
        pod_out_of_memory();
    pod_auto_free char *text = pod_json_print(object);
    text[strlen(text) - strlen(SIGNATURE_OPEN) - strlen(SIGNATURE_CLOSE)] = '\0';
    pod_sign(key, BUNDLE_PURPOSE, text, signature);
    return pod_strf("%s%s%s%s", text, SIGNATURE_OPEN, signature, SIGNATURE_CLOSE);
}

/* Parsing. */

struct bundle_texts {
    char *as_of, *signature;
    json_t *files;
};

/* A path leads to a folder below the manifest's own and not elsewhere, in a URL as well. */
static bool check_path(const char *path, const char *where, struct pod_error *err)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/";
    bool is_fine = path[0] != '/' && path[strspn(path, allowed)] == '\0' &&
                   strstr(path, "//") == NULL && strstr(path, "/.") == NULL &&
                   path[0] != '.' && path[strlen(path) - 1] != '/';
    return is_fine || pod_fail(err, POD_ENTRY, "%s: is no path of a published file", where);
}

static bool read_file(json_t *object, const char *name, size_t index,
                      struct bundle_file *out, struct pod_error *err)
{
    static const struct pod_field fields[] = {
        {"path", POD_FIELD_STRING, offsetof(struct bundle_file, path), true, 1, 200},
        {"bytes", POD_FIELD_INT, offsetof(struct bundle_file, bytes), true, 0, INTEGER_MAX},
        {"sha256", POD_FIELD_STRING, offsetof(struct bundle_file, sha256), true, 64, 64},
        {.key = NULL},
    };
    pod_auto_free char *path = pod_strf(".files[%zu]", index);
    pod_auto_free char *where = pod_strf("%s: %s.path", name, path);
    pod_auto_free char *digest = pod_strf("%s: %s.sha256", name, path);
    const struct pod_json_place place = {name, path, POD_ENTRY};
    return pod_json_fill(object, &place, fields, out, err) &&
           check_path(out->path, where, err) &&
           name_check_hex(out->sha256, digest, POD_ENTRY, err);
}

static bool read_files(const struct bundle_texts *texts, const char *name,
                       struct bundle *out, struct pod_error *err)
{
    size_t index;
    json_t *object;
    json_array_foreach (texts->files, index, object) {
        out->file_count = index + 1;
        if (!read_file(object, name, index, &out->files[index], err))
            return false;
    }
    return true;
}

/* Whoever asks for a file by its name must get the one that everybody gets. */
static bool check_names(const char *name, const struct bundle *bundle,
                        struct pod_error *err)
{
    for (size_t i = 0; i < bundle->file_count; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(bundle_file_name(&bundle->files[i]),
                       bundle_file_name(&bundle->files[j])) == 0)
                return pod_fail(err, POD_ENTRY, "%s: .files[%zu].path: is there twice",
                                name, i);
    return true;
}

/* The bytes before the signature are what was signed, whatever JSON says that they mean. */
static bool check_signature(const char *text, size_t length, const char *name,
                            const struct bundle *bundle, struct pod_error *err)
{
    size_t open = strlen(SIGNATURE_OPEN), close = strlen(SIGNATURE_CLOSE);
    size_t digits = POD_SIGNATURE_HEX - 1, tail = open + digits + close;
    const char *at = length > tail ? text + length - tail : NULL;
    if (at == NULL || memcmp(at, SIGNATURE_OPEN, open) != 0 ||
        memcmp(at + open + digits, SIGNATURE_CLOSE, close) != 0)
        return pod_fail(err, POD_ENTRY, "%s: does not end with its signature", name);
    pod_auto_free char *body = pod_strf("%.*s", (int)(length - tail), text);
    pod_auto_free char *signature = pod_strf("%.*s", (int)digits, at + open);
    return pod_signature_holds(bundle->key, BUNDLE_PURPOSE, body, signature) ||
           pod_fail(err, POD_ENTRY, "%s: .signature does not hold", name);
}

static bool check_values(const struct bundle_texts *texts, const char *name,
                         struct bundle *out, struct pod_error *err)
{
    struct pod_error problem = POD_ERROR_INIT;
    pod_auto_free char *head = pod_strf("%s: .log_head", name);
    pod_auto_free char *competition = pod_strf("%s: .competition", name);
    if (!pod_instant_parse(texts->as_of, &out->as_of, &problem))
        return pod_fail(err, POD_ENTRY, "%s: .as_of: %s", name, problem.message);
    return name_check_id(out->competition, competition, POD_ENTRY, err) &&
           name_check_hex(out->log_head, head, POD_ENTRY, err) &&
           read_files(texts, name, out, err) && check_names(name, out, err);
}

/* struct bundle and what of it is only text, filled in one go. */
struct bundle_form {
    struct bundle_texts texts;
    struct bundle bundle;
};

#define TEXT(name, least, most)                                                            \
    {                                                                                      \
#name, POD_FIELD_STRING, offsetof(struct bundle_form, bundle.name), true, least,   \
            most                                                                           \
    }

static const struct pod_field FIELDS[] = {
    TEXT(competition, 1, NAME_ID_MAX),
    {"as_of", POD_FIELD_STRING, offsetof(struct bundle_form, texts.as_of), true, 1, 64},
    {"log_seq", POD_FIELD_INT, offsetof(struct bundle_form, bundle.log_seq), true, 1,
     INTEGER_MAX},
    TEXT(log_head, 64, 64),
    {"forced", POD_FIELD_STRING, offsetof(struct bundle_form, bundle.forced), false, 1,
     4096},
    {"files", POD_FIELD_ARRAY, offsetof(struct bundle_form, texts.files), true, 1,
     BUNDLE_FILES_MAX},
    TEXT(key, 64, 64),
    {"signature", POD_FIELD_STRING, offsetof(struct bundle_form, texts.signature), true,
     128, 128},
    {.key = NULL},
};

bool bundle_parse(const char *text, size_t length, const char *name, struct bundle *out,
                  struct pod_error *err)
{
    struct bundle_form form = {.texts = {NULL, NULL, NULL}};
    const struct pod_json_place where = {name, "", POD_ENTRY};
    memset(out, 0, sizeof *out);
    if (length > BUNDLE_TEXT_MAX || memchr(text, '\0', length) != NULL)
        return pod_fail(err, POD_ENTRY, "%s: is no manifest of a board", name);
    pod_auto_json json_t *object = pod_json_parse(text, length, name, POD_ENTRY, err);
    bool done = object != NULL && pod_json_schema(object, name, SCHEMA, POD_ENTRY, err) &&
                pod_json_fill(object, &where, FIELDS, &form, err);
    *out = form.bundle;
    done = done && check_values(&form.texts, name, out, err) &&
           check_signature(text, length, name, out, err);
    free(form.texts.as_of);
    free(form.texts.signature);
    return done;
}

void bundle_release(struct bundle *bundle)
{
    for (size_t i = 0; i < bundle->file_count; i++) {
        free(bundle->files[i].path);
        free(bundle->files[i].sha256);
    }
    free(bundle->competition);
    free(bundle->log_head);
    free(bundle->forced);
    free(bundle->key);
    memset(bundle, 0, sizeof *bundle);
}
