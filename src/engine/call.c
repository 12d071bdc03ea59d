#include "call.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OUT_MAX = 64 << 20, WORDS_MAX = 65536, SHOWN = 300 };

struct running {
    pid_t pid;
    int fds[2]; /* its output and its errors; -1: ended */
    struct pod_buf *texts[2];
    size_t caps[2];
    uint64_t end_ns;
};

static int prepare(posix_spawn_file_actions_t *actions, posix_spawnattr_t *attributes,
                   const int writers[2])
{
    sigset_t none;
    sigemptyset(&none);
    int problem = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
    for (int i = 0; i < 2 && problem == 0; i++)
        problem = posix_spawn_file_actions_adddup2(actions, writers[i], i + 1);
    if (problem == 0)
        problem = posix_spawnattr_setsigmask(attributes, &none);
    if (problem == 0)
        problem = posix_spawnattr_setpgroup(attributes, 0);
    if (problem == 0)
        problem = posix_spawnattr_setflags(attributes,
                                           POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
    return problem;
}

static bool spawn(const struct call *call, const int writers[2], pid_t *pid,
                  struct pod_error *err)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    if (posix_spawn_file_actions_init(&actions) != 0)
        return pod_fail(err, POD_HOST, "cannot start '%s': out of memory", call->argv[0]);
    if (posix_spawnattr_init(&attributes) != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return pod_fail(err, POD_HOST, "cannot start '%s': out of memory", call->argv[0]);
    }
    /* posix_spawn takes char *const * for history's sake and does not write to it. */
    char *const *words = (char *const *)(uintptr_t)call->argv;
    int problem = prepare(&actions, &attributes, writers);
    if (problem == 0)
        problem = posix_spawnp(pid, call->argv[0], &actions, &attributes, words, call->env);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return problem == 0 || pod_fail(err, POD_HOST, "cannot start '%s': %s", call->argv[0],
                                    strerror(problem));
}

static bool start(const struct call *call, struct running *running, struct pod_error *err)
{
    int out[2], said[2];
    if (pipe2(out, O_CLOEXEC) < 0)
        return pod_fail_errno(err, POD_HOST, "cannot make a pipe");
    if (pipe2(said, O_CLOEXEC) < 0) {
        close(out[0]);
        close(out[1]);
        return pod_fail_errno(err, POD_HOST, "cannot make a pipe");
    }
    running->fds[0] = out[0];
    running->fds[1] = said[0];
    const int writers[2] = {out[1], said[1]};
    bool done = spawn(call, writers, &running->pid, err);
    close(out[1]);
    close(said[1]);
    return done;
}

/* What is over the cap is read and dropped, or the command would wait for us. */
static void take(struct running *running, int stream)
{
    char chunk[65536];
    ssize_t got = read(running->fds[stream], chunk, sizeof chunk);
    if (got < 0 && errno == EINTR)
        return;
    if (got <= 0) {
        close(running->fds[stream]);
        running->fds[stream] = -1;
        return;
    }
    struct pod_buf *text = running->texts[stream];
    size_t room = running->caps[stream] - text->length;
    pod_buf_append(text, chunk, (size_t)got < room ? (size_t)got : room);
}

/* Until the command has said all. CALL_FAILED: not in time. */
static enum call_end listen_to(struct running *running, int stop_fd)
{
    while (running->fds[0] >= 0 || running->fds[1] >= 0) {
        uint64_t now_ns = pod_monotonic_ns();
        if (now_ns >= running->end_ns)
            return CALL_FAILED;
        struct pollfd polled[3] = {
            {.fd = running->fds[0], .events = POLLIN},
            {.fd = running->fds[1], .events = POLLIN},
            {.fd = stop_fd, .events = POLLIN},
        };
        int left_ms = (int)((running->end_ns - now_ns) / 1000000) + 1;
        if (poll(polled, 3, left_ms) < 0 && errno != EINTR)
            return CALL_FAILED;
        if (polled[2].revents != 0)
            return CALL_STOPPED;
        for (int i = 0; i < 2; i++)
            if (polled[i].revents != 0)
                take(running, i);
    }
    return CALL_DONE;
}

/* The line that tells most: the last, as tools put the reason there. */
static char *last_line(const struct pod_buf *text)
{
    const char *found = "";
    size_t found_length = 0;
    for (const char *at = text->data; at != NULL && *at != '\0';) {
        size_t length = strcspn(at, "\n");
        if (length > 0) {
            found = at;
            found_length = length;
        }
        at += length + (at[length] == '\n');
    }
    pod_auto_free char *line = pod_strf("%.*s", (int)found_length, found);
    return pod_str_shown(line, SHOWN);
}

static enum call_end judge(const struct call *call, int status, const struct pod_buf *said,
                           char **words)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return CALL_DONE;
    pod_auto_free char *line = last_line(said);
    pod_auto_free char *how = WIFSIGNALED(status)
                                  ? pod_strf("was ended by signal %d", WTERMSIG(status))
                                  : pod_strf("gave exit status %d", WEXITSTATUS(status));
    *words = pod_strf("%s %s%s%s", call->argv[0], how, *line ? ": " : "", line);
    return CALL_FAILED;
}

enum call_end call_run(const struct call *call, struct pod_buf *out, char **words,
                       struct pod_error *err)
{
    pod_auto_buf struct pod_buf said = POD_BUF_INIT;
    struct running running = {
        .pid = -1,
        .fds = {-1, -1},
        .texts = {out, &said},
        .caps = {OUT_MAX, WORDS_MAX},
        .end_ns = pod_monotonic_ns() + (uint64_t)call->timeout_ms * 1000000,
    };
    *words = NULL;
    pod_buf_append(out, "", 0);
    enum call_end end = CALL_IMPOSSIBLE;
    if (start(call, &running, err))
        end = listen_to(&running, call->stop_fd);
    for (int i = 0; i < 2; i++)
        if (running.fds[i] >= 0)
            close(running.fds[i]);
    if (end == CALL_IMPOSSIBLE)
        return end;
    if (end != CALL_DONE)
        (void)kill(-running.pid, SIGKILL); /* its group: a wrapper may have children */
    int status = 0;
    while (waitpid(running.pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (end == CALL_FAILED)
        *words =
            pod_strf("%s gave no answer in %u s", call->argv[0], call->timeout_ms / 1000);
    return end == CALL_DONE ? judge(call, status, &said, words) : end;
}
