/* expect: end=call call={} guards=seccomp
 * each=mount|umount2|pivot_root|chroot|open_tree|move_mount|fsopen|fsconfig|fsmount|fspick
 * |mount_setattr|setns|unshare|init_module|finit_module|delete_module|kexec_load
 * |kexec_file_load|reboot|swapon|swapoff|acct|quotactl|quotactl_fd|syslog|vhangup
 * |fanotify_init|settimeofday|clock_settime|clock_adjtime|adjtimex|iopl|ioperm|modify_ldt
 * |ptrace|process_vm_readv|process_vm_writev|process_madvise|kcmp|pidfd_getfd|bpf
 * |perf_event_open|userfaultfd|add_key|request_key|keyctl|name_to_handle_at
 * |open_by_handle_at */
/* ATTACKS 24, 25, 26, 53, 82, 110, 111, 122 to 125, 128, 129, 137, 140 to 142: calls that
 * no honest program makes, one in each run, by arguments that do nothing. Number and name
 * are those of the kernel's headers, so that this list is not the policy's. */
#include "probe.h"

#define CALL(name)                                                                         \
    {                                                                                      \
#name, SYS_##name                                                                  \
    }

static const struct {
    const char *name;
    long number;
} calls[] = {
    CALL(mount),
    CALL(umount2),
    CALL(pivot_root),
    CALL(chroot),
    CALL(open_tree),
    CALL(move_mount),
    CALL(fsopen),
    CALL(fsconfig),
    CALL(fsmount),
    CALL(fspick),
    CALL(mount_setattr),
    CALL(setns),
    CALL(unshare),
    CALL(init_module),
    CALL(finit_module),
    CALL(delete_module),
    CALL(kexec_load),
    CALL(kexec_file_load),
    CALL(reboot),
    CALL(swapon),
    CALL(swapoff),
    CALL(acct),
    CALL(quotactl),
    CALL(quotactl_fd),
    CALL(syslog),
    CALL(vhangup),
    CALL(fanotify_init),
    CALL(settimeofday),
    CALL(clock_settime),
    CALL(clock_adjtime),
    CALL(adjtimex),
    CALL(iopl),
    CALL(ioperm),
    CALL(modify_ldt),
    CALL(ptrace),
    CALL(process_vm_readv),
    CALL(process_vm_writev),
    CALL(process_madvise),
    CALL(kcmp),
    CALL(pidfd_getfd),
    CALL(bpf),
    CALL(perf_event_open),
    CALL(userfaultfd),
    CALL(add_key),
    CALL(request_key),
    CALL(keyctl),
    CALL(name_to_handle_at),
    CALL(open_by_handle_at),
};

int main(int argc, char **argv)
{
    for (size_t i = 0; argc > 1 && i < sizeof calls / sizeof *calls; i++)
        if (strcmp(calls[i].name, argv[1]) == 0)
            syscall(calls[i].number, -1, 0, 0, 0, 0, 0);
    return 0;
}
