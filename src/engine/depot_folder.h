/* depot_folder.h - the folder of depot.h. Only for depot.c, which says what the calls do.
 */
#ifndef ENGINE_DEPOT_FOLDER_H
#define ENGINE_DEPOT_FOLDER_H

#include "depot.h"

struct depot_folder {
    char *path;
    int lock_fd; /* of the folder, from the first write on; -1: not taken */
};

void depot_folder_init(struct depot_folder *folder, const char *path);
void depot_folder_release(struct depot_folder *folder);

bool depot_folder_get(const struct depot_folder *folder, const char *path,
                      uint64_t cap_bytes, struct depot_file *out, struct pod_error *err);
bool depot_folder_put(struct depot_folder *folder, const struct depot_item *item,
                      struct pod_error *err);

#endif
