#include "model/entry.h"

#include "base/json.h"
#include "model/document.h"
#include "model/lookalike.h"
#include "model/name.h"

#include <stdlib.h>
#include <string.h>

enum {
    CAP_BYTES = 64 * 1024,
    MAX_MEMBERS = 32,
    MAX_WORDS = 256,
    MAX_WORD_BYTES = 4096,
    MAX_TASKS = 64,
    MAX_URL_BYTES = 2000,
};

static const struct document_kind kind = {
    .file = "entry.json",
    .schema = "podium.entry/1",
    .cap_bytes = CAP_BYTES,
    .fault = POD_ENTRY,
    .path_fault = POD_USAGE,
    .refuses_link = true,
};

/* What the table fills: the entry, and the part of the document that is read by hand. */
struct filled {
    struct entry entry;
    json_t *tasks;
};

#define FIELD(key, kind_, required, min_, max_)                                            \
    {                                                                                      \
#key, kind_, offsetof(struct filled, entry.key), required, min_, max_              \
    }

static const struct pod_field fields[] = {
    FIELD(name, POD_FIELD_STRING, true, 0, 0),
    FIELD(team, POD_FIELD_STRING, true, 0, 0),
    FIELD(members, POD_FIELD_NAMES, false, 0, MAX_MEMBERS),
    FIELD(url, POD_FIELD_STRING, false, 1, MAX_URL_BYTES),
    FIELD(license, POD_FIELD_STRING, false, 0, 0),
    FIELD(build, POD_FIELD_NAMES, false, 1, MAX_WORDS),
    {"tasks", POD_FIELD_OBJECT, offsetof(struct filled, tasks), true, 1, MAX_TASKS},
    {.key = NULL},
};

static bool check_shown(const struct document *document, const char *path, const char *text,
                        size_t max, struct pod_error *err)
{
    if (!text)
        return true;
    pod_auto_free char *where = pod_strf("%s: %s", document->name, path);
    return name_check(text, max, where, POD_ENTRY, err);
}

/* Team and name are what a board shows. */
static bool check_reserved(const struct document *document, const struct entry *entry,
                           struct pod_error *err)
{
    pod_auto_free char *name = pod_strf("%s: .name", document->name);
    pod_auto_free char *team = pod_strf("%s: .team", document->name);
    return name_check_reserved(entry->name, name, POD_ENTRY, err) &&
           name_check_reserved(entry->team, team, POD_ENTRY, err);
}

static bool check_url(const struct document *document, const char *url,
                      struct pod_error *err)
{
    pod_auto_free char *where = pod_strf("%s: .url", document->name);
    return !url || name_check_url(url, where, POD_ENTRY, err);
}

static bool check_names(const struct document *document, const struct entry *entry,
                        struct pod_error *err)
{
    if (!check_shown(document, ".name", entry->name, NAME_ENTRY_MAX, err) ||
        !check_shown(document, ".team", entry->team, NAME_TEAM_MAX, err) ||
        !check_shown(document, ".license", entry->license, NAME_ENTRY_MAX, err) ||
        !check_reserved(document, entry, err) || !check_url(document, entry->url, err))
        return false;
    for (size_t i = 0; i < entry->members.count; i++) {
        pod_auto_free char *path = pod_strf(".members[%zu]", i);
        if (!check_shown(document, path, entry->members.items[i], NAME_TEAM_MAX, err))
            return false;
    }
    return true;
}

/* A command's words go to execve as they are: any text, but a program first. */
static bool check_words(const struct document *document, const char *path,
                        const struct pod_names *words, struct pod_error *err)
{
    for (size_t i = 0; i < words->count; i++)
        if (strlen(words->items[i]) > MAX_WORD_BYTES)
            return pod_fail(err, POD_ENTRY, "%s: %s[%zu]: is longer than %d bytes",
                            document->name, path, i, MAX_WORD_BYTES);
    if (words->count > 0 && *words->items[0] == '\0')
        return pod_fail(err, POD_ENTRY, "%s: %s[0]: is empty, expected a program",
                        document->name, path);
    return true;
}

/* Below the entry's folder, by its plain name. */
static bool check_output(const struct document *document, const char *path,
                         const char *output, struct pod_error *err)
{
    if (output == NULL || strcmp(output, ".") == 0)
        return true;
    for (const char *part = output;;) {
        size_t length = strcspn(part, "/");
        bool is_dots = length <= 2 && strspn(part, ".") >= length;
        if (is_dots)
            return pod_fail(err, POD_ENTRY,
                            "%s: %s.output: is no folder below the entry's: no empty part, "
                            "\".\" or \"..\"",
                            document->name, path);
        if (part[length] == '\0')
            return true;
        part += length + 1;
    }
}

static bool check_protocol(const struct document *document, const char *path,
                           struct entry_task *task, struct pod_error *err)
{
    if (task->protocol == NULL)
        return true;
    task->speaks_text = strcmp(task->protocol, "text") == 0;
    return task->speaks_text || strcmp(task->protocol, "bin") == 0 ||
           pod_fail(err, POD_ENTRY, "%s: %s.protocol: expected \"bin\" or \"text\"",
                    document->name, path);
}

static bool read_task(const struct document *document, const char *id, json_t *value,
                      struct entry_task *out, struct pod_error *err)
{
    static const struct pod_field task_fields[] = {
        {"run", POD_FIELD_NAMES, offsetof(struct entry_task, run), false, 1, MAX_WORDS},
        {"output", POD_FIELD_STRING, offsetof(struct entry_task, output), false, 1, 255},
        {"protocol", POD_FIELD_STRING, offsetof(struct entry_task, protocol), false, 1, 16},
        {.key = NULL},
    };
    pod_auto_free char *where = pod_strf("%s: .tasks", document->name);
    if (!name_check_id(id, where, POD_ENTRY, err))
        return false;
    out->id = pod_strdup(id);
    pod_auto_free char *path = pod_strf(".tasks.%s", id);
    if (!pod_json_fill(value, &(struct pod_json_place){document->name, path, POD_ENTRY},
                       task_fields, out, err))
        return false;
    if ((out->run.count > 0) == (out->output != NULL))
        return pod_fail(err, POD_ENTRY,
                        "%s: %s: needs \"run\" (a command) or \"output\" (a folder with "
                        "its answers), one of them",
                        document->name, path);
    pod_auto_free char *run = pod_strf("%s.run", path);
    return check_protocol(document, path, out, err) &&
           check_words(document, run, &out->run, err) &&
           check_output(document, path, out->output, err);
}

static bool read_tasks(const struct document *document, json_t *tasks, struct entry *out,
                       struct pod_error *err)
{
    out->tasks = pod_alloc(json_object_size(tasks), sizeof *out->tasks);
    const char *id = NULL;
    json_t *value = NULL;
    json_object_foreach (tasks, id, value)
        if (!read_task(document, id, value, &out->tasks[out->task_count++], err))
            return false;
    return true;
}

bool entry_load(const char *path, struct entry *out, struct pod_error *err)
{
    document_auto struct document document = {0};
    if (!document_load(&kind, path, &document, err))
        return false;
    struct filled filled = {0};
    bool is_filled =
        pod_json_fill(document.root, &(struct pod_json_place){document.name, "", POD_ENTRY},
                      fields, &filled, err);
    *out = filled.entry;
    return is_filled && check_names(&document, out, err) &&
           check_words(&document, ".build", &out->build, err) &&
           read_tasks(&document, filled.tasks, out, err);
}

void entry_release(struct entry *entry)
{
    for (size_t i = 0; i < entry->task_count; i++) {
        free(entry->tasks[i].id);
        pod_names_release(&entry->tasks[i].run);
        free(entry->tasks[i].output);
        free(entry->tasks[i].protocol);
    }
    free(entry->tasks);
    free(entry->name);
    free(entry->team);
    free(entry->url);
    free(entry->license);
    pod_names_release(&entry->members);
    pod_names_release(&entry->build);
    *entry = (struct entry)ENTRY_INIT;
}

const struct entry_task *entry_task_find(const struct entry *entry, const char *task_id)
{
    for (size_t i = 0; i < entry->task_count; i++)
        if (strcmp(entry->tasks[i].id, task_id) == 0)
            return &entry->tasks[i];
    return NULL;
}
