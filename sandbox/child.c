#include "child.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"
#include "guest.h"
#include "io.h"

static bool say(const struct sb__init *init, const struct sb__report *report, int fd)
{
    return sb__send(init->plan->sock, report, sizeof *report, fd);
}

static uint64_t to_ns(struct timeval time)
{
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_usec * 1000u;
}

static void add_usage(struct sb__report *report)
{
    struct rusage own, others;
    if (getrusage(RUSAGE_SELF, &own) != 0 || getrusage(RUSAGE_CHILDREN, &others) != 0)
        return; /* cannot fail; the samples stand */
    report->user_ns = to_ns(own.ru_utime) + to_ns(others.ru_utime);
    report->system_ns = to_ns(own.ru_stime) + to_ns(others.ru_stime);
}

static void say_ready(const struct sb__init *init)
{
    struct sb__report ready = {.kind = SB__REPORT_READY};
    add_usage(&ready);
    if (!say(init, &ready, -1))
        _exit(1);
}

/* What the supervisor is not told of it sees as our end. */
__attribute__((noreturn)) static void give_up(const struct sb__init *init,
                                              const struct sb_error *error)
{
    struct sb__report failed = {.kind = SB__REPORT_FAILED, .error = *error};
    (void)say(init, &failed, -1);
    _exit(1);
}

static char wait_for_order(struct sb__init *init)
{
    char order = 0;
    init->run_fd_count = SB__MAX_RUN_FDS;
    ssize_t n =
        sb__receive_fds(init->plan->sock, &order, 1, init->run_fds, &init->run_fd_count);
    if (n != 1)
        _exit(1); /* the supervisor is done with us, or gone */
    init->order_cpu_ns = order == SB__ORDER_RUN_ONCE ? init->birth_cpu_ns : sb__cpu_ns();
    return order;
}

/* The guest's stream shows what a shell would: the participant reads the log. */
static void tell_guest_stream(const struct sb__guest *guest)
{
    dprintf(2, "podbox: cannot execute '%s': %s\n", guest->command->argv[0],
            sb__errno_text(guest->exec_errno));
}

static uint64_t own_cpu(const struct sb__init *init, const struct sb__guest *guest)
{
    return sb__cpu_ns() - init->order_cpu_ns + guest->cpu_ns;
}

static void report_start(const struct sb__init *init, struct sb__guest *guest)
{
    struct sb__report report = {.kind = SB__REPORT_STARTED, .at_ns = guest->start_ns};
    if (guest->exec_errno) {
        report.kind = SB__REPORT_NOT_EXECUTED;
        report.status = guest->exec_errno;
        tell_guest_stream(guest);
        sb__close(&guest->listener);
    }
    report.setup_ns = own_cpu(init, guest);
    bool is_said = say(init, &report, guest->listener);
    /* The guest's pipes must not stay open here, or no reader sees their end. */
    if (!is_said || close_range(0, SB__MAX_GUEST_FD, 0) != 0)
        _exit(1);
}

/* True if all are dead now; otherwise the command's end is told first, since killing what
 * it left may take a while. */
static bool reap_now(int *status)
{
    (void)kill(-1, SIGKILL); /* ESRCH: nothing is left */
    pid_t pid;
    do
        pid = waitpid(-1, status, __WALL | WNOHANG);
    while (pid > 0 || (pid < 0 && errno == EINTR));
    return pid < 0;
}

static void reap(const struct sb__init *init, const struct sb__guest *guest)
{
    struct sb__report report = {.kind = SB__REPORT_ENDED};
    int status = 0, rest = 0;
    pid_t pid;
    while ((pid = waitpid(-1, &status, __WALL)) != guest->pid)
        if (pid < 0 && errno != EINTR)
            break;
    report.at_ns = sb__now_ns();
    report.status = status;
    if (!reap_now(&rest)) {
        (void)say(init, &report,
                  -1); /* if nobody listens, the death signal is on its way */
        while (waitpid(-1, &rest, __WALL) > 0 || errno == EINTR)
            ;
    }
    report.kind = SB__REPORT_REAPED;
    report.is_dirty = sb__root_is_dirty(&init->plan->root);
    add_usage(&report);
    report.setup_ns = own_cpu(init, guest);
    if (!say(init, &report, -1))
        _exit(1);
}

static void run(struct sb__init *init)
{
    struct sb__guest guest = {.init = init, .command = &init->plan->arena->command};
    if (!sb__guest_start(&guest))
        give_up(init, &guest.error);
    report_start(init, &guest);
    reap(init, &guest);
}

void sb__child_main(struct sb__plan *plan)
{
    struct sb__init init = {.plan = plan, .ruleset = -1, .last_pid = -1};
    if (!sb__setup(&init))
        give_up(&init, &init.error);
    say_ready(&init);
    for (;;) {
        char order = wait_for_order(&init);
        if (order != SB__ORDER_CLEAN) {
            run(&init);
        } else {
            if (!sb__setup_again(&init))
                give_up(&init, &init.error);
            say_ready(&init);
        }
    }
}
