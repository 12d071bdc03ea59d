/* intake.h - take entries in: body on disk, stamp, event, receipt. In that order.
 *
 * Each item is copied (a folder) or unpacked (an archive, see archive.h) below
 * WORK/entries, read as an entry, known by its digest, and settled as WORK/entries/DIGEST.
 * Then, when all bodies of a group are synced, each gets its received_at and its event; one
 * commit for the group makes them received, and only then are they reported and do they get
 * receipts. A kill at any moment leaves at most bodies that nobody received, which the next
 * intake uses or sweeps, and receipts that it makes anew.
 *
 * What a team handed in before, with the same bytes, is not received again: it costs no
 * quota to be careless, and an intake that was killed is simply run again.
 */
#ifndef ENGINE_INTAKE_H
#define ENGINE_INTAKE_H

#include "fetch.h"
#include "guest.h"
#include "model/manifest.h"
#include "registry.h"

/* Something to take in. All borrowed. */
struct intake_item {
    const char *path;   /* folder of an entry, or an archive; where a fetched one goes */
    const char *origin; /* the same as people know it */
    const char *team;   /* who handed it in; NULL: as struct intake says */
    bool has_stamp;
    pod_instant_ms received_at;     /* as another system stamped it */
    const struct manifest_row *row; /* to be fetched; NULL: it is there */
    const char *problem;            /* a line of a manifest that is none; NULL: it is */
};

/* What became of it. */
struct intake_report {
    const struct intake_item *item;
    int64_t seq;         /* 0: not received */
    bool was_there;      /* these bytes of this team were received before, as seq */
    const char *problem; /* why it was refused; NULL: it was not */
    const char *note;    /* what people should look at; or NULL */
    const char *team, *name, *digest;
    pod_instant_ms received_at;
    enum ledger_standing standing;
    const char *standing_reason; /* NULL where it counts */
};

struct intake {
    struct registry *registry;
    const struct place *place;
    const struct guest_options *options; /* of the sandbox that reads archives */
    const struct fetch_options *fetch;
    const char *team;       /* whoever handed it in; NULL: as the entry says */
    const char *stamped_by; /* with stamps: by whom */
    void (*report)(void *context, const struct intake_report *report);
    void *context;
};

/* False: the host failed; what was reported as received is. */
bool intake_take(const struct intake *intake, const struct intake_item *items, size_t count,
                 struct pod_error *err);

/* Receipts that are missing are made, bodies that nobody received and that are not whole
 * are removed. Before the first intake_take. */
bool intake_tidy(const struct intake *intake, struct pod_error *err);

#endif
