#include "sources.h"

#include "base/fs.h"
#include "model/received.h"
#include "search.h"

#include <stdlib.h>
#include <string.h>

void sources_init(struct sources *sources)
{
    memset(sources, 0, sizeof *sources);
}

void sources_release(struct sources *sources)
{
    free(sources->items);
    manifest_release(&sources->manifest);
    pod_names_release(&sources->strings);
    memset(sources, 0, sizeof *sources);
}

static const char *keep_take(struct sources *sources, char *text)
{
    pod_names_add_take(&sources->strings, text);
    return text;
}

static struct intake_item *add_item(struct sources *sources, const char *path,
                                    const char *origin)
{
    sources->items = pod_grow(sources->items, sources->count + 1, sizeof *sources->items);
    struct intake_item *item = &sources->items[sources->count++];
    *item = (struct intake_item){
        .path = keep_take(sources, pod_strdup(path)),
        .origin = keep_take(sources, pod_str_shown(origin, 300)),
    };
    return item;
}

static int compare_arrival(const void *a, const void *b)
{
    const struct received_row *x = a, *y = b;
    if (x->received_at != y->received_at)
        return x->received_at < y->received_at ? -1 : 1;
    return (x->seq > y->seq) - (x->seq < y->seq);
}

/* Everything that was stamped, in that order; what is not there is refused by name later.
 */
static bool add_stamped(struct sources *sources, const char *folder, const char *stamps,
                        struct pod_error *err)
{
    received_auto struct received received = RECEIVED_INIT;
    if (!received_load(stamps, &received, err))
        return false;
    qsort(received.rows, received.count, sizeof *received.rows, compare_arrival);
    for (size_t i = 0; i < received.count; i++) {
        pod_auto_free char *path = pod_path_join(folder, received.rows[i].folder);
        struct intake_item *item = add_item(sources, path, received.rows[i].folder);
        item->has_stamp = true;
        item->received_at = received.rows[i].received_at;
    }
    return true;
}

static bool add_found(struct sources *sources, const struct place *place,
                      const char *folder, struct pod_error *err)
{
    pod_auto_names struct pod_names paths = POD_NAMES_INIT;
    search_entries(place, folder, true, &paths);
    for (size_t i = 0; i < paths.count; i++) {
        bool is_itself = strcmp(paths.items[i], ".") == 0;
        pod_auto_free char *path =
            is_itself ? pod_strdup(folder) : pod_path_join(folder, paths.items[i]);
        add_item(sources, path, is_itself ? folder : paths.items[i]);
    }
    return paths.count > 0 ||
           pod_fail(err, POD_USAGE, "no entry.json and no archive below '%s'", folder);
}

bool sources_add(struct sources *sources, const struct place *place, const char *path,
                 struct pod_error *err)
{
    if (!pod_path_exists(path))
        return pod_fail(err, POD_USAGE, "no entry at '%s'", path);
    if (!pod_path_is_dir(path) && sources->has_stamps)
        return pod_fail(err, POD_USAGE, "'%s' is no folder with a received.json", path);
    if (!pod_path_is_dir(path)) {
        add_item(sources, path, path);
        return true;
    }
    pod_auto_free char *stamps = pod_path_join(path, "received.json");
    if (sources->has_stamps)
        return add_stamped(sources, path, stamps, err);
    if (pod_path_exists(stamps) && !sources->is_now)
        return pod_fail(err, POD_USAGE,
                        "'%s' says when these were received: --stamped-by WHO takes its "
                        "instants, --now stamps them now",
                        stamps);
    return add_found(sources, place, path, err);
}

static int compare_received(const void *a, const void *b)
{
    const struct intake_item *x = a, *y = b;
    if (x->received_at != y->received_at)
        return x->received_at < y->received_at ? -1 : 1;
    return 0;
}

bool sources_add_manifest(struct sources *sources, const struct place *place,
                          const char *path, struct pod_error *err)
{
    pod_auto_free char *incoming = place_incoming(place);
    if (!pod_dir_make(incoming, err) || !manifest_load(path, &sources->manifest, err))
        return false;
    for (size_t i = 0; i < sources->manifest.count; i++) {
        const struct manifest_row *row = &sources->manifest.rows[i];
        pod_auto_free char *dest = pod_path_join(incoming, row->problem ? "none" : row->id);
        struct intake_item *item = add_item(sources, dest, row->problem ? path : row->id);
        item->problem = row->problem;
        if (row->problem != NULL)
            continue;
        item->row = row;
        item->team = row->team;
        item->has_stamp = row->has_stamp;
        item->received_at = row->received_at;
        if (row->has_stamp && !sources->has_stamps)
            return pod_fail(err, POD_USAGE,
                            "%s:%u: says when it was received: --stamped-by WHO takes it",
                            path, row->line);
    }
    if (sources->has_stamps)
        qsort(sources->items, sources->count, sizeof *sources->items, compare_received);
    return true;
}
