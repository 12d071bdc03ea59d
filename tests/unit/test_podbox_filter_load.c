/* Compiled filters in the kernel: what it answers for calls made for real, with the test as
 * the supervisor; and how large a program may be.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "filter.h"
#include "io.h"
#include "policy.h"
#include "policy_json.h"

TestSuite(podbox_filter_load, .timeout = 60);

/* What the supervisor here answers, and a quiet rule: nothing that the calls give. */
#define SUPERVISED EXDEV
#define QUIET ELIBBAD

enum { ALLOWED = 0 };

struct call {
    long nr;
    unsigned long args[2];
    int answer; /* ALLOWED, or the errno of who refuses */
};

/* Not _exit: AddressSanitizer makes calls of its own before it, which no filter here
 * allows. */
static void leave(int status)
{
    for (;;)
        syscall(SYS_exit_group, status);
}

static void filter_here(const struct sock_fprog *program, int sock)
{
    int listener = -1;
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 &&
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
        listener = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                                SECCOMP_FILTER_FLAG_NEW_LISTENER, program);
    if (listener < 0 || !sb__send(sock, "", 1, listener))
        _exit(1);
    close(listener);
}

static void answer_until_end(int listener)
{
    struct pollfd end = {.fd = listener, .events = POLLIN};
    while (poll(&end, 1, -1) == 1 && (end.revents & POLLIN) != 0) {
        /* The kernel's structs may be longer than those we were built with. */
        union {
            struct seccomp_notif request;
            char room[1024];
        } in = {0};
        union {
            struct seccomp_notif_resp response;
            char room[1024];
        } out = {0};
        cr_assert(ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &in) == 0);
        out.response.id = in.request.id;
        out.response.error = -SUPERVISED;
        cr_assert(ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &out) == 0);
    }
}

/* Makes the calls in a process that has the filter; errors[i] is the errno of call i. */
static void make_calls(const struct sock_fprog *program, const struct call *calls,
                       size_t count, int *errors)
{
    int socks[2], status, listener = -1;
    char byte;
    cr_assert(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, socks) == 0);
    pid_t pid = fork();
    cr_assert(pid >= 0);
    if (pid == 0) {
        filter_here(program, socks[1]);
        for (size_t i = 0; i < count; i++) {
            errno = 0;
            syscall(calls[i].nr, calls[i].args[0], calls[i].args[1], 0, 0, 0, 0);
            errors[i] = errno;
        }
        leave(0);
    }
    close(socks[1]);
    bool is_up = sb__receive(socks[0], &byte, 1, &listener) == 1 && listener >= 0;
    if (is_up)
        answer_until_end(listener);
    cr_assert(waitpid(pid, &status, 0) == pid);
    cr_assert(is_up && status == 0, "the guest ended with %x", status);
    close(listener);
    close(socks[0]);
}

static void check_calls(const struct sb_policy *policy, const struct call *calls,
                        size_t count)
{
    struct sock_fprog program;
    struct sb_error err = {0};
    int *errors = mmap(NULL, count * sizeof *errors, PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    cr_assert(errors != MAP_FAILED);
    cr_assert(sb__filter_build(policy, &program, &err), "%s", err.message);
    make_calls(&program, calls, count, errors);
    for (size_t i = 0; i < count; i++) {
        /* Whatever else an allowed call returns is its own affair. */
        bool is_known =
            errors[i] == SUPERVISED || errors[i] == QUIET || errors[i] == calls[i].answer;
        cr_expect((is_known ? errors[i] : ALLOWED) == calls[i].answer,
                  "call %ld(0x%lx, 0x%lx): %s", calls[i].nr, calls[i].args[0],
                  calls[i].args[1], strerror(errors[i]));
    }
    sb__filter_release(&program);
    munmap(errors, count * sizeof *errors);
}

/* What FEASIBILITY's table of stacks asks for, where a call can be made without harm. */
Test(podbox_filter_load, the_kernel_answers_as_the_default_policy_says)
{
    static const struct call calls[] = {
        {SYS_getppid, {0}, ALLOWED},
        {SYS_close, {1000}, ALLOWED},
        {SYS_clone3, {0, 0}, ENOSYS}, /* by the kernel, quietly */
        {SYS_personality, {0xffffffff}, ALLOWED},
        {SYS_personality, {0x0040000}, SUPERVISED},
        {SYS_ioctl, {-1ul, 0x5401}, ALLOWED},
        {SYS_ioctl, {-1ul, 0x700005401}, ALLOWED}, /* the kernel takes the low half */
        {SYS_ioctl, {-1ul, 0x5412}, SUPERVISED},
        {SYS_prctl, {PR_GET_DUMPABLE}, ALLOWED},
        {SYS_prctl, {PR_SET_SECCOMP}, SUPERVISED},
        {SYS_socket, {AF_UNIX, SOCK_STREAM}, ALLOWED},
        {SYS_socket, {AF_INET, SOCK_STREAM}, SUPERVISED},
        {SYS_keyctl, {0}, SUPERVISED},
        {SYS_sched_setaffinity, {0}, SUPERVISED},
        {SYS_mincore, {0}, SUPERVISED},
        {1000, {0}, SUPERVISED},
        {0x40000000 | SYS_getpid, {0}, SUPERVISED},
        {0x7fffffff, {0}, SUPERVISED},
    };
    struct sb_policy policy;
    struct sb_error err = {0};
    cr_assert(sb__policy_read(&policy, NULL, &err), "%s", err.message);
    check_calls(&policy, calls, sizeof calls / sizeof *calls);
    sb__policy_release(&policy);
}

#define PRIORITY                                                                           \
    "{\"names\":[\"sched_get_priority_max\"],\"why\":\"x\",\"action\":\"SCMP_ACT_"
#define WHEN(index, op, value)                                                             \
    "{\"index\":" #index ",\"op\":\"SCMP_CMP_" #op "\",\"value\":" #value "}"

/* Answers worked out by hand from the sentences at the top of policy.h. */
Test(podbox_filter_load, what_is_quiet_yields_to_what_is_allowed_and_to_refusals_before_it)
{
    static const char text[] =
        "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":["
        "{\"names\":[\"execve\",\"exit_group\",\"close\",\"sendmsg\"],"
        "\"action\":\"SCMP_ACT_ALLOW\",\"why\":\"x\"}," PRIORITY
        "KILL_PROCESS\",\"args\":[" WHEN(0, EQ, 7) "]}," PRIORITY "ALLOW\",\"args\":[" WHEN(
            0, GE,
            10) "," WHEN(0, LT,
                         4294967312) "]}," PRIORITY
                                     "ERRNO\",\"errnoRet\":80,\"quiet\":true}," PRIORITY
                                     "KILL_PROCESS\",\"args\":[" WHEN(
                                         0, EQ, 8) "]}," PRIORITY
                                                   "ALLOW\",\"args\":[" WHEN(
                                                       0, EQ, 7) "," WHEN(1, NE, 0) "]}]}";
    static const struct call calls[] = {
        {SYS_sched_get_priority_max, {7, 0}, SUPERVISED},
        {SYS_sched_get_priority_max, {7, 1}, ALLOWED},
        {SYS_sched_get_priority_max, {7, 0x100000000}, ALLOWED},
        {SYS_sched_get_priority_max, {8, 0}, QUIET}, /* behind the quiet rule: no say */
        {SYS_sched_get_priority_max, {9, 1}, QUIET},
        {SYS_sched_get_priority_max, {10, 0}, ALLOWED},
        {SYS_sched_get_priority_max, {0x10000000f, 0}, ALLOWED},
        {SYS_sched_get_priority_max, {0x100000010, 0}, QUIET},
        {SYS_sched_get_priority_max, {0xa00000007, 0}, QUIET},
        {SYS_sched_get_priority_min, {10, 0}, SUPERVISED},
    };
    struct sb_policy policy;
    struct sb_error err = {0};
    cr_assert(sb__policy_parse(&policy, "p", text, &err), "%s", err.message);
    check_calls(&policy, calls, sizeof calls / sizeof *calls);
    sb__policy_release(&policy);
}

/* Calls 400 and up, each with a rule of six tests; 0 instructions if that is too much. */
static struct sock_fprog build_large(int calls)
{
    static const struct sb__rule allow = {.action = SB__ALLOW};
    struct sb__rule rule = {.action = SB__ALLOW, .arg_count = 6};
    struct sb_policy policy;
    struct sock_fprog program = {0};
    struct sb_error err = {0};
    cr_assert(sb__policy_reserve(&policy, 2, (size_t)calls + 2, &err));
    sb__policy_add_rule(&policy, &allow);
    sb__policy_add_call(&policy, "execve");
    sb__policy_add_call(&policy, "exit_group");
    for (unsigned i = 0; i < 6; i++)
        rule.args[i] = (struct sb__arg){.index = i, .compare = SB__GT, .value = i};
    sb__policy_add_rule(&policy, &rule);
    for (int i = 0; i < calls; i++)
        policy.calls[policy.call_count++] = (struct sb__call){400 + i, 1};
    cr_assert(sb__policy_finish(&policy, "large", &err), "%s", err.message);
    if (!sb__filter_build(&policy, &program, &err))
        cr_assert(err.fault == SB_SPEC && strstr(err.message, "4096"), "%s", err.message);
    sb__policy_release(&policy);
    return program;
}

static bool is_loaded(const struct sock_fprog *program)
{
    int status;
    pid_t pid = fork();
    cr_assert(pid >= 0);
    if (pid == 0)
        leave(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
              syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, program) != 0);
    cr_assert(waitpid(pid, &status, 0) == pid);
    return status == 0;
}

/* Six tests of at least four instructions: more than 170 calls cannot fit. */
Test(podbox_filter_load, a_policy_too_large_is_refused_and_the_largest_loads)
{
    struct sock_fprog largest = build_large(1);
    int calls = 1;
    for (; calls <= 170; calls++) {
        struct sock_fprog next = build_large(calls + 1);
        if (next.len == 0)
            break;
        sb__filter_release(&largest);
        largest = next;
    }
    cr_expect(calls < 170 && largest.len > 4000 && largest.len <= BPF_MAXINSNS, "%d: %d",
              calls, largest.len);
    cr_expect(is_loaded(&largest));
    sb__filter_release(&largest);
}

/* Numbers from the kernel's tables syscall_64.tbl and syscall_32.tbl. */
Test(podbox_filter_load, a_call_is_named_by_its_table)
{
    static const struct {
        uint32_t arch;
        int nr;
        const char *name;
        bool is_foreign;
    } calls[] = {
        {AUDIT_ARCH_X86_64, 250, "keyctl", false},
        {AUDIT_ARCH_X86_64, 1000, "1000", false},
        {AUDIT_ARCH_X86_64, 0x40000000 | 39, "x32:getpid", true},
        {AUDIT_ARCH_I386, 20, "i386:getpid", true},
    };
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        char name[32];
        sb__call_name(calls[i].arch, calls[i].nr, name, sizeof name);
        cr_expect(strcmp(name, calls[i].name) == 0, "%s is not %s", name, calls[i].name);
        cr_expect(sb__is_foreign_call(calls[i].arch, calls[i].nr) == calls[i].is_foreign);
    }
}
