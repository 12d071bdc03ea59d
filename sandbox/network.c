#include "network.h"

#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "error.h"
#include "io.h"

struct sb_network {
    int fd;
    atomic_flag is_taken;
};

/* Of this thread: only it moves. */
static int open_own(void)
{
    return open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
}

bool sb__network_leave(int *home, struct sb_error *err)
{
    bool is_back = setns(*home, CLONE_NEWNET) == 0 ||
                   sb__fail_errno(err, SB_HOST, "cannot return to the host's network");
    sb__close(home);
    return is_back;
}

bool sb__network_enter(const struct sb_network *network, int *home, struct sb_error *err)
{
    *home = open_own();
    if (*home >= 0 && setns(network->fd, CLONE_NEWNET) == 0)
        return true;
    sb__fail_errno(err, SB_HOST, "cannot enter the kept network");
    sb__close(home);
    return false;
}

struct sb_network *sb_network_new(struct sb_error *err)
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
    struct sb_network *network = malloc(sizeof *network);
    if (!network)
        sb__fail(err, SB_HOST, "out of memory");
    if (sb__network_leave(&home, err) && network && fd >= 0) {
        *network = (struct sb_network){.fd = sb__steal(&fd), .is_taken = ATOMIC_FLAG_INIT};
        return network;
    }
    free(network);
    return NULL;
}

void sb_network_free(struct sb_network *network)
{
    if (!network)
        return;
    sb__close(&network->fd);
    free(network);
}

bool sb__network_take(struct sb_network *network, struct sb_error *err)
{
    return !atomic_flag_test_and_set(&network->is_taken) ||
           sb__fail(err, SB_SPEC, "network: another worker or run has it");
}

void sb__network_give_back(struct sb_network *network)
{
    atomic_flag_clear(&network->is_taken);
}
