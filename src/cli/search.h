/* search.h - the entries below a folder. */
#ifndef CLI_SEARCH_H
#define CLI_SEARCH_H

#include "base/buf.h"
#include "engine/place.h"

/* Paths relative to top, "." for itself, bytewise sorted within each folder: every folder
 * with an entry.json (nothing is looked for inside one), and every folder that cannot be
 * read, which is told when it is read as an entry. has_archives: also files with a suffix
 * of an archive. No link is followed, and our own work is passed over. */
void search_entries(const struct place *place, const char *top, bool has_archives,
                    struct pod_names *out);

#endif
