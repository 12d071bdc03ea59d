/* expect: end=exit exit=0 call={} guards=seccomp
 * each=sched_setscheduler|sched_setparam|sched_setattr|setpriority|ioprio_set|mbind
 * |move_pages|migrate_pages|munlockall|chown|fchown|lchown|fchownat|mknod|mknodat|capset
 * |mincore|setxattr|removexattr|personality|sched_setaffinity|shmget|semget|msgget|mq_open
 * |io_uring_setup|io_uring_enter|io_uring_register|pidfd_open|pidfd_send_signal|vmsplice
 * |landlock_create_ruleset|seccomp|sysfs|ustat|io_setup|set_mempolicy_home_node */
/* ATTACKS 54, 55, 106, 118, 121, 136, 139, 148, 149, 153: calls that runtimes try and can
 * do without, one in each run: refused with the one error that makes them fall back.
 * Arguments are such that the kernel itself would say something else. */
#include "probe.h"

#define CALL(name, error, ...)                                                             \
    {                                                                                      \
#name, SYS_##name, error,                                                          \
        {                                                                                  \
            __VA_ARGS__                                                                    \
        }                                                                                  \
    }

static const struct {
    const char *name;
    long number;
    int error;
    long args[4];
} calls[] = {
    CALL(sched_setscheduler, EPERM, 0, 99),
    CALL(sched_setparam, EPERM, 0, 0),
    CALL(sched_setattr, EPERM, 0, 0),
    CALL(setpriority, EPERM, 99),
    CALL(ioprio_set, EPERM, 99),
    CALL(mbind, EPERM, 0, 0, 99),
    CALL(move_pages, EPERM, 0, 0),
    CALL(migrate_pages, EPERM, 0, 0),
    CALL(munlockall, EPERM),
    CALL(chown, EPERM),
    CALL(fchown, EPERM, -1),
    CALL(lchown, EPERM),
    CALL(fchownat, EPERM, -1),
    CALL(mknod, EPERM),
    CALL(mknodat, EPERM, -1),
    CALL(capset, EPERM),
    CALL(mincore, EPERM, 0, 0),
    CALL(setxattr, EOPNOTSUPP),
    CALL(removexattr, EOPNOTSUPP),
    CALL(personality, EPERM, 0),
    CALL(sched_setaffinity, EPERM, 0, 0),
    CALL(shmget, ENOSYS, 0, 4096, 01600),
    CALL(semget, ENOSYS, 0, 1, 01600),
    CALL(msgget, ENOSYS, 0, 01600),
    CALL(mq_open, ENOSYS),
    CALL(io_uring_setup, ENOSYS),
    CALL(io_uring_enter, ENOSYS, -1),
    CALL(io_uring_register, ENOSYS, -1),
    CALL(pidfd_open, ENOSYS, -1),
    CALL(pidfd_send_signal, ENOSYS, -1),
    CALL(vmsplice, ENOSYS, -1),
    CALL(landlock_create_ruleset, ENOSYS, 0, 0, 1),
    CALL(seccomp, ENOSYS, 99),
    CALL(sysfs, ENOSYS, 3),
    CALL(ustat, ENOSYS, 0, 0),
    CALL(io_setup, ENOSYS, 0),
    CALL(set_mempolicy_home_node, ENOSYS, 0, 0, 0, 1),
};

int main(int argc, char **argv)
{
    for (size_t i = 0; argc > 1 && i < sizeof calls / sizeof *calls; i++) {
        const long *args = calls[i].args;
        if (strcmp(calls[i].name, argv[1]) != 0)
            continue;
        long result = syscall(calls[i].number, args[0], args[1], args[2], args[3], 0, 0);
        if (result != -1 || errno != calls[i].error)
            HOLE("%s gives %ld", argv[1], result);
        return 0;
    }
    return 1;
}
