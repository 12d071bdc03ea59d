#include "ground.h"

#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "error.h"
#include "io.h"

struct sb_ground {
    int network;
    atomic_flag is_taken;
};

/* Of this thread: only it moves. */
static int open_own(void)
{
    return open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
}

bool sb__ground_leave(int *home, struct sb_error *err)
{
    bool is_back = setns(*home, CLONE_NEWNET) == 0 ||
                   sb__fail_errno(err, SB_HOST, "cannot return to the host's network");
    sb__close(home);
    return is_back;
}

bool sb__ground_enter(const struct sb_ground *ground, int *home, struct sb_error *err)
{
    *home = open_own();
    if (*home >= 0 && setns(ground->network, CLONE_NEWNET) == 0)
        return true;
    sb__fail_errno(err, SB_HOST, "cannot enter the kept network");
    sb__close(home);
    return false;
}

struct sb_ground *sb_ground_new(struct sb_error *err)
{
    SB__FD int home = open_own();
    *err = (struct sb_error){0};
    if (home < 0 || unshare(CLONE_NEWNET) != 0) {
        sb__fail_errno(err, SB_HOST, "cannot make a network to keep; only root can");
        return NULL;
    }
    SB__FD int fd = open_own();
    if (fd < 0)
        sb__fail_errno(err, SB_HOST, "cannot open the network");
    struct sb_ground *ground = malloc(sizeof *ground);
    if (!ground)
        sb__fail(err, SB_HOST, "out of memory");
    if (sb__ground_leave(&home, err) && ground && fd >= 0) {
        *ground =
            (struct sb_ground){.network = sb__steal(&fd), .is_taken = ATOMIC_FLAG_INIT};
        return ground;
    }
    free(ground);
    return NULL;
}

void sb_ground_free(struct sb_ground *ground)
{
    if (!ground)
        return;
    sb__close(&ground->network);
    free(ground);
}

bool sb__ground_take(struct sb_ground *ground, struct sb_error *err)
{
    return !atomic_flag_test_and_set(&ground->is_taken) ||
           sb__fail(err, SB_SPEC, "ground: another worker or run has it");
}

void sb__ground_give_back(struct sb_ground *ground)
{
    atomic_flag_clear(&ground->is_taken);
}
