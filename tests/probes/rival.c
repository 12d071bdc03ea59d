#include "rival.h"

#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>

enum { WAIT_MS = 10000 };

/* Until it has printed more than `size` bytes. False: it does not any more. */
static bool hear(struct rival *rival, off_t size, char why[256])
{
    struct sb_error err = {0};
    struct stat st;
    enum sb_progress progress = SB_RUNNING;
    while (fstat(rival->out, &st) == 0 && st.st_size <= size) {
        struct pollfd ready = {.fd = sb_worker_fd(rival->worker), .events = POLLIN};
        if (progress != SB_RUNNING || poll(&ready, 1, WAIT_MS) != 1) {
            (void)snprintf(why, 256, "the rival says no more: %s %.150s",
                           sb_end_name(rival->result.end), err.message);
            return false;
        }
        progress = sb_worker_step(rival->worker, &err);
    }
    return progress == SB_RUNNING;
}

static bool end(struct rival *rival, char why[256])
{
    struct sb_error err = {0};
    if (sb_worker_free(rival->worker, &err))
        return true;
    (void)snprintf(why, 256, "the rival: %.200s", err.message);
    return false;
}

bool rival_start(struct rival *rival, const struct sb_spec *spec, int out, char why[256])
{
    struct sb_error err = {0}, late = {0};
    *rival = (struct rival){.out = out};
    rival->worker = sb_worker_new(spec, &err);
    if (rival->worker &&
        sb_worker_start(rival->worker, &spec->command, &rival->result, &err) &&
        hear(rival, 0, why))
        return true;
    if (err.message[0])
        (void)snprintf(why, 256, "the rival: %.200s", err.message);
    (void)sb_worker_free(rival->worker, &late); /* the first error is told */
    return false;
}

/* What it printed while nobody listened waits in its pipe, so the first that comes now may
 * be old: what comes after that is not. */
bool rival_stop(struct rival *rival, char why[256])
{
    struct stat st;
    bool is_alive = fstat(rival->out, &st) == 0 && hear(rival, st.st_size, why) &&
                    fstat(rival->out, &st) == 0 && hear(rival, st.st_size, why);
    return end(rival, why) && is_alive;
}
