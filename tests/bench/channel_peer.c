/* The environment of bench_channel: STEPS times an observation of 64 bytes and a decision
 * of 8. With `bare` as the last word neither frames nor limits, only read and write: the
 * floor.
 *
 *   channel_peer STEPS bin|text|bare     prints the median step in ns to descriptor 3
 */
#include "sdk/channel_end.h"
#include "sdk/latency.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { WARM_UP = 100, OUT_FD = 3, FAILED = 3 };

struct hello {
    uint64_t steps;
};
struct step {
    uint64_t fields[8];
};
struct act {
    uint64_t choice;
};

static const struct task_field hello_fields[] = {TASK_FIELD(struct hello, steps, TASK_U64)};
static const struct task_field step_fields[] = {
    TASK_FIELD(struct step, fields[0], TASK_U64),
    TASK_FIELD(struct step, fields[1], TASK_U64),
    TASK_FIELD(struct step, fields[2], TASK_U64),
    TASK_FIELD(struct step, fields[3], TASK_U64),
    TASK_FIELD(struct step, fields[4], TASK_U64),
    TASK_FIELD(struct step, fields[5], TASK_U64),
    TASK_FIELD(struct step, fields[6], TASK_U64),
    TASK_FIELD(struct step, fields[7], TASK_U64)};
static const struct task_field act_fields[] = {TASK_FIELD(struct act, choice, TASK_U64)};
static const struct task_message HELLO =
    TASK_MESSAGE("HELLO", 1, false, 1, struct hello, hello_fields);
static const struct task_message STEP =
    TASK_MESSAGE("STEP", 16, false, 1, struct step, step_fields);
static const struct task_message ACT =
    TASK_MESSAGE("ACT", 17, true, 1, struct act, act_fields);
static const struct task_message *const messages[] = {&HELLO, &STEP, &ACT, NULL};

static uint64_t now_ns(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t); /* cannot fail with this clock */
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static struct step observe(uint64_t i)
{
    struct step step;
    for (uint64_t f = 0; f < 8; f++)
        step.fields[f] = 123456 + i + f;
    return step;
}

static bool step_bare(uint64_t i)
{
    const struct step step = observe(i);
    struct act act;
    return write(1, &step, sizeof step) == sizeof step &&
           read(0, &act, sizeof act) == sizeof act && act.choice == step.fields[0];
}

static bool step_framed(struct task_channel *channel, uint64_t i)
{
    const struct step step = observe(i);
    size_t count;
    (void)task_channel_send(channel, &STEP, &step, 1); /* ask fails too */
    if (!task_channel_ask(channel, &ACT))
        return false;
    const struct act *act = task_channel_got(channel, &ACT, &count);
    return act->choice == step.fields[0];
}

static struct task_channel *open_channel(bool is_text, uint64_t steps)
{
    const struct task_channel_setup setup = {
        .in_fd = 0, .out_fd = 1, .is_text = is_text, .messages = messages};
    struct task_error err = TASK_ERROR_INIT;
    struct task_channel *channel = task_channel_new(&setup, &err);
    if (!channel || !task_channel_hello(channel, &HELLO, &(struct hello){steps}))
        exit(FAILED);
    return channel;
}

int main(int argc, char **argv)
{
    static struct task_latency latency;
    if (argc != 3)
        return 2;
    uint64_t steps = strtoull(argv[1], NULL, 10);
    bool is_bare = strcmp(argv[2], "bare") == 0;
    struct task_channel *channel =
        is_bare ? NULL : open_channel(strcmp(argv[2], "text") == 0, steps);
    for (uint64_t i = 0; i < steps + WARM_UP; i++) {
        uint64_t begin = now_ns();
        if (is_bare ? !step_bare(i) : !step_framed(channel, i))
            return FAILED;
        if (i >= WARM_UP)
            task_latency_add(&latency, now_ns() - begin);
    }
    if (channel)
        task_channel_finish(channel);
    task_channel_free(channel);
    return dprintf(OUT_FD, "%llu\n",
                   (unsigned long long)task_latency_quantile_ns(&latency, .5)) > 0
               ? 0
               : FAILED;
}
