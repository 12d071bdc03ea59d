/* place.h - where podium's own files are, and where its work goes.
 *
 * The installed tree and the build tree have one shape: PREFIX/bin/podium,
 * PREFIX/libexec/podium/TASK, PREFIX/share/podium/tasks and site. place_init finds PREFIX
 * from the running program's own file, so nothing is configured and no path is compiled in.
 * Work goes to one folder, made on demand: cases/, runs/, podium.sqlite, leaderboard.json.
 */
#ifndef ENGINE_PLACE_H
#define ENGINE_PLACE_H

#include "base/crypto.h"
#include "base/error.h"

#include <stdint.h>

struct place {
    char *programs;    /* PREFIX/libexec/podium */
    char *tasks;       /* PREFIX/share/podium/tasks, or what the caller gave */
    char *sdk;         /* tasks/sdk/entry: what an entry sees as PODIUM_SDK */
    char *pages;       /* PREFIX/share/podium/site, which is there where npm built it */
    char *work;        /* absolute */
    uint64_t work_dev; /* as stat names it, with work_ino: it is no part of any entry */
    uint64_t work_ino;
    struct pod_digest self; /* digest of the running program */
};

/* tasks and work may be NULL: the default is used (work: "out"). POD_HOST on failure. */
bool place_init(struct place *place, const char *tasks, const char *work,
                struct pod_error *err);
void place_release(struct place *place);

/* Each returns a heap string. */
char *place_task_folder(const struct place *place, const char *task);
char *place_task_program(const struct place *place, const char *task);
/* What an entry sees as PODIUM_KIT/TASK; NULL where the task has none. */
char *place_task_kit(const struct place *place, const char *task);
char *place_runs(const struct place *place);
char *place_cases(const struct place *place);
char *place_prepared(const struct place *place); /* what makes scoring on cases fast */
char *place_store(const struct place *place);
char *place_entries(const struct place *place);  /* bodies of accepted entries, by digest */
char *place_incoming(const struct place *place); /* what is being fetched */
char *place_receipts(const struct place *place); /* NUMBER.json */
char *place_site_page(const struct place *place); /* the board's page for a Jekyll site */
char *place_key(const struct place *place);       /* the organizer's, secret */

#endif
