#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "io.h"

/* A name behind those that are in the arena already; NULL: it is full. */
static char *put(struct sb__arena *arena, const void *data, size_t size)
{
    const size_t room = SB__ARENA_BYTES - sizeof *arena;
    if (size > room - arena->used)
        return NULL;
    char *at = arena->text + arena->used;
    if (size > 0)
        memcpy(at, data, size);
    arena->used += (size + 7) & ~(size_t)7; /* a list of pointers may be next */
    if (arena->used > room)
        arena->used = room;
    return at;
}

static const char *put_text(struct sb__arena *arena, const char *text)
{
    return put(arena, text, strlen(text) + 1);
}

/* The list and what it points to; NULL: they do not fit. */
static const char *const *put_list(struct sb__arena *arena, const char *const *list)
{
    size_t count = 0;
    while (list[count])
        count++;
    const char **copy = (const char **)(void *)put(arena, list, (count + 1) * sizeof *list);
    for (size_t i = 0; copy && i < count; i++) {
        copy[i] = put_text(arena, list[i]);
        if (!copy[i])
            return NULL;
    }
    return copy;
}

static bool pack(struct sb__arena *arena, const struct sb_command *command,
                 struct sb_error *err)
{
    struct sb_command *copy = &arena->command;
    arena->used = 0;
    *copy = *command;
    copy->argv = put_list(arena, command->argv);
    copy->env = put_list(arena, command->env);
    copy->cwd = put_text(arena, command->cwd);
    copy->pass_fds = (const void *)put(arena, command->pass_fds,
                                       command->pass_fd_count * sizeof *command->pass_fds);
    if (copy->argv && copy->env && copy->cwd && copy->pass_fds)
        return true;
    return sb__fail(err, SB_SPEC, "argv, env and cwd together are larger than %d bytes",
                    SB__ARENA_BYTES);
}

/* The guest's end of a stream: one of ours to be closed after it was sent (owned), or the
 * caller's. */
static int open_stream(struct sb_worker *worker, int i, int *owned, struct sb_error *err)
{
    const struct sb_stream *stream = &worker->run.command->streams[i];
    int ends[2];
    if (stream->kind == SB_STREAM_NULL)
        return worker->null;
    if (stream->kind == SB_STREAM_FD)
        return stream->fd;
    if (pipe2(ends, O_CLOEXEC) != 0) {
        sb__fail_errno(err, SB_HOST, "cannot prepare stream %d", i);
        return -1;
    }
    *owned = ends[1];
    if (!sb__watch(worker, i == 1 ? AT_OUT : AT_ERR, ends[0], err))
        return -1;
    if (fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0)
        return ends[1];
    sb__fail_errno(err, SB_HOST, "cannot prepare stream %d", i);
    return -1;
}

bool sb__order_send(struct sb_worker *worker, enum sb__order_kind kind, const int *fds,
                    size_t count, struct sb_error *err)
{
    char order = (char)kind;
    return sb__send_fds(worker->fds[AT_SOCK], &order, 1, fds, count) || errno == EPIPE ||
           errno == ECONNRESET || /* the same, with an earlier order unread */
           sb__fail_errno(err, SB_HOST, "cannot send an order to the init");
}

static bool send_order(struct sb_worker *worker, enum sb__order_kind order,
                       struct sb_error *err)
{
    const struct sb_command *command = worker->run.command;
    int fds[SB__MAX_RUN_FDS];
    size_t count = 3 + command->pass_fd_count;
    SB__FD int out = -1;
    SB__FD int error = -1;
    int *owned[] = {&out, &out, &error};
    for (int i = 0; i < 3; i++) {
        fds[i] = open_stream(worker, i, owned[i], err);
        if (fds[i] < 0)
            return false;
    }
    for (size_t i = 3; i < count; i++)
        fds[i] = command->pass_fds[i - 3].fd;
    return sb__order_send(worker, order, fds, count, err);
}

bool sb__order_count(struct sb_worker *worker, struct sb_error *err)
{
    struct sb__run *run = &worker->run;
    if (!sb__cgroup_begin(&worker->cgroup, &run->command->limits, err))
        return false;
    if (worker->cgroup.notes[0])
        sb__note(run->result->notes, sizeof run->result->notes, "%s", worker->cgroup.notes);
    return true;
}

bool sb__order_run(struct sb_worker *worker, struct sb_error *err)
{
    enum sb__order_kind order =
        worker->stage == SB__READY ? SB__ORDER_RUN : SB__ORDER_RUN_ONCE;
    if (!pack(worker->plan.arena, worker->run.command, err) ||
        !send_order(worker, order, err))
        return false;
    worker->stage = SB__RUNNING;
    return true;
}
