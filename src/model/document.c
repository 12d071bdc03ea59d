#include "model/document.h"

#include "base/buf.h"
#include "base/fs.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { SHOWN_PATH = 400 };

static bool check_path(const struct document_kind *kind, const struct document *document,
                       struct pod_error *err)
{
    struct stat st;
    if (kind->refuses_link && lstat(document->path, &st) == 0 && S_ISLNK(st.st_mode))
        return pod_fail(err, kind->fault, "%s: is a link, expected a regular file",
                        document->name);
    return true;
}

bool document_load(const struct document_kind *kind, const char *path, struct document *out,
                   struct pod_error *err)
{
    struct stat st;
    if (lstat(path, &st) != 0) {
        enum pod_fault fault = errno == EACCES ? POD_HOST : kind->path_fault;
        int saved = errno;
        pod_auto_free char *shown = pod_str_shown(path, SHOWN_PATH);
        errno = saved;
        return pod_fail_errno(err, fault, "cannot open \"%s\"", shown);
    }
    out->path = pod_path_is_dir(path) ? pod_path_join(path, kind->file) : pod_strdup(path);
    out->name = pod_str_shown(out->path, SHOWN_PATH);
    if (!check_path(kind, out, err))
        return false;
    out->root = pod_json_load(out->path, out->name, kind->cap_bytes, kind->fault, err);
    return out->root &&
           pod_json_schema(out->root, out->name, kind->schema, kind->fault, err);
}

void document_release(struct document *document)
{
    json_decref(document->root);
    free(document->path);
    free(document->name);
    *document = (struct document){0};
}

bool document_rewrap(const struct document *document, const char *path,
                     enum pod_fault fault, const struct pod_error *cause,
                     struct pod_error *err)
{
    return pod_fail(err, fault, "%s: %s: %s", document->name, path, cause->message);
}
