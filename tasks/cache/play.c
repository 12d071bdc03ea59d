#include "play.h"

#include "drive.h"

#include <stdio.h>
#include <stdlib.h>

/* Bodies of the messages; cache_request is that of PART and STEP. */
struct hello {
    uint32_t kind; /* 0 kv, 1 block, 2 cdn */
    uint32_t is_unit;
    uint64_t capacity;
};
struct victim {
    uint64_t id;
};
struct act {
    uint32_t admit;
    uint32_t reserved;
};

static const struct task_field hello_fields[] = {
    TASK_FIELD(struct hello, kind, TASK_U32),
    TASK_FIELD(struct hello, is_unit, TASK_U32),
    TASK_FIELD(struct hello, capacity, TASK_U64),
};
static const struct task_field request_fields[] = {
    TASK_FIELD(struct cache_request, id, TASK_U64),
    TASK_FIELD(struct cache_request, size, TASK_U32),
    TASK_FIELD(struct cache_request, flags, TASK_U32),
    TASK_FIELD(struct cache_request, time_ms, TASK_U64),
};
static const struct task_field victim_fields[] = {TASK_FIELD(struct victim, id, TASK_U64)};
static const struct task_field act_fields[] = {
    TASK_FIELD(struct act, admit, TASK_U32),
    TASK_FIELD(struct act, reserved, TASK_U32),
};

static const struct task_message HELLO =
    TASK_MESSAGE("HELLO", 1, false, 1, struct hello, hello_fields);
static const struct task_message STEP =
    TASK_MESSAGE("STEP", 16, false, TASK_RECORDS_MAX, struct cache_request, request_fields);
static const struct task_message PART =
    TASK_MESSAGE("PART", 17, false, TASK_RECORDS_MAX, struct cache_request, request_fields);
static const struct task_message VICTIM =
    TASK_MESSAGE("VICTIM", 18, true, TASK_RECORDS_MAX, struct victim, victim_fields);
static const struct task_message ACT =
    TASK_MESSAGE("ACT", 19, true, 1, struct act, act_fields);

const struct task_message *const cache_messages[] = {&HELLO,  &STEP, &PART,
                                                     &VICTIM, &ACT,  NULL};

/* What does not fit into STEP goes before it in PARTs, full ones. */
static void send_seen(struct task_channel *channel, const struct cache_state *state)
{
    const struct cache_request *seen = state->seen;
    size_t left = state->seen_count;
    for (; left > TASK_RECORDS_MAX; left -= TASK_RECORDS_MAX, seen += TASK_RECORDS_MAX)
        (void)task_channel_send(channel, &PART, seen, TASK_RECORDS_MAX);
    (void)task_channel_send(channel, &STEP, seen, left); /* a loss shows at the question */
}

static bool decide(struct task_channel *channel, struct cache_state *state)
{
    size_t count = 0;
    const struct act *act = task_channel_got(channel, &ACT, &count);
    const struct victim *victims = task_channel_got(channel, &VICTIM, &count);
    const struct cache_decision decision = {act->admit, &victims->id, count};
    struct task_error problem = TASK_ERROR_INIT;
    if (act->reserved != 0)
        return task_channel_refuse(channel, "ACT: the reserved field is %u, not 0",
                                   act->reserved);
    return cache_state_decide(state, &decision, &problem) ||
           task_channel_refuse(channel, "%s", problem.message);
}

static void talk(struct task_channel *channel, struct cache_state *state)
{
    const struct hello hello = {state->trace->kind, state->trace->is_unit, state->capacity};
    bool is_there = task_channel_hello(channel, &HELLO, &hello);
    while (is_there && cache_state_advance(state)) {
        send_seen(channel, state);
        is_there = task_channel_ask(channel, &ACT) && decide(channel, state);
    }
}

static void add_metrics(const struct cache_case *instance, const struct cache_state *state,
                        struct task_verdict *verdict)
{
    const double requests = instance->trace->requests;
    const double bytes = (double)instance->trace->byte_count;
    const double miss_ratio = (double)state->misses / requests;
    const double byte_miss_ratio = (double)state->byte_misses / bytes;
    const struct task_number numbers[] = {
        {"miss_ratio", miss_ratio},
        {"byte_miss_ratio", byte_miss_ratio},
        {"hit_ratio", 1 - miss_ratio},
        {"byte_hit_ratio", 1 - byte_miss_ratio},
        {"lru_miss_ratio", (double)instance->lru_misses / requests},
        {"bound_miss_ratio", (double)instance->bound_misses / requests},
        {"decisions", (double)state->decisions},
        {"admitted", (double)state->admitted},
        {"evicted", (double)state->evicted},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        task_verdict_metric(verdict, numbers[i].name, numbers[i].value);
}

enum { ID_BYTES = 80 };

/* A window's item: misses saved against LRU, as a part of a window's share of all that
 * could be saved. The mean over the windows is the raw value. A window of a trace has one
 * name in the cases of both sizes: the same requests are one unit of the bootstrap. */
static void add_items(const struct cache_case *instance, const struct cache_state *state,
                      struct task_verdict *verdict)
{
    char *names = task_alloc(CACHE_WINDOWS, ID_BYTES);
    double gap = (double)(instance->lru_misses - instance->bound_misses) / CACHE_WINDOWS;
    verdict->items = task_alloc(CACHE_WINDOWS, sizeof *verdict->items);
    verdict->item_count = CACHE_WINDOWS;
    verdict->keeper = names;
    verdict->keeper_free = free;
    for (uint32_t i = 0; i < CACHE_WINDOWS; i++) {
        char *id = names + (size_t)i * ID_BYTES;
        double saved = (double)instance->lru_windows[i] - (double)state->window_misses[i];
        (void)snprintf(id, ID_BYTES, "%s:%02u", instance->name,
                       i); /* fits: the name does */
        verdict->items[i] =
            (struct task_item){id, cache_kind_text(instance->trace->kind), saved / gap};
    }
}

void cache_judge(const struct cache_case *instance, const struct cache_state *state,
                 struct task_verdict *verdict)
{
    verdict->unit = "part of the gap from LRU to the bound";
    verdict->raw = cache_case_gap(instance, state->misses);
    verdict->score = 100 * verdict->raw;
    add_metrics(instance, state, verdict);
    add_items(instance, state, verdict);
}

bool cache_play(struct task_play *job, struct task_error *err)
{
    cache_auto_case struct cache_case instance;
    if (!cache_case_load(&instance, job->case_dir, err))
        return false;
    cache_auto_state struct cache_state *state =
        cache_state_new(instance.trace, instance.capacity);
    talk(job->channel, state);
    if (task_channel_is_lost(job->channel) && !cache_drive_trivial(state, err))
        return false;
    cache_judge(&instance, state, job->verdict);
    job->trivial_raw = 0;
    return true;
}
