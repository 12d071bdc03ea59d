#include <criterion/criterion.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "podbox.h"
#include "worker.h"

TestSuite(podbox_talk, .timeout = 120);

#define SECOND ((uint64_t)1000000000)

/* Two workers, and a shell script for each side. */
struct fixture {
    struct sb_spec specs[2];
    struct sb_worker *workers[2];
    struct sb_command commands[2];
    struct sb_result results[2];
    struct sb_talk_side sides[2];
    struct sb_talk_result talk;
    struct sb_error err;
    const char *argv[2][4];
};

static void fixture_init(struct fixture *f)
{
    unsigned waived = (unsigned)SB_LAYER_ALL & ~sb_doctor(NULL);
    for (int side = 0; side < 2; side++) {
        sb_spec_init(&f->specs[side]);
        f->specs[side].waived = waived;
        f->specs[side].uid_slot = (unsigned)side;
        sb_command_init(&f->commands[side]);
        f->workers[side] = sb_worker_new(&f->specs[side], &f->err);
        cr_assert(f->workers[side], "%s", f->err.message);
        f->sides[side] = (struct sb_talk_side){f->workers[side], &f->commands[side],
                                               &f->results[side], 0};
    }
}

static void fixture_release(struct fixture *f)
{
    for (int side = 0; side < 2; side++)
        cr_expect(sb_worker_free(f->workers[side], &f->err), "%s", f->err.message);
}

static void set_script(struct fixture *f, enum sb_side side, const char *script)
{
    const char **argv = f->argv[side];
    argv[0] = "/bin/sh";
    argv[1] = "-c";
    argv[2] = script;
    argv[3] = NULL;
    f->commands[side].argv = argv;
}

static bool talk(struct fixture *f, enum sb_wire wire, uint64_t linger_ns,
                 const char *entry, const char *peer)
{
    set_script(f, SB_ENTRY, entry);
    set_script(f, SB_PEER, peer);
    f->sides[SB_ENTRY].linger_ns = f->sides[SB_PEER].linger_ns = linger_ns;
    return sb_talk_run(f->sides, wire, &f->talk, &f->err);
}

static bool exited(const struct fixture *f, enum sb_side side, int code)
{
    return f->results[side].end == SB_END_EXIT && f->results[side].exit_code == code;
}

static const char doubles[] = "while read x; do echo $((2 * x)); done";
static const char asks[] =
    "for i in 1 20 300; do echo $i; read y; [ $y = $((i + i)) ] || exit 1;"
    "done";

Test(podbox_talk, question_and_answer_over_both_wires_and_many_times)
{
    struct fixture f;
    fixture_init(&f);
    for (int i = 0; i < 20; i++) {
        cr_assert(talk(&f, i % 2 ? SB_WIRE_PIPES : SB_WIRE_SOCKET, 0, doubles, asks), "%s",
                  f.err.message);
        cr_assert(exited(&f, SB_ENTRY, 0) && exited(&f, SB_PEER, 0), "round %d", i);
        cr_expect(f.talk.hung == SB_HUNG_NOBODY && !f.talk.waits[SB_ENTRY]);
        /* The entry ends because the peer did. */
        if (i % 2 == 0)
            cr_expect(f.talk.first == SB_PEER && f.talk.gap_ns > 0, "round %d", i);
    }
    fixture_release(&f);
}

Test(podbox_talk, an_entry_that_ends_first_is_told_as_the_first)
{
    struct fixture f;
    fixture_init(&f);
    for (int i = 0; i < 20; i++) {
        cr_assert(talk(&f, SB_WIRE_SOCKET, 0, "exit 3", "cat; exit 42"), "%s",
                  f.err.message);
        cr_expect(exited(&f, SB_ENTRY, 3) && exited(&f, SB_PEER, 42));
        cr_expect(f.talk.first == SB_ENTRY, "round %d", i);
    }
    cr_assert(talk(&f, SB_WIRE_PIPES, 0, "exit 3", "cat; sleep 0.2; exit 42"));
    cr_expect(exited(&f, SB_ENTRY, 3) && exited(&f, SB_PEER, 42));
    cr_expect(f.talk.first == SB_ENTRY && f.talk.gap_ns > SECOND / 10);
    fixture_release(&f);
}

/* A socket that was closed with something unread in it says ECONNRESET instead, once. */
Test(podbox_talk, who_speaks_to_a_peer_that_is_gone_dies_by_sigpipe_as_the_second)
{
    struct fixture f;
    fixture_init(&f);
    for (int i = 0; i < 20; i++) {
        cr_assert(
            talk(&f, i % 2 ? SB_WIRE_PIPES : SB_WIRE_SOCKET, 0, "exec yes", "exit 42"));
        bool is_signal = f.results[SB_ENTRY].end == SB_END_SIGNAL &&
                         f.results[SB_ENTRY].signal == SIGPIPE;
        cr_expect(is_signal || (i % 2 == 0 && exited(&f, SB_ENTRY, 1)), "round %d", i);
        cr_expect(exited(&f, SB_PEER, 42));
        cr_expect(f.talk.first == SB_PEER, "round %d", i);
    }
    fixture_release(&f);
}

/* A signal that an entry sends to itself says nothing about the peer. */
Test(podbox_talk, over_a_socket_an_entry_cannot_pretend_to_be_the_second)
{
    struct fixture f;
    fixture_init(&f);
    for (int i = 0; i < 10; i++) {
        cr_assert(talk(&f, SB_WIRE_SOCKET, 0, "kill -PIPE $$", "cat; exit 42"));
        cr_expect(f.results[SB_ENTRY].signal == SIGPIPE && exited(&f, SB_PEER, 42));
        cr_expect(f.talk.first == SB_ENTRY, "round %d", i);
    }
    fixture_release(&f);
}

Test(podbox_talk, a_peer_that_is_gone_has_not_hung)
{
    static const char waits[] = "exec python3 -c 'import select; select.poll().poll()'";
    struct fixture f;
    fixture_init(&f);
    f.commands[SB_ENTRY].limits.wall_ns = 2 * SECOND; /* for Python to start */
    for (int i = 0; i < 2; i++) {
        cr_assert(talk(&f, i ? SB_WIRE_PIPES : SB_WIRE_SOCKET, 0, waits, "exit 42"));
        cr_expect(f.results[SB_ENTRY].end == SB_END_WALL && f.talk.first == SB_PEER);
        cr_expect(f.talk.waits[SB_ENTRY] && f.talk.hung == SB_HUNG_NOBODY);
    }
    fixture_release(&f);
}

Test(podbox_talk, a_side_that_has_said_all_can_still_listen)
{
    struct fixture f;
    fixture_init(&f);
    cr_assert(talk(&f, SB_WIRE_PIPES, 0, "echo all; exec 1>&-; read x; [ $x = heard ]",
                   "[ \"$(cat)\" = all ] && echo heard"));
    cr_expect(exited(&f, SB_ENTRY, 0) && exited(&f, SB_PEER, 0));
    cr_assert(talk(&f, SB_WIRE_PIPES, 0, "[ \"$(cat)\" = all ] && echo heard",
                   "echo all; exec 1>&-; read x; [ $x = heard ]"));
    cr_expect(exited(&f, SB_ENTRY, 0) && exited(&f, SB_PEER, 0));
    /* The other half: who listens no more may go on to speak. */
    cr_assert(
        talk(&f, SB_WIRE_PIPES, 0, "exec 0<&-; sleep 0.1; echo on",
             "trap '' PIPE; while echo x; do :; done 2>/dev/null; read x; [ $x = on ]"));
    cr_expect(exited(&f, SB_ENTRY, 0) && exited(&f, SB_PEER, 0));
    fixture_release(&f);
}

static const char shuts_down[] = "exec python3 -c 'import socket\n"
                                 "s = socket.socket(fileno=1)\n"
                                 "s.sendall(b\"all\\n\")\n"
                                 "s.shutdown(socket.SHUT_WR)\n"
                                 "raise SystemExit(s.recv(99) != b\"heard\\n\")'";

Test(podbox_talk, a_socket_is_shut_down_in_one_direction)
{
    struct fixture f;
    fixture_init(&f);
    cr_assert(talk(&f, SB_WIRE_SOCKET, 0, shuts_down, "[ \"$(cat)\" = all ] && echo heard"),
              "%s", f.err.message);
    cr_expect(exited(&f, SB_ENTRY, 0) && exited(&f, SB_PEER, 0));
    fixture_release(&f);
}

struct hang {
    const char *entry, *peer;
    enum sb_hung hung;
    bool waits[2];
    enum sb_side has_unread; /* what was sent to the other side was read */
    bool is_any_unread;
};

static const struct hang hangs[] = {
    /* asked, and says nothing; or computes */
    {"read x; exec sleep 1000", "echo 1; read y", SB_HUNG_ENTRY, {false, true}, 0, false},
    {"read x; while :; do :; done",
     "echo 1; read y",
     SB_HUNG_ENTRY,
     {false, true},
     0,
     false},
    /* each waits for the other: the peer knows whose turn it is */
    {"read x; read x", "echo 1; read y", SB_HUNG_ENTRY, {true, true}, 0, false},
    /* flooded, and does not read */
    {"exec sleep 1000", "exec yes", SB_HUNG_ENTRY, {false, false}, SB_ENTRY, true},
    /* a peer that does not answer, or does not read */
    {"echo 1; read x", "read y; exec sleep 1000", SB_HUNG_PEER, {true, false}, 0, false},
    {"echo 1; read x", "exec sleep 1000", SB_HUNG_PEER, {true, false}, SB_PEER, true},
    {"exec sleep 1000", "exec sleep 1000", SB_HUNG_NOBODY, {false, false}, 0, false},
};

static void check_hang(const struct fixture *f, const struct hang *hang)
{
    const struct sb_talk_result *t = &f->talk;
    cr_expect(t->hung == hang->hung, "%s | %s: %d", hang->entry, hang->peer, t->hung);
    for (enum sb_side side = SB_ENTRY; side <= SB_PEER; side++) {
        bool is_expected = hang->is_any_unread && hang->has_unread == side;
        cr_expect(t->waits[side] == hang->waits[side], "%s | %s: %d", hang->entry,
                  hang->peer, side);
        cr_expect((t->unread_bytes[side] > 0) == is_expected, "%s | %s: %d", hang->entry,
                  hang->peer, side);
    }
}

Test(podbox_talk, who_hung_is_told_when_the_wall_limit_falls)
{
    struct fixture f;
    fixture_init(&f);
    f.commands[SB_ENTRY].limits.wall_ns = SECOND;
    for (size_t i = 0; i < 2 * sizeof hangs / sizeof *hangs; i++) {
        const struct hang *hang = &hangs[i / 2];
        cr_assert(talk(&f, i % 2 ? SB_WIRE_PIPES : SB_WIRE_SOCKET, SECOND / 20, hang->entry,
                       hang->peer),
                  "%s", f.err.message);
        check_hang(&f, hang);
        /* What becomes of the peer when the entry is killed takes nothing away from it. */
        cr_expect(f.results[SB_ENTRY].end == SB_END_WALL && f.talk.first == SB_ENTRY);
    }
    fixture_release(&f);
}

Test(podbox_talk, a_pipe_that_nobody_reads_is_told_with_its_size)
{
    struct fixture f;
    fixture_init(&f);
    f.commands[SB_ENTRY].limits.wall_ns = SECOND;
    cr_assert(talk(&f, SB_WIRE_PIPES, SECOND / 20, "sleep 1000", "exec cat /dev/zero"));
    cr_expect(f.talk.unread_bytes[SB_ENTRY] == 65536, "%llu", /* pipe(7), capacity */
              (unsigned long long)f.talk.unread_bytes[SB_ENTRY]);
    fixture_release(&f);
}

Test(podbox_talk, who_is_left_alone_is_stopped_after_the_grace)
{
    struct fixture f;
    fixture_init(&f);
    cr_assert(talk(&f, SB_WIRE_PIPES, SECOND / 20, "exit 0", "exec sleep 1000"));
    cr_expect(exited(&f, SB_ENTRY, 0) && f.results[SB_PEER].end == SB_END_STOPPED);
    cr_expect(f.talk.first == SB_ENTRY && f.talk.gap_ns >= SECOND / 20);
    cr_assert(talk(&f, SB_WIRE_SOCKET, SECOND / 20, "exec sleep 1000", "exit 42"));
    cr_expect(f.results[SB_ENTRY].end == SB_END_STOPPED && exited(&f, SB_PEER, 42));
    fixture_release(&f);
}

Test(podbox_talk, what_cannot_start_starts_neither_side_and_spoils_no_worker)
{
    struct fixture f;
    fixture_init(&f);
    set_script(&f, SB_PEER, "exec sleep 1000");
    f.commands[SB_ENTRY].argv = NULL;
    cr_expect(!sb_talk_run(f.sides, SB_WIRE_PIPES, &f.talk, &f.err));
    cr_expect(f.err.fault == SB_SPEC && strstr(f.err.message, "no command"), "%s",
              f.err.message);
    f.sides[SB_PEER].worker = f.workers[SB_ENTRY];
    cr_expect(!talk(&f, SB_WIRE_PIPES, 0, "true", "true"));
    cr_expect(f.err.fault == SB_SPEC && strstr(f.err.message, "a worker of its own"), "%s",
              f.err.message);
    f.sides[SB_PEER].worker = f.workers[SB_PEER];
    cr_assert(talk(&f, SB_WIRE_PIPES, 0, doubles, asks), "%s", f.err.message);
    cr_expect(exited(&f, SB_ENTRY, 0) && exited(&f, SB_PEER, 0));
    fixture_release(&f);
}

static enum sb_progress step_to_end(struct sb_talk *one, struct sb_error *err)
{
    enum sb_progress progress = SB_RUNNING;
    while (progress == SB_RUNNING) {
        struct pollfd ready = {.fd = sb_talk_fd(one), .events = POLLIN};
        cr_assert(poll(&ready, 1, 30000) == 1);
        progress = sb_talk_step(one, err);
    }
    return progress;
}

Test(podbox_talk, a_side_killed_from_outside_fails_the_talk_and_not_the_other_side)
{
    struct fixture f;
    fixture_init(&f);
    for (enum sb_side side = SB_ENTRY; side <= SB_PEER; side++) {
        set_script(&f, SB_ENTRY, "exec sleep 1000");
        set_script(&f, SB_PEER, "exec sleep 1000");
        struct sb_talk *one = sb_talk_new(f.sides, SB_WIRE_PIPES, &f.talk, &f.err);
        cr_assert(one, "%s", f.err.message);
        cr_assert(kill(f.workers[side]->init, SIGKILL) == 0);
        cr_expect(step_to_end(one, &f.err) == SB_FAILED && f.err.fault == SB_HOST);
        cr_expect(strstr(f.err.message, "killed from outside"), "%s", f.err.message);
        cr_expect(sb_talk_step(one, &f.err) == SB_FAILED);
        sb_talk_free(one);
        cr_assert(talk(&f, SB_WIRE_PIPES, 0, doubles, asks), "%s", f.err.message);
    }
    fixture_release(&f);
}

Test(podbox_talk, a_talk_is_stopped_or_freed_while_it_runs)
{
    struct fixture f;
    fixture_init(&f);
    set_script(&f, SB_ENTRY, "exec sleep 1000");
    set_script(&f, SB_PEER, "read x");
    struct sb_talk *one = sb_talk_new(f.sides, SB_WIRE_PIPES, &f.talk, &f.err);
    cr_assert(one, "%s", f.err.message);
    sb_talk_stop(one);
    cr_expect(step_to_end(one, &f.err) == SB_ENDED);
    cr_expect(f.results[SB_ENTRY].end == SB_END_STOPPED);
    sb_talk_free(one);
    one = sb_talk_new(f.sides, SB_WIRE_PIPES, &f.talk, &f.err);
    cr_assert(one, "%s", f.err.message);
    sb_talk_free(one);
    cr_assert(talk(&f, SB_WIRE_SOCKET, 0, doubles, asks), "%s", f.err.message);
    fixture_release(&f);
}

static int descriptors(void)
{
    int count = 0;
    for (int fd = 0; fd < 1024; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

Test(podbox_talk, nothing_is_left_open)
{
    struct fixture f;
    fixture_init(&f);
    cr_assert(talk(&f, SB_WIRE_PIPES, 0, doubles, asks));
    int before = descriptors();
    for (int i = 0; i < 6; i++)
        cr_assert(talk(&f, i % 2 ? SB_WIRE_PIPES : SB_WIRE_SOCKET, SECOND / 100, doubles,
                       i < 3 ? asks : "exit 1"));
    /* Fewer is no leak: a worker that was still making a folder anew held more before. */
    cr_expect(descriptors() <= before, "%d before, %d after", before, descriptors());
    fixture_release(&f);
}

Test(podbox_talk, the_json_names_both_sides)
{
    struct sb_result results[2] = {{.end = SB_END_WALL, .refused.nr = -1},
                                   {.end = SB_END_EXIT, .exit_code = 42, .refused.nr = -1}};
    struct sb_talk_result t = {.first = SB_PEER,
                               .gap_ns = 5,
                               .hung = SB_HUNG_ENTRY,
                               .unread_bytes = {7, 0},
                               .waits = {false, true}};
    json_t *object = sb_talk_json(&t, &results[SB_ENTRY], &results[SB_PEER]);
    char *text = json_dumps(object, JSON_COMPACT);
    static const char *const parts[] = {
        "\"schema\":\"podbox.talk/1\"",
        "\"first\":\"peer\"",
        "\"gap_ns\":5",
        "\"hung\":\"entry\"",
        "\"entry\":{\"unread_bytes\":7,\"waits\":false}",
        "\"peer\":{\"unread_bytes\":0,\"waits\":true}",
        "\"entry\":{\"schema\":\"podbox.result/1\",\"end\":\"wall\"",
        "\"peer\":{\"schema\":\"podbox.result/1\",\"end\":\"exit\",\"exit_code\":42"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        cr_expect(strstr(text, parts[i]), "%s: %s", parts[i], text);
    free(text);
    json_decref(object);
}
