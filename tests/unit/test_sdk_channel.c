/* The environment's end of a dialogue, against entries of every kind in a forked child. */
#include "sdk/channel_end.h"
#include "sdk/entry/podium_channel.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>

TestSuite(sdk_channel, .timeout = 60);

/* A task that sends numbers and wants their sums. */
struct hello {
    uint64_t scale;
};
struct item {
    int64_t value;
};
struct step {
    uint64_t index;
};
struct note {
    uint32_t a, b;
};
struct act {
    int64_t sum;
};

static const struct task_field hello_fields[] = {TASK_FIELD(struct hello, scale, TASK_U64)};
static const struct task_field item_fields[] = {TASK_FIELD(struct item, value, TASK_I64)};
static const struct task_field step_fields[] = {TASK_FIELD(struct step, index, TASK_U64)};
static const struct task_field note_fields[] = {TASK_FIELD(struct note, a, TASK_U32),
                                                TASK_FIELD(struct note, b, TASK_U32)};
static const struct task_field act_fields[] = {TASK_FIELD(struct act, sum, TASK_I64)};

enum { ITEM_TYPE = 16, STEP_TYPE, NOTE_TYPE, ACT_TYPE };
static const struct task_message HELLO =
    TASK_MESSAGE("HELLO", 1, false, 1, struct hello, hello_fields);
static const struct task_message ITEM =
    TASK_MESSAGE("ITEM", ITEM_TYPE, false, 60000, struct item, item_fields);
static const struct task_message STEP =
    TASK_MESSAGE("STEP", STEP_TYPE, false, 1, struct step, step_fields);
static const struct task_message NOTE =
    TASK_MESSAGE("NOTE", NOTE_TYPE, true, 9, struct note, note_fields);
static const struct task_message ACT =
    TASK_MESSAGE("ACT", ACT_TYPE, true, 1, struct act, act_fields);
static const struct task_message *const messages[] = {&HELLO, &ITEM, &STEP,
                                                      &NOTE,  &ACT,  NULL};

enum { LIMIT_MS = 300 };

/* Python's start takes longer than that. */
enum form { BRISK, BRISK_TEXT, PATIENT, PATIENT_TEXT };

struct talk {
    pid_t entry;
    int fds[2];
    struct task_channel *channel;
    struct task_channel_report report;
};

typedef void entry_fn(void);

static void start(struct talk *talk, entry_fn *entry, enum form form)
{
    int to[2], from[2];
    struct task_error err = TASK_ERROR_INIT;
    cr_assert(pipe(to) == 0 && pipe(from) == 0);
    talk->entry = fork();
    if (talk->entry == 0) {
        if (dup2(to[0], 0) < 0 || dup2(from[1], 1) < 0)
            _exit(126);
        for (int fd = 3; fd < 64; fd++)
            close(fd);
        entry();
        _exit(0);
    }
    close(to[0]);
    close(from[1]);
    talk->fds[0] = from[0];
    talk->fds[1] = to[1];
    const struct task_channel_setup setup = {.in_fd = from[0],
                                             .out_fd = to[1],
                                             .is_text =
                                                 form == BRISK_TEXT || form == PATIENT_TEXT,
                                             .messages = messages,
                                             .ready_ms = form < PATIENT ? LIMIT_MS : 0,
                                             .answer_ms = form < PATIENT ? LIMIT_MS : 0};
    talk->channel = task_channel_new(&setup, &err);
    cr_assert_not_null(talk->channel, "%s", err.message);
}

/* The entry's status as of waitpid. Ticks end with the channel. */
static int end(struct talk *talk, bool is_killed)
{
    int status = -1;
    task_channel_free(talk->channel);
    close(talk->fds[0]);
    close(talk->fds[1]);
    if (is_killed)
        kill(talk->entry, SIGKILL);
    waitpid(talk->entry, &status, 0);
    return status;
}

/* Ten steps of `count` items; false as soon as one is not answered. */
static bool play(struct talk *talk, size_t count)
{
    struct task_channel *ch = talk->channel;
    static struct item items[60000];
    bool is_fine = task_channel_hello(ch, &HELLO, &(struct hello){2});
    for (uint64_t i = 0; is_fine && i < 10; i++) {
        int64_t sum = 0;
        size_t n;
        for (size_t k = 0; k < count; k++)
            sum += items[k].value = (int64_t)(i * k) - 7;
        task_channel_send(ch, &ITEM, items, count);
        task_channel_send(ch, &STEP, &(struct step){i}, 1);
        is_fine = task_channel_ask(ch, &ACT);
        const struct act *act = task_channel_got(ch, &ACT, &n);
        if (is_fine && act->sum != 2 * sum)
            is_fine = task_channel_refuse(ch, "ACT %lld: the sum is another",
                                          (long long)act->sum);
    }
    task_channel_finish(ch);
    task_channel_tell(ch, &talk->report);
    return is_fine;
}

static void expect(entry_fn *entry, enum task_channel_fault fault, const char *why)
{
    struct talk talk;
    start(&talk, entry, BRISK);
    cr_expect_eq(play(&talk, 3), fault == TASK_CHANNEL_FINE);
    cr_expect_eq(talk.report.fault, fault, "%s", talk.report.why);
    cr_expect_str_eq(talk.report.why, why);
    end(&talk, true);
}

/* Entries. */

static void adds_in_frames(void)
{
    struct podium_channel ch = PODIUM_CHANNEL;
    struct podium_message m;
    int64_t sum = 0;
    uint64_t scale = 0;
    while (podium_next(&ch, &m)) {
        const struct item *items = m.records;
        if (m.type == PODIUM_HELLO) {
            memcpy(&scale, m.records, sizeof scale);
            podium_ready(&ch);
        }
        for (size_t i = 0; m.type == ITEM_TYPE && i < m.count; i++)
            sum += items[i].value;
        if (m.type == STEP_TYPE) {
            const struct act act = {sum * (int64_t)scale};
            podium_say(&ch, NOTE_TYPE, &(struct note){1, 2}, 1, sizeof(struct note));
            podium_answer(&ch, ACT_TYPE, &act, 1, sizeof act);
            sum = 0;
        }
    }
    _exit(podium_bye(&ch));
}

static void adds_in_python(const char *class)
{
    char program[1024];
    (void)snprintf(program, sizeof program,
                   "import podium_channel\n"
                   "ch = podium_channel.%s\n"
                   "for name, r in ch:\n"
                   "  r = [v[0] if isinstance(v, tuple) else v for v in r]\n"
                   "  if name == 'HELLO': scale = r[0]; ch.ready()\n"
                   "  elif name == 'ITEM': s = sum(r) - (len(r) - 1 if %d else 0)\n"
                   "  elif name == 'STEP': ch.answer('ACT', %s)\n",
                   class, class[0] == 'T', class[0] == 'T' ? "s * scale" : "(s * scale,)");
    setenv("PYTHONPATH", PODIUM_SOURCE_DIR "/tasks/sdk/entry", 1);
    setenv("PYTHONDONTWRITEBYTECODE", "1", 1);
    /* A list says its length first, as text: it is one of the numbers summed above. */
    execlp("python3", "python3", "-c", program, (char *)NULL);
    _exit(127);
}

static void adds_in_python_frames(void)
{
    adds_in_python("Binary(HELLO=(1, 'Q'), ITEM=(16, 'q'), STEP=(17, 'Q'), ACT=(19, 'q'))");
}

/* Its traceback is no news. */
static void reads_half_of_each_record(void)
{
    close(2);
    adds_in_python("Binary(HELLO=(1, 'Q'), ITEM=(16, 'i'), STEP=(17, 'Q'), ACT=(19, 'q'))");
}

static void knows_no_items(void)
{
    close(2);
    adds_in_python("Binary(HELLO=(1, 'Q'), STEP=(17, 'Q'), ACT=(19, 'q'))");
}

static void adds_in_python_lines(void)
{
    adds_in_python("Text()");
}

static void say(const void *bytes, size_t length)
{
    if (write(1, bytes, length) != (ssize_t)length)
        _exit(9);
}

static void hear_turn(void)
{
    char bytes[256];
    if (read(0, bytes, sizeof bytes) <= 0)
        _exit(0);
}

static void get_ready(void)
{
    hear_turn();
    say("\0\0\0\0\x02\0\0\0", 8);
    hear_turn();
}

static void wait_for_ever(void)
{
    for (;;)
        pause();
}

static void leaves_at_once(void)
{
}

static void leaves_in_the_middle(void)
{
    get_ready();
}

static void closes_its_ears(void)
{
    hear_turn();
    close(0);
    say("\0\0\0\0\x02\0\0\0", 8);
    wait_for_ever();
}

static void is_silent_from_the_start(void)
{
    wait_for_ever();
}

static void is_silent_later(void)
{
    get_ready();
    wait_for_ever();
}

static void drips(void)
{
    get_ready();
    say("\x08\0\0\0\x13\0\x01", 7);
    for (;;) {
        const struct timespec moment = {0, 100000000};
        nanosleep(&moment, NULL);
        say("", 1); /* a header more, and a sum of 0, byte by byte: 0.9 s */
    }
}

static void says_garbage(void)
{
    get_ready();
    say("hello, world\n", 13);
    wait_for_ever();
}

static void says_it_twice(void)
{
    get_ready();
    say("\x08\0\0\0\x12\0\x01\0aaaabbbb"
        "\x08\0\0\0\x12\0\x01\0aaaabbbb",
        32);
    wait_for_ever();
}

static void says_more(void)
{
    get_ready();
    say("\x08\0\0\0\x13\0\x01\0\xd6\xff\xff\xff\xff\xff\xff\xff..", 18);
    wait_for_ever();
}

static void floods(void)
{
    static char zeros[1 << 16];
    get_ready();
    for (;;)
        say(zeros, sizeof zeros);
}

static void floods_a_line(void)
{
    static char zeros[1 << 16];
    hear_turn();
    say("READY\n", 6);
    hear_turn();
    for (;;)
        say(zeros, sizeof zeros);
}

/* What it says the second time waits in the pipe until the next step asks. */
static void answers_what_it_has_not_read(void)
{
    static const char sum[] = "\x08\0\0\0\x13\0\x01\0\xd6\xff\xff\xff\xff\xff\xff\xff";
    int waiting = 0;
    get_ready();
    say(sum, 16); /* 2 * (-7 - 7 - 7) */
    while (waiting == 0)
        if (ioctl(0, FIONREAD, &waiting) != 0)
            _exit(9);
    say(sum, 16);
    wait_for_ever();
}

static void answers_nothings(void)
{
    struct podium_channel ch = PODIUM_CHANNEL;
    struct podium_message m;
    while (podium_next(&ch, &m)) {
        if (m.type == PODIUM_HELLO)
            podium_ready(&ch);
        if (m.type == STEP_TYPE)
            podium_answer(&ch, ACT_TYPE, &(struct act){0}, 1, sizeof(struct act));
    }
    (void)podium_bye(&ch);
}

static void stays(void)
{
    answers_nothings();
    wait_for_ever();
}

static void talks_on(void)
{
    const struct timespec moment = {0, 50000000};
    answers_nothings();
    nanosleep(&moment, NULL);
    say("good bye\n", 9); /* SIGPIPE, if nobody were there */
}

static void adds_wrongly(void)
{
    get_ready();
    say("\x08\0\0\0\x13\0\x01\0\x05\0\0\0\0\0\0\0", 16);
    wait_for_ever();
}

static void is_ready_as_an_act(void)
{
    hear_turn();
    say("\x08\0\0\0\x13\0\x01\0\x05\0\0\0\0\0\0\0", 16);
    wait_for_ever();
}

Test(sdk_channel, dialogue_in_frames_from_c_and_python_and_in_lines_from_python)
{
    static entry_fn *const entries[] = {adds_in_frames, adds_in_python_frames,
                                        adds_in_python_lines};
    for (size_t i = 0; i < 3; i++)
        for (size_t count = 0; count <= 60000; count = count * 90 + 7) {
            struct talk talk;
            start(&talk, entries[i], i == 2 ? PATIENT_TEXT : PATIENT);
            cr_expect(play(&talk, count), "%zu: %s", i, talk.report.why);
            cr_expect_eq(talk.report.steps, 10);
            cr_expect(talk.report.p50_ns > 0 && talk.report.p50_ns <= talk.report.p99_ns &&
                      talk.report.p99_ns <= talk.report.max_ns);
            cr_expect_eq(end(&talk, false), 0, "%zu %zu", i, count);
        }
}

Test(sdk_channel, the_kit_for_python_takes_no_records_of_another_form)
{
    static entry_fn *const entries[] = {reads_half_of_each_record, knows_no_items};
    for (size_t i = 0; i < 2; i++) {
        struct talk talk;
        start(&talk, entries[i], PATIENT);
        cr_expect_not(play(&talk, 3));
        cr_expect_eq(talk.report.fault, TASK_CHANNEL_LEFT, "%s", talk.report.why);
        cr_expect_eq(WEXITSTATUS(end(&talk, false)), 1);
    }
}

Test(sdk_channel, each_way_to_fail_is_told_with_its_step)
{
    expect(leaves_at_once, TASK_CHANNEL_LEFT,
           "before READY: left without an answer, or closed its standard input or output");
    expect(leaves_in_the_middle, TASK_CHANNEL_LEFT,
           "step 1: left without an answer, or closed its standard input or output");
    expect(closes_its_ears, TASK_CHANNEL_LEFT,
           "step 1: left without an answer, or closed its standard input or output");
    expect(is_silent_from_the_start, TASK_CHANNEL_LATE,
           "before READY: no answer within 300 ms");
    expect(is_silent_later, TASK_CHANNEL_LATE, "step 1: no answer within 300 ms");
    expect(drips, TASK_CHANNEL_LATE, "step 1: no whole answer within 300 ms");
    expect(says_garbage, TASK_CHANNEL_WRONG,
           "step 1: a message of type 11375, which is none to answer by");
    expect(says_it_twice, TASK_CHANNEL_WRONG, "step 1: NOTE: said twice");
    expect(says_more, TASK_CHANNEL_WRONG, "step 1: 2 bytes after the answer");
    expect(floods, TASK_CHANNEL_WRONG,
           "step 1: a message of type 0, which is none to answer by");
    expect(answers_what_it_has_not_read, TASK_CHANNEL_WRONG,
           "step 2: answered with 48 bytes of the turn not read");
    expect(adds_wrongly, TASK_CHANNEL_WRONG, "step 1: ACT 5: the sum is another");
    expect(is_ready_as_an_act, TASK_CHANNEL_WRONG,
           "before READY: a message of type 19, which is none to answer by");
}

Test(sdk_channel, what_an_entry_does_after_the_end_hurts_nobody)
{
    static entry_fn *const entries[] = {talks_on, stays};
    for (size_t i = 0; i < 2; i++) {
        struct talk talk;
        start(&talk, entries[i], BRISK);
        cr_expect(play(&talk, 0), "%s", talk.report.why);
        cr_expect_eq(talk.report.fault, TASK_CHANNEL_FINE);
        cr_expect_eq(end(&talk, i == 1), i == 1 ? SIGKILL : 0);
    }
}

/* As a machine that stands still for a while does. */
static void stops_the_environment(void)
{
    struct podium_channel ch = PODIUM_CHANNEL;
    struct podium_message m;
    while (podium_next(&ch, &m)) {
        if (m.type == PODIUM_HELLO)
            podium_ready(&ch);
        if (m.type != STEP_TYPE)
            continue;
        const struct timespec stall = {2 * LIMIT_MS / 1000, 2 * LIMIT_MS % 1000 * 1000000L};
        kill(getppid(), SIGSTOP);
        nanosleep(&stall, NULL);
        kill(getppid(), SIGCONT);
        podium_answer(&ch, ACT_TYPE, &(struct act){-42}, 1, sizeof(struct act));
    }
    _exit(podium_bye(&ch));
}

Test(sdk_channel, a_stall_of_the_machine_is_not_the_entrys)
{
    struct talk talk;
    start(&talk, stops_the_environment, BRISK);
    cr_expect_not(play(&talk, 3)); /* -21 is the sum of the first step, and of no other */
    cr_expect_eq(talk.report.steps, 2);
    cr_expect_str_eq(talk.report.why, "step 2: ACT -42: the sum is another");
    end(&talk, true);
}

Test(sdk_channel, an_entry_that_stops_reading_blocks_nobody)
{
    struct talk talk;
    start(&talk, is_silent_later, BRISK);
    cr_expect_not(play(&talk, 60000)); /* 480 KB a turn: more than a pipe holds */
    cr_expect_eq(talk.report.fault, TASK_CHANNEL_LATE);
    cr_expect_eq(strncmp(talk.report.why, "step 1: did not read ", 21), 0, "%s",
                 talk.report.why);
    end(&talk, true);
}

Test(sdk_channel, a_line_without_end_is_no_answer)
{
    struct talk talk;
    start(&talk, floods_a_line, BRISK_TEXT);
    cr_expect_not(play(&talk, 3));
    cr_expect_str_eq(talk.report.why, "step 1: more than 65536 bytes and no answer");
    end(&talk, true);
}

Test(sdk_channel, what_was_lost_stays_lost_and_nothing_is_sent)
{
    struct talk talk;
    start(&talk, adds_wrongly, BRISK);
    cr_expect_not(play(&talk, 3));
    cr_expect(task_channel_is_lost(talk.channel));
    cr_expect_not(task_channel_send(talk.channel, &STEP, &(struct step){1}, 1));
    cr_expect_not(task_channel_ask(talk.channel, &ACT));
    cr_expect_not(task_channel_refuse(talk.channel, "a later reason"));
    task_channel_tell(talk.channel, &talk.report);
    cr_expect_str_eq(talk.report.why, "step 1: ACT 5: the sum is another");
    end(&talk, true);
}
