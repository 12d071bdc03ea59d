#include "wire.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "io.h"
#include "tasks.h"
#include "worker.h"

static bool open_socket(struct sb__wire *wire)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return false;
    for (int side = 0; side < 2; side++) {
        wire->in[side] = wire->out[side] = ends[side];
        wire->watched[side] = fcntl(ends[side], F_DUPFD_CLOEXEC, 0);
    }
    return wire->watched[0] >= 0 && wire->watched[1] >= 0;
}

/* A pipe by its path is neither a reader nor a writer of it. */
static int open_by_path(int fd, int flags)
{
    char path[64];
    if (snprintf(path, sizeof path, "/proc/self/fd/%d", fd) < 0)
        return -1;
    return open(path, flags | O_CLOEXEC);
}

static bool open_pipes(struct sb__wire *wire)
{
    for (int side = 0; side < 2; side++) {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) != 0)
            return false;
        wire->in[side] = ends[0];
        wire->out[!side] = ends[1];
        wire->watched[side] = open_by_path(ends[0], O_PATH);
        if (wire->watched[side] < 0)
            return false;
    }
    return true;
}

void sb__wire_clear(struct sb__wire *wire)
{
    *wire = (struct sb__wire){.in = {-1, -1}, .out = {-1, -1}, .watched = {-1, -1}};
}

bool sb__wire_open(struct sb__wire *wire, enum sb_wire kind, struct sb_error *err)
{
    sb__wire_clear(wire);
    wire->kind = kind;
    if (kind == SB_WIRE_SOCKET ? open_socket(wire) : open_pipes(wire))
        return true;
    sb__fail_errno(err, SB_HOST, "cannot make the wire");
    sb__wire_close(wire);
    return false;
}

void sb__wire_join(const struct sb__wire *wire, enum sb_side side,
                   struct sb_command *command)
{
    command->streams[0] = (struct sb_stream){.kind = SB_STREAM_FD, .fd = wire->in[side]};
    command->streams[1] = (struct sb_stream){.kind = SB_STREAM_FD, .fd = wire->out[side]};
}

void sb__wire_sent(struct sb__wire *wire, enum sb_side side)
{
    if (wire->out[side] == wire->in[side])
        wire->out[side] = -1;
    sb__close(&wire->in[side]);
    sb__close(&wire->out[side]);
}

void sb__wire_ended(struct sb__wire *wire, enum sb_side side)
{
    sb__close(&wire->watched[side]);
}

/* False if it cannot be seen: as an ordinary user's the guest owns the pipe and may have
 * changed its mode. */
static bool count_unread(const struct sb__wire *wire, enum sb_side side, uint64_t *unread)
{
    int bytes = 0;
    SB__FD int pipe = -1;
    int fd = wire->watched[side];
    if (fd < 0)
        return true; /* it has ended */
    if (wire->kind == SB_WIRE_PIPES)
        fd = pipe = open_by_path(fd, O_RDONLY | O_NONBLOCK);
    if (fd < 0 || ioctl(fd, FIONREAD, &bytes) != 0 || bytes < 0)
        return false;
    *unread = (uint64_t)bytes;
    return true;
}

static bool waits(const struct sb__wire *wire, enum sb_side side)
{
    const struct sb_worker *worker = wire->workers[side];
    return worker->stage == SB__RUNNING && sb__waits_for_input(worker->init);
}

/* Against the peer only while the entry itself is seen waiting with nothing left to read,
 * and the peer is there. */
static enum sb_hung who_hung(const struct sb__wire *wire, bool is_unread_known)
{
    const struct sb_talk_result *result = wire->result;
    if (!is_unread_known || result->unread_bytes[SB_ENTRY] > 0 || result->waits[SB_PEER])
        return SB_HUNG_ENTRY;
    return result->waits[SB_ENTRY] && wire->watched[SB_PEER] >= 0 ? SB_HUNG_PEER
                                                                  : SB_HUNG_NOBODY;
}

void sb__wire_look(struct sb__wire *wire)
{
    struct sb_talk_result *result = wire->result;
    bool is_known[2];
    if (wire->has_looked)
        return;
    wire->has_looked = true;
    for (enum sb_side side = SB_ENTRY; side <= SB_PEER; side++) {
        is_known[side] = count_unread(wire, side, &result->unread_bytes[side]);
        result->waits[side] = waits(wire, side);
    }
    result->hung = who_hung(wire, is_known[SB_ENTRY]);
}

void sb__wire_close(struct sb__wire *wire)
{
    for (enum sb_side side = SB_ENTRY; side <= SB_PEER; side++) {
        sb__wire_sent(wire, side);
        sb__wire_ended(wire, side);
    }
}
