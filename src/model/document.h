/* document.h - open a JSON file that describes something: entry, task, competition.
 *
 * Only for src/model. Calling sequence: document_load by a kind, read root, put name before
 * each message, document_release (also after a failure).
 */
#ifndef MODEL_DOCUMENT_H
#define MODEL_DOCUMENT_H

#include "base/error.h"
#include "base/json.h"

#include <stddef.h>

struct document_kind {
    const char *file;   /* name inside a folder: "entry.json" */
    const char *schema; /* "podium.entry/1" */
    size_t cap_bytes;
    enum pod_fault fault;      /* a bad document */
    enum pod_fault path_fault; /* a path that is not there */
    bool refuses_link;
};

struct document {
    json_t *root;
    char *path; /* of the file */
    char *name; /* path made fit for messages: a folder's name may come from an entry */
};

/* path is the file or a folder that holds it. The schema is checked. */
bool document_load(const struct document_kind *kind, const char *path, struct document *out,
                   struct pod_error *err);
void document_release(struct document *document);

#define document_auto __attribute__((cleanup(document_release)))

/* Messages about instants and the like, made with a path in the document: "name: path: ".
 */
bool document_rewrap(const struct document *document, const char *path,
                     enum pod_fault fault, const struct pod_error *cause,
                     struct pod_error *err);

#endif
