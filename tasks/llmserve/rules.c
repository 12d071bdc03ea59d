#include "rules.h"

/* Places in life.touched. */
enum list { PREEMPT, PREFILL, EXCEPT, LISTS };
_Static_assert(LISTS == sizeof((struct life *)0)->touched / sizeof(uint32_t), "one a list");

static const char *const list_names[LISTS] = {"PREEMPT", "PREFILL", "EXCEPT"};

static bool is_named(const struct world *w, const struct life *life, enum list list)
{
    return life->touched[list] == w->steps + 1;
}

/* The live request that a list names for the first time, or NULL. */
static struct life *name(struct world *w, enum list list, uint32_t id,
                         struct task_error *err)
{
    struct life *life = id < w->next ? &w->lives[id] : NULL;
    const char *why = NULL;
    if (!life)
        why = "no such request has arrived";
    else if (life->phase == PHASE_DONE)
        why = "is done";
    else if (is_named(w, life, list))
        why = "is named twice";
    if (why) {
        (void)task_fail(err, TASK_ENTRY, "%s %u: %s", list_names[list], id, why);
        return NULL;
    }
    life->touched[list] = w->steps + 1;
    return life;
}

static bool check_preempt(struct world *w, uint32_t id, struct task_error *err)
{
    const struct life *life = name(w, PREEMPT, id, err);
    if (!life)
        return false;
    return life->phase != PHASE_WAITING ||
           task_fail(err, TASK_ENTRY, "PREEMPT %u: holds no memory", id);
}

/* Preemption comes first, so a request may be preempted and started anew at once. */
static bool check_prefill(struct world *w, const struct prefill_record *item,
                          struct task_error *err)
{
    const struct life *life = name(w, PREFILL, item->id, err);
    if (!life)
        return false;
    bool is_preempted = is_named(w, life, PREEMPT);
    if (life->phase == PHASE_RUNNING && !is_preempted)
        return task_fail(err, TASK_ENTRY, "PREFILL %u: is running", item->id);
    uint32_t left = is_preempted ? w->run->requests[item->id].prompt + life->generated
                                 : world_left(w, item->id);
    return (item->tokens >= 1 && item->tokens <= left) ||
           task_fail(err, TASK_ENTRY, "PREFILL %u: %u tokens, where 1 to %u are left",
                     item->id, item->tokens, left);
}

static bool check_except(struct world *w, uint32_t id, struct task_error *err)
{
    const struct life *life = name(w, EXCEPT, id, err);
    if (!life)
        return false;
    return (life->phase == PHASE_RUNNING && !is_named(w, life, PREEMPT)) ||
           task_fail(err, TASK_ENTRY, "EXCEPT %u: is not running", id);
}

/* Marks of a refused decision would make the next one's ids look named: the step's number
 * is the mark, so they are taken back. */
static void forget(struct world *w, const struct decision *d)
{
    for (size_t i = 0; i < d->preempt_count; i++)
        if (d->preempt[i].id < w->next)
            w->lives[d->preempt[i].id].touched[PREEMPT] = 0;
    for (size_t i = 0; i < d->prefill_count; i++)
        if (d->prefill[i].id < w->next)
            w->lives[d->prefill[i].id].touched[PREFILL] = 0;
    for (size_t i = 0; i < d->except_count; i++)
        if (d->except[i].id < w->next)
            w->lives[d->except[i].id].touched[EXCEPT] = 0;
}

static bool check_lists(struct world *w, const struct decision *d, struct task_error *err)
{
    for (size_t i = 0; i < d->preempt_count; i++)
        if (!check_preempt(w, d->preempt[i].id, err))
            return false;
    for (size_t i = 0; i < d->prefill_count; i++)
        if (!check_prefill(w, &d->prefill[i], err))
            return false;
    for (size_t i = 0; i < d->except_count; i++)
        if (!check_except(w, d->except[i].id, err))
            return false;
    return true;
}

bool rules_check(struct world *w, const struct decision *d, struct task_error *err)
{
    if (d->decode >= DECODES)
        return task_fail(err, TASK_ENTRY, "ACT: decode is %u, neither 0, 1 nor 2",
                         d->decode);
    if (d->decode != DECODE_EXCEPT && d->except_count > 0)
        return task_fail(err, TASK_ENTRY, "EXCEPT: %zu requests, but ACT's decode is %u",
                         d->except_count, d->decode);
    if (check_lists(w, d, err))
        return true;
    forget(w, d);
    return false;
}
