#include "sdk/channel.h"

#include "sdk/channel_end.h"
#include "sdk/latency.h"
#include "sdk/message.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum {
    TYPE_HELLO = 1,
    TYPE_READY = 2,
    TYPE_END = 3,
    TYPE_FIRST = 16, /* of a task's own, HELLO apart */
    TICK_MS = 50,
    CHUNK = 65536, /* of a read; a pipe holds as much */
};

static const struct task_message READY = {.name = "READY", .type = TYPE_READY};
static const struct task_message END = {.name = "END", .type = TYPE_END};
static const struct task_message *const READY_ONLY[] = {&READY, NULL};

/* An answer's message, and its records once it was said. */
struct slot {
    const struct task_message *message;
    struct task_buf records;
    size_t count;
    bool is_said;
};

struct task_channel {
    struct task_channel_setup setup;
    struct slot *slots; /* of all messages that are answers */
    size_t slot_count;
    const struct task_message **answers; /* their messages, ends with NULL */
    struct task_buf sent;                /* this turn so far */
    struct task_buf heard;
    size_t heard_max; /* more than that is no answer */
    struct task_buf scrap;
    uint64_t step; /* the one that is asked; 0: READY */
    bool is_asked; /* since the last answer */
    enum task_channel_fault fault;
    char why[TASK_WHY_BYTES + 64];
    struct task_latency latency;
    struct sigaction old_alarm, old_pipe;
};

static uint64_t now_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now); /* cannot fail: the clock exists */
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Beginning. */

static void on_tick(int signal)
{
    (void)signal; /* it interrupts a read or a write, and that is all */
}

static bool start_ticks(struct task_channel *channel, struct task_error *err)
{
    const struct sigaction tick = {.sa_handler = on_tick}; /* no SA_RESTART */
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    const struct timeval every = {0, TICK_MS * 1000};
    const struct itimerval timer = {every, every};
    return (sigaction(SIGALRM, &tick, &channel->old_alarm) == 0 &&
            sigaction(SIGPIPE, &ignore, &channel->old_pipe) == 0 &&
            setitimer(ITIMER_REAL, &timer, NULL) == 0) ||
           task_fail_errno(err, TASK_HOST, "cannot set a timer");
}

static bool check_fields(const struct task_message *message)
{
    size_t end = 0;
    for (size_t f = 0; f < message->field_count; f++) {
        const struct task_field *field = &message->fields[f];
        size_t size = field->kind == TASK_U32 ? 4 : 8;
        if (field->offset != end)
            return false; /* not naturally aligned, in order and without holes */
        end += size;
    }
    return end == message->size;
}

static bool check_messages(const struct task_message *const *messages,
                           struct task_error *err)
{
    for (size_t i = 0; messages[i]; i++) {
        const struct task_message *one = messages[i];
        bool is_hello = strcmp(one->name, "HELLO") == 0;
        if (is_hello != (one->type == TYPE_HELLO) || strcmp(one->name, READY.name) == 0 ||
            strcmp(one->name, END.name) == 0)
            return task_fail(err, TASK_PACKAGE, "message %s has a reserved name or type",
                             one->name);
        if (one->type != TYPE_HELLO && one->type < TYPE_FIRST)
            return task_fail(err, TASK_PACKAGE, "message %s has type %u, reserved",
                             one->name, one->type);
        if (!check_fields(one))
            return task_fail(err, TASK_PACKAGE,
                             "message %s: fields are not the whole struct in order",
                             one->name);
        for (size_t k = 0; k < i; k++)
            if (messages[k]->type == one->type || strcmp(messages[k]->name, one->name) == 0)
                return task_fail(err, TASK_PACKAGE, "message %s is there twice", one->name);
    }
    return true;
}

static void add_answers(struct task_channel *channel)
{
    const struct task_message *const *messages = channel->setup.messages;
    size_t count = 0;
    while (messages[count])
        count++;
    channel->slots = task_alloc(count + 1, sizeof *channel->slots);
    channel->answers = task_alloc(count + 1, sizeof(void *));
    for (size_t i = 0; i < count; i++) {
        if (!messages[i]->is_answer)
            continue;
        struct slot *slot = &channel->slots[channel->slot_count];
        slot->message = messages[i];
        task_buf_reserve(&slot->records, 1); /* never NULL */
        channel->answers[channel->slot_count++] = messages[i];
        channel->heard_max += task_message_bytes_max(messages[i], channel->setup.is_text);
    }
    if (channel->heard_max < CHUNK)
        channel->heard_max = CHUNK; /* also of what is longer one read tells the start */
}

struct task_channel *task_channel_new(const struct task_channel_setup *setup,
                                      struct task_error *err)
{
    if (!check_messages(setup->messages, err))
        return NULL;
    struct task_channel *channel = task_alloc(1, sizeof *channel);
    channel->setup = *setup;
    if (channel->setup.ready_ms == 0)
        channel->setup.ready_ms = TASK_READY_MS;
    if (channel->setup.answer_ms == 0)
        channel->setup.answer_ms = TASK_ANSWER_MS;
    add_answers(channel);
    if (start_ticks(channel, err))
        return channel;
    task_channel_free(channel);
    return NULL;
}

void task_channel_free(struct task_channel *channel)
{
    if (!channel)
        return;
    (void)setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL); /* cannot fail */
    (void)sigaction(SIGALRM, &channel->old_alarm, NULL);
    (void)sigaction(SIGPIPE, &channel->old_pipe, NULL);
    for (size_t i = 0; i < channel->slot_count; i++)
        task_buf_release(&channel->slots[i].records);
    free(channel->slots);
    free(channel->answers);
    task_buf_release(&channel->sent);
    task_buf_release(&channel->heard);
    task_buf_release(&channel->scrap);
    free(channel);
}

/* Losing the entry. */

static bool lose(struct task_channel *channel, enum task_channel_fault fault,
                 const char *format, ...) __attribute__((format(printf, 3, 4)));

static bool lose_why(struct task_channel *channel, enum task_channel_fault fault,
                     const char *why)
{
    if (channel->fault != TASK_CHANNEL_FINE)
        return false;
    channel->fault = fault;
    if (channel->step == 0)
        (void)snprintf(channel->why, sizeof channel->why, "before READY: %s", why);
    else
        (void)snprintf(channel->why, sizeof channel->why, "step %llu: %s",
                       (unsigned long long)channel->step, why);
    return false;
}

static bool lose(struct task_channel *channel, enum task_channel_fault fault,
                 const char *format, ...)
{
    char why[TASK_WHY_BYTES];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(why, sizeof why, format, args);
    va_end(args);
    return lose_why(channel, fault, why);
}

bool task_channel_refuse(struct task_channel *channel, const char *format, ...)
{
    char why[TASK_WHY_BYTES];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(why, sizeof why, format, args);
    va_end(args);
    return lose_why(channel, TASK_CHANNEL_WRONG, why);
}

bool task_channel_is_lost(const struct task_channel *channel)
{
    return channel->fault != TASK_CHANNEL_FINE;
}

/* A turn out and a turn in. */

/* The time that a turn has, and what counts of it. We are woken at each tick: where more
 * time passed between two looks, we could not run either, since the machine stood still or
 * was busy with others, and that is not the entry's. */
struct term {
    unsigned limit_ms;
    uint64_t begin_ns;
    uint64_t looked_ns; /* when it was last looked at */
    uint64_t counted_ns;
};

static struct term begin_term(unsigned limit_ms)
{
    uint64_t now = now_ns();
    return (struct term){limit_ms, now, now, 0};
}

static bool is_over(struct term *term)
{
    const uint64_t most_ns = (uint64_t)2 * TICK_MS * 1000000u;
    uint64_t now = now_ns(), passed_ns = now - term->looked_ns;
    term->counted_ns += passed_ns < most_ns ? passed_ns : most_ns;
    term->looked_ns = now;
    return term->counted_ns > (uint64_t)term->limit_ms * 1000000u;
}

/* Whether our write or our read saw it first is chance. */
static bool leave(struct task_channel *channel)
{
    return lose(channel, TASK_CHANNEL_LEFT,
                "left without an answer, or closed its standard input or output");
}

static bool speak(struct task_channel *channel, struct term *term)
{
    size_t said = 0;
    while (said < channel->sent.length) {
        ssize_t n = write(channel->setup.out_fd, channel->sent.data + said,
                          channel->sent.length - said);
        if (n > 0)
            said += (size_t)n;
        else if (n < 0 && errno != EINTR)
            return leave(channel);
        if (said < channel->sent.length && is_over(term))
            return lose(channel, TASK_CHANNEL_LATE, "did not read %zu bytes within %u ms",
                        channel->sent.length - said, term->limit_ms);
    }
    channel->sent.length = 0;
    return true;
}

static bool be_late(struct task_channel *channel, struct term *term)
{
    return lose(channel, TASK_CHANNEL_LATE, "no %sanswer within %u ms",
                channel->heard.length > 0 ? "whole " : "", term->limit_ms);
}

static bool read_more(struct task_channel *channel, struct term *term)
{
    for (;;) {
        char *place = task_buf_reserve(&channel->heard, CHUNK);
        ssize_t n = read(channel->setup.in_fd, place, CHUNK);
        if (n > 0) {
            channel->heard.length += (size_t)n;
            return true;
        }
        if (n == 0)
            return leave(channel);
        if (errno != EINTR)
            return lose(channel, TASK_CHANNEL_LEFT, "its answer cannot be read: %s",
                        strerror(errno));
        if (is_over(term))
            return be_late(channel, term);
    }
}

static struct slot *slot_of(const struct task_channel *channel,
                            const struct task_message *message)
{
    for (size_t i = 0; i < channel->slot_count; i++)
        if (channel->slots[i].message == message)
            return &channel->slots[i];
    return NULL;
}

/* Into scrap first: which message it is, its own bytes say. */
static bool keep(struct task_channel *channel, const struct task_taking *taking)
{
    struct slot *slot = slot_of(channel, taking->message);
    if (!slot)
        return true; /* READY */
    if (slot->is_said)
        return lose(channel, TASK_CHANNEL_WRONG, "%s: said twice", slot->message->name);
    struct task_buf swapped = slot->records;
    slot->records = channel->scrap;
    channel->scrap = swapped;
    slot->count = taking->count;
    slot->is_said = true;
    return true;
}

/* To look takes a twentieth of a step. Once an entry is an answer ahead it stays so, and is
 * found at the next look. */
static bool is_looked_at(uint64_t step)
{
    return step > 0 && (step < 64 || step % 16 == 0);
}

/* Said before the turn was read to its end: most often the second of two answers to the
 * last one, which would be taken for this one's, and so on to the end of the game. READY
 * may come by itself. */
static bool has_read(struct task_channel *channel)
{
    int unread = 0;
    if (!is_looked_at(channel->step) ||
        ioctl(channel->setup.out_fd, FIONREAD, &unread) != 0 || unread <= 0)
        return true;
    return lose(channel, TASK_CHANNEL_WRONG, "answered with %d bytes of the turn not read",
                unread);
}

static bool end_turn(struct task_channel *channel, struct term *term, size_t used)
{
    if (!has_read(channel))
        return false;
    if (used < channel->heard.length)
        return lose(channel, TASK_CHANNEL_WRONG, "%zu bytes after the answer",
                    channel->heard.length - used);
    channel->heard.length = 0;
    uint64_t taken_ns = now_ns() - term->begin_ns;
    if (taken_ns > (uint64_t)term->limit_ms * 1000000u && is_over(term))
        return lose(channel, TASK_CHANNEL_LATE, "answered after %u ms, not within %u",
                    (unsigned)(term->counted_ns / 1000000u), term->limit_ms);
    if (channel->step > 0)
        task_latency_add(&channel->latency, taken_ns);
    return true;
}

static bool hear(struct task_channel *channel, struct term *term,
                 const struct task_message *const *allowed, const struct task_message *last)
{
    struct task_taking taking = {.messages = allowed, .is_text = channel->setup.is_text};
    size_t used = 0;
    for (;;) {
        if (!read_more(channel, term))
            return false;
        enum task_taken taken;
        while ((taken = task_message_take(&taking, channel->heard.data + used,
                                          channel->heard.length - used, &channel->scrap)) ==
               TASK_TAKEN) {
            used += taking.used;
            if (!keep(channel, &taking))
                return false;
            if (taking.message == last)
                return end_turn(channel, term, used);
        }
        if (taken == TASK_WRONG)
            return lose_why(channel, TASK_CHANNEL_WRONG, taking.why);
        if (channel->heard.length > channel->heard_max)
            return lose(channel, TASK_CHANNEL_WRONG, "more than %zu bytes and no answer",
                        channel->heard_max);
        if (is_over(term))
            return be_late(channel, term);
    }
}

static bool exchange(struct task_channel *channel, unsigned limit_ms,
                     const struct task_message *const *allowed,
                     const struct task_message *last)
{
    for (size_t i = 0; i < channel->slot_count; i++) {
        channel->slots[i].is_said = false;
        channel->slots[i].count = 0;
    }
    channel->heard.length = 0;
    struct term term = begin_term(limit_ms);
    return speak(channel, &term) && hear(channel, &term, allowed, last);
}

bool task_channel_send(struct task_channel *channel, const struct task_message *message,
                       const void *records, size_t count)
{
    if (message->max <= 1 ? count != message->max : count > message->max)
        abort(); /* a mistake of the task's */
    if (channel->fault != TASK_CHANNEL_FINE)
        return false;
    task_message_put(message, records, count, channel->setup.is_text, &channel->sent);
    return true;
}

bool task_channel_hello(struct task_channel *channel, const struct task_message *hello,
                        const void *record)
{
    return task_channel_send(channel, hello, record, 1) &&
           exchange(channel, channel->setup.ready_ms, READY_ONLY, &READY);
}

bool task_channel_ask(struct task_channel *channel, const struct task_message *last)
{
    if (channel->fault != TASK_CHANNEL_FINE)
        return false;
    channel->step++;
    return exchange(channel, channel->setup.answer_ms, channel->answers, last);
}

const void *task_channel_got(const struct task_channel *channel,
                             const struct task_message *message, size_t *count)
{
    const struct slot *slot = slot_of(channel, message);
    if (!slot)
        abort(); /* a mistake of the task's: it is no answer, or not in its list */
    *count = slot->count;
    return slot->records.data;
}

/* Ending. */

/* Until it leaves: an entry that says good bye on its standard output must find somebody
 * there, or it would die of that or not, by chance. */
static void listen_to_the_end(struct task_channel *channel, struct term *term)
{
    char bytes[4096];
    ssize_t n;
    do
        n = read(channel->setup.in_fd, bytes, sizeof bytes);
    while ((n > 0 || (n < 0 && errno == EINTR)) && !is_over(term));
}

void task_channel_finish(struct task_channel *channel)
{
    if (!task_channel_send(channel, &END, NULL, 0))
        return;
    struct term term = begin_term(TASK_LEAVE_MS);
    channel->step++;
    (void)speak(channel, &term); /* it may have left at its last answer: nobody is hurt */
    listen_to_the_end(channel, &term);
    channel->step--;
    channel->fault = TASK_CHANNEL_FINE;
}

void task_channel_tell(const struct task_channel *channel,
                       struct task_channel_report *report)
{
    *report = (struct task_channel_report){
        .fault = channel->fault,
        .why = channel->why,
        .steps = channel->latency.count,
        .p50_ns = task_latency_quantile_ns(&channel->latency, .5),
        .p99_ns = task_latency_quantile_ns(&channel->latency, .99),
        .max_ns = channel->latency.max_ns,
    };
}

const char *task_channel_fault_text(enum task_channel_fault fault)
{
    static const char *const texts[] = {[TASK_CHANNEL_FINE] = "fine",
                                        [TASK_CHANNEL_LEFT] = "left",
                                        [TASK_CHANNEL_WRONG] = "wrong",
                                        [TASK_CHANNEL_LATE] = "late"};
    return texts[fault];
}
