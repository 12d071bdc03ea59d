#include "depot.h"

#include "depot_folder.h"
#include "depot_web.h"

#include <stdlib.h>
#include <string.h>

struct depot {
    char *name;
    bool is_web;
    struct depot_folder folder;
    struct depot_web web;
};

void depot_options_init(struct depot_options *options)
{
    *options = (struct depot_options){
        .tries = 5, .delay_ms = 1000, .connect_s = 20, .idle_s = 30, .total_s = 600};
}

struct depot *depot_open(const char *target, const struct depot_options *options,
                         struct pod_error *err)
{
    struct depot *depot = pod_alloc(1, sizeof *depot);
    depot->name = pod_strdup(target);
    depot->is_web = strstr(target, "://") != NULL;
    depot_folder_init(&depot->folder, target);
    if (target[0] == '\0')
        pod_fail(err, POD_USAGE, "the target is empty: name a folder or a URL");
    else if (!depot->is_web || depot_web_init(&depot->web, target, options, err))
        return depot;
    depot_close(depot);
    return NULL;
}

void depot_close(struct depot *depot)
{
    if (depot == NULL)
        return;
    depot_web_release(&depot->web);
    depot_folder_release(&depot->folder);
    free(depot->name);
    free(depot);
}

const char *depot_name(const struct depot *depot)
{
    return depot->name;
}

void depot_file_release(struct depot_file *file)
{
    pod_buf_release(&file->bytes);
    *file = (struct depot_file)DEPOT_FILE_INIT;
}

bool depot_get(struct depot *depot, const char *path, uint64_t cap_bytes,
               struct depot_file *out, struct pod_error *err)
{
    return depot->is_web ? depot_web_get(&depot->web, path, cap_bytes, out, err)
                         : depot_folder_get(&depot->folder, path, cap_bytes, out, err);
}

bool depot_put(struct depot *depot, const struct depot_item *item, struct pod_error *err)
{
    return depot->is_web ? depot_web_put(&depot->web, item, err)
                         : depot_folder_put(&depot->folder, item, err);
}
