/* scorer.h - run a task's scorer on what an entry left.
 *
 * A scorer reads hostile bytes, so it runs in a sandbox of its own; it hands its verdict
 * back on descriptor 3. Exit 42: scored; 43: the output is rejected (WA); anything else is
 * the task's fault: the case gets JE with the scorer's last words, the entry is not
 * charged.
 */
#ifndef ENGINE_SCORER_H
#define ENGINE_SCORER_H

#include "cases.h"
#include "guest.h"
#include "model/result.h"

/* One sandbox for the scorers of several cases of one entry, and of no other: a fifth of
 * the time where nothing but scoring is done. Each scorer is a process of its own in it,
 * nothing passes from one to the next, but it can read the references of all these cases,
 * whose scores are the same entry's. sets and output are borrowed until it is freed. NULL
 * with err unset: there are too many sets for one. */
struct scorer_room;

struct scorer_room *scorer_room_new(const struct guest_options *options,
                                    const struct case_set *sets, size_t set_count,
                                    const char *output, struct pod_error *err);
bool scorer_room_free(struct scorer_room *room, struct pod_error *err);

struct scorer_job {
    struct scorer_room *room; /* NULL: a sandbox of its own */
    const struct guest_options *options;
    const struct case_set *set;
    const struct one_case *one;
    const char *output;             /* folder with what the entry left */
    const char *within;             /* the same below the room's, "/a/b"; "": it is that */
    const char *log;                /* file for what the scorer says, if anything */
    const struct pod_names *others; /* collections that other cases score; may be NULL */
    bool is_lenient;
};

/* Fills verdict, message, raw, score, items and metrics of result; its times stay the
 * entry's. False: the host failed. */
bool scorer_run(const struct scorer_job *job, struct case_result *result,
                struct pod_error *err);

#endif
