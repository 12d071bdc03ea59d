/* found.h - the entries below a folder, with their arrival times.
 *
 * An entry is a folder that holds an entry.json; nothing is looked for inside one. A
 * received.json at the top gives arrival times; file times are never looked at.
 */
#ifndef CLI_FOUND_H
#define CLI_FOUND_H

#include "engine/executor.h"
#include "season.h"

struct found {
    struct submission submission; /* problem is set when it cannot be run */
    struct unpacked unpacked;
    struct plan plan; /* all its jobs */
    enum standing standing;
    bool is_enrolled; /* it is due, now */
};

struct finds {
    struct found *items;
    size_t count;
    bool has_arrival; /* there is a received.json */
};

/* What is wrong with one entry is in its submission; false: the host or received.json. */
bool finds_load(struct finds *finds, const struct season *season, const char *folder,
                struct pod_error *err);
void finds_release(struct finds *finds);

#endif
