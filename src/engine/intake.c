#include "intake.h"

#include "archive.h"
#include "base/fs.h"
#include "receipt.h"
#include "unpack.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { GROUP = 64, REASON_SHOWN = 1000 };

/* One item on its way. */
struct arrival_in {
    const struct intake_item *item;
    struct entry entry;
    struct pod_digest digest;
    char *problem;
    char *note;
    char *line; /* of its event */
    int64_t seq;
    bool was_there;
};

static void release(struct arrival_in *in)
{
    entry_release(&in->entry);
    free(in->problem);
    free(in->note);
    free(in->line);
}

/* A fault of the item's is its problem; false: the host's. */
static bool take_problem(struct arrival_in *in, const struct pod_error *problem,
                         struct pod_error *err)
{
    if (problem->fault != POD_ENTRY && problem->fault != POD_USAGE)
        return pod_fail(err, problem->fault, "'%s': %s", in->item->origin,
                        problem->message);
    in->problem = pod_str_shown(problem->message, REASON_SHOWN);
    return true;
}

static bool download(const struct intake *intake, const struct intake_item *item,
                     struct pod_error *err)
{
    const struct manifest_row *row = item->row;
    const struct fetch_job job = {
        .url = row->url,
        .dest = item->path,
        .sha256 = row->sha256,
        .blake2b = row->blake2b,
        .bytes = (uint64_t)row->bytes,
    };
    return fetch_file(intake->fetch, &job, err) || pod_wrap(err, "'%s'", row->url);
}

static bool fetch_body(const struct intake *intake, const struct intake_item *item,
                       const char *copy, struct pod_error *err)
{
    const struct pod_tree_caps caps = unpack_caps(intake->place);
    const struct archive_job job = {.place = intake->place,
                                    .options = intake->options,
                                    .source = item->path,
                                    .dest = copy};
    if (item->row != NULL && !download(intake, item, err))
        return false;
    if (pod_path_is_dir(item->path))
        return pod_tree_copy(item->path, copy, &caps, err);
    return archive_unpack(&job, NULL, err);
}

/* Whoever handed it in is known otherwise: an entry cannot be put in another team's name.
 */
static bool check_team(const struct intake *intake, const struct arrival_in *in,
                       struct pod_error *err)
{
    const char *team = in->item->team ? in->item->team : intake->team;
    if (team == NULL || strcmp(team, in->entry.team) == 0)
        return true;
    return pod_fail(err, POD_ENTRY, "entry.json: .team: is \"%s\", but \"%s\" handed it in",
                    in->entry.team, team);
}

/* The same bytes are one body. One that nobody received may be half of one: a power cut
 * before the sync of its group leaves names without bytes. */
static bool settle(const struct intake *intake, const char *copy,
                   const struct pod_digest *digest, struct pod_error *err)
{
    pod_auto_free char *entries = place_entries(intake->place);
    pod_auto_free char *body = pod_path_join(entries, digest->hex);
    const struct ledger *ledger = &intake->registry->ledger;
    bool was_received = ledger_find_digest(ledger, digest->hex) != LEDGER_NONE;
    if (was_received && pod_path_is_dir(body))
        return pod_dir_remove(copy, err);
    if (!pod_dir_remove(body, err))
        return false;
    return rename(copy, body) == 0 ||
           pod_fail_errno(err, POD_HOST, "cannot rename '%s'", copy);
}

/* An arrival that another system stamped is known by that, without its files. */
static bool was_received(const struct intake *intake, struct arrival_in *in)
{
    const struct ledger *ledger = &intake->registry->ledger;
    if (!in->item->has_stamp)
        return false;
    size_t entry = ledger_find_arrival(ledger, in->item->origin, in->item->received_at);
    in->was_there = entry != LEDGER_NONE;
    in->seq = in->was_there ? ledger->entries[entry].seq : 0;
    return in->was_there;
}

static bool prepare(const struct intake *intake, struct arrival_in *in, size_t number,
                    struct pod_error *err)
{
    struct pod_error problem = POD_ERROR_INIT;
    pod_auto_free char *entries = place_entries(intake->place);
    pod_auto_free char *copy = pod_strf("%s/.new-%zu", entries, number);
    if (in->item->problem != NULL) {
        in->problem = pod_strdup(in->item->problem);
        return true;
    }
    if (was_received(intake, in))
        return true;
    if (!pod_dir_remove(copy, err))
        return false;
    bool done = fetch_body(intake, in->item, copy, &problem) &&
                unpack_manifest(copy, &in->entry, &problem) &&
                check_team(intake, in, &problem) &&
                pod_digest_tree(copy, &in->digest, &problem);
    if (done)
        return settle(intake, copy, &in->digest, err);
    return take_problem(in, &problem, err) && pod_dir_remove(copy, err);
}

/* All files of the group at once: a call for each of them would take most of the time. */
static bool sync_bodies(const struct place *place, struct pod_error *err)
{
    pod_auto_free char *entries = place_entries(place);
    pod_auto_fd int fd = open(entries, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return (fd >= 0 && syncfs(fd) == 0) ||
           pod_fail_errno(err, POD_HOST, "cannot sync '%s'", entries);
}

/* The event. */

static void note_copy(const struct ledger *ledger, struct arrival_in *in,
                      struct event *event)
{
    size_t first = ledger_find_digest(ledger, in->digest.hex);
    if (first == LEDGER_NONE)
        return;
    const struct ledger_entry *entry = &ledger->entries[first];
    event_set_number(event, EVENT_same_as, entry->seq);
    pod_auto_free char *before = in->note;
    in->note = pod_strf("%s%sthe same bytes as entry %lld of team \"%s\"",
                        before ? before : "", before ? "; " : "", (long long)entry->seq,
                        ledger->teams[entry->team].name);
}

/* Flagged and not refused: two teams may have hit on alike names honestly. */
static void note_lookalike(const struct ledger *ledger, struct arrival_in *in)
{
    size_t other = ledger_find_lookalike(ledger, in->entry.team);
    if (other != LEDGER_NONE)
        in->note = pod_strf("its team's name looks like \"%s\"", ledger->teams[other].name);
}

static void fill_event(const struct intake *intake, struct arrival_in *in,
                       pod_instant_ms received_at, struct event *event)
{
    const struct ledger *ledger = &intake->registry->ledger;
    const struct entry *entry = &in->entry;
    event_set_text(event, EVENT_team, entry->team);
    event_set_text(event, EVENT_name, entry->name);
    event_set_text(event, EVENT_digest, in->digest.hex);
    event_set_list(event, EVENT_tasks);
    for (size_t i = 0; i < entry->task_count; i++)
        event_add_text(event, EVENT_tasks, entry->tasks[i].id);
    event_set_number(event, EVENT_received_at, received_at);
    event_set_text(event, EVENT_origin, in->item->origin);
    if (in->item->has_stamp)
        event_set_text(event, EVENT_stamped_by, intake->stamped_by);
    size_t seal = ledger_find_seal(ledger, entry->team, in->digest.hex);
    if (seal != LEDGER_NONE)
        event_set_number(event, EVENT_sealed_by, ledger->seals[seal].seq);
    note_lookalike(ledger, in);
    note_copy(ledger, in, event);
    event_set_text(event, EVENT_note, in->note);
}

static bool receive(const struct intake *intake, struct arrival_in *in,
                    struct pod_error *err)
{
    struct registry *registry = intake->registry;
    size_t own = ledger_find_own(&registry->ledger, in->entry.team, in->digest.hex);
    if (own != LEDGER_NONE) {
        in->seq = registry->ledger.entries[own].seq;
        in->was_there = true;
        return true;
    }
    pod_instant_ms received_at = in->item->received_at;
    if (!in->item->has_stamp && !registry_now(registry, &received_at, err))
        return false;
    event_auto struct event event;
    event_init(&event, EVENT_RECEIVED);
    fill_event(intake, in, received_at, &event);
    struct pod_error problem = POD_ERROR_INIT;
    if (!registry_append(registry, &event, &problem))
        return take_problem(in, &problem, err);
    in->seq = event.seq;
    in->line = event_print(&event, err);
    return in->line != NULL;
}

/* A refusal is on record as well: who was turned away can be told why, and when. */
static bool refuse(const struct intake *intake, const struct arrival_in *in,
                   struct pod_error *err)
{
    struct registry *registry = intake->registry;
    if (ledger_was_refused(&registry->ledger, in->item->origin, in->problem))
        return true;
    event_auto struct event event;
    event_init(&event, EVENT_REFUSED);
    event_set_text(&event, EVENT_origin, in->item->origin);
    event_set_text(&event, EVENT_reason, in->problem);
    event_set_text(&event, EVENT_team, in->item->team ? in->item->team : intake->team);
    return registry_append(registry, &event, err);
}

static bool record(const struct intake *intake, struct arrival_in *group, size_t count,
                   struct pod_error *err)
{
    struct store *store = intake->registry->store;
    if (!store_begin(store, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct arrival_in *in = &group[i];
        if ((in->problem == NULL && !in->was_there && !receive(intake, in, err)) ||
            (in->problem != NULL && in->item->problem == NULL &&
             !refuse(intake, in, err))) {
            store_rollback(store);
            return false;
        }
    }
    return store_commit(store, err);
}

/* Receipts. */

/* Not synced one by one: what is lost in a power cut is made anew from the log. */
static bool write_receipt(const struct intake *intake, int64_t seq, const char *line,
                          struct pod_error *err)
{
    pod_auto_free char *folder = place_receipts(intake->place);
    pod_auto_free char *path = pod_strf("%s/%06lld.json", folder, (long long)seq);
    pod_auto_free char *text =
        receipt_print(intake->registry->ledger.competition, line, &intake->registry->key);
    return pod_file_put(path, text, strlen(text), err);
}

static void report(const struct intake *intake, const struct arrival_in *in)
{
    const struct ledger *ledger = &intake->registry->ledger;
    struct intake_report told = {
        .item = in->item,
        .seq = in->seq,
        .was_there = in->was_there,
        .problem = in->problem,
        .note = in->note,
    };
    pod_auto_free char *reason = NULL;
    if (in->problem == NULL) {
        size_t entry = ledger_find_entry(ledger, in->seq);
        told.team = ledger->teams[ledger->entries[entry].team].name;
        told.name = ledger->entries[entry].name;
        told.digest = ledger->entries[entry].digest;
        told.received_at = ledger->entries[entry].received_at;
        told.standing = ledger_standing(ledger, entry, false, &reason);
        told.standing_reason = reason;
    }
    intake->report(intake->context, &told);
}

static bool take_group(const struct intake *intake, const struct intake_item *items,
                       struct arrival_in *group, size_t count, struct pod_error *err)
{
    for (size_t i = 0; i < count; i++) {
        group[i].item = &items[i];
        if (!prepare(intake, &group[i], i, err))
            return false;
    }
    if (!sync_bodies(intake->place, err) || !record(intake, group, count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (group[i].line != NULL &&
            !write_receipt(intake, group[i].seq, group[i].line, err))
            return false;
        report(intake, &group[i]);
        if (group[i].item->row != NULL && group[i].problem == NULL)
            (void)unlink(group[i].item->path); /* its body is settled */
    }
    return true;
}

bool intake_take(const struct intake *intake, const struct intake_item *items, size_t count,
                 struct pod_error *err)
{
    bool done = true;
    for (size_t at = 0; done && at < count; at += GROUP) {
        struct arrival_in group[GROUP];
        size_t size = count - at < GROUP ? count - at : GROUP;
        memset(group, 0, sizeof group);
        done = take_group(intake, &items[at], group, size, err);
        for (size_t i = 0; i < size; i++)
            release(&group[i]);
    }
    return done && sync_bodies(intake->place, err);
}

/* Making good what a kill left. */

struct missing {
    const struct intake *intake;
    const struct pod_names *there; /* sorted */
};

/* Nor is one there that a power cut left without its bytes. */
static bool is_there(const struct missing *missing, const char *name)
{
    struct stat status;
    pod_auto_free char *folder = place_receipts(missing->intake->place);
    pod_auto_free char *path = pod_path_join(folder, name);
    return pod_names_has(missing->there, name) && stat(path, &status) == 0 &&
           status.st_size > 0;
}

static bool make_missing(void *context, const char *text, const char *digest,
                         struct pod_error *err)
{
    const struct missing *missing = context;
    event_auto struct event event;
    (void)digest;
    if (!event_parse(text, strlen(text), "store", &event, err))
        return false;
    pod_auto_free char *name = pod_strf("%06lld.json", (long long)event.seq);
    bool is_wanted = event.kind == EVENT_RECEIVED || event.kind == EVENT_SEALED;
    if (!is_wanted || is_there(missing, name))
        return true;
    return write_receipt(missing->intake, event.seq, text, err);
}

/* Bodies on their way are .new-N, receipts NUMBER.json.tmp-PID-N (pod_file_put). */
static bool is_left_over(const char *name)
{
    return name[0] == '.' || strstr(name, ".tmp-") != NULL;
}

static bool sweep(const char *folder, const struct pod_names *names, struct pod_error *err)
{
    for (size_t i = 0; i < names->count; i++) {
        pod_auto_free char *path = pod_path_join(folder, names->items[i]);
        if (is_left_over(names->items[i]) && !pod_dir_remove(path, err))
            return false;
    }
    return true;
}

bool intake_tidy(const struct intake *intake, struct pod_error *err)
{
    pod_auto_free char *receipts = place_receipts(intake->place);
    pod_auto_free char *entries = place_entries(intake->place);
    pod_auto_names struct pod_names bodies = POD_NAMES_INIT;
    pod_auto_names struct pod_names there = POD_NAMES_INIT;
    const struct missing missing = {intake, &there};
    return pod_dir_make(entries, err) && pod_dir_list(entries, &bodies, err) &&
           sweep(entries, &bodies, err) && pod_dir_make(receipts, err) &&
           pod_dir_list(receipts, &there, err) && sweep(receipts, &there, err) &&
           store_each_event(intake->registry->store, make_missing,
                            (void *)(uintptr_t)&missing, err);
}
