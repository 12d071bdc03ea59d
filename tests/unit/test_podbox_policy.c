#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>

#include "filter.h"
#include "policy.h"
#include "policy_json.h"

TestSuite(podbox_policy, .timeout = 20);

#define MINIMAL                                                                            \
    "{\"names\":[\"execve\",\"exit_group\"],\"action\":\"SCMP_ACT_ALLOW\",\"why\":\"x\"}"
#define POLICY(more)                                                                       \
    "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":38,\"syscalls\":[" MINIMAL  \
        more "]}"

/* Each text has one fault; the message must name the place. */
static const struct {
    const char *text;
    const char *message;
} faults[] = {
    {"{", "policy 'p':1:"},
    {"{\"a\":1,\"a\":2}", "duplicate"},
    {"[]", "the top is not an object"},
    {"{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[]}", "the default must refuse"},
    {"{\"defaultAction\":\"SCMP_ACT_TRACE\"}", "defaultAction is not"},
    {"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":0}", "defaultErrnoRet"},
    {"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscals\":[]}", "unknown key 'syscals'"},
    {"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[]}", "must allow execve"},
    {POLICY(",{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\"}"),
     "syscalls[1] does not say why"},
    {POLICY(",{\"names\":[],\"action\":\"SCMP_ACT_ALLOW\",\"why\":\"x\"}"),
     "syscalls[1].names"},
    {POLICY(",{\"names\":[1],\"action\":\"SCMP_ACT_ALLOW\",\"why\":\"x\"}"),
     "syscalls[1].names[0]"},
    {POLICY(",{\"names\":[\"read\"],\"action\":\"SCMP_ACT_LOG\",\"why\":\"x\"}"),
     "syscalls[1] is not SCMP_ACT"},
    {POLICY(",{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\",\"why\":\"x\","
            "\"args\":[{\"index\":6,\"value\":1,\"op\":\"SCMP_CMP_EQ\"}]}"),
     "syscalls[1].args[0]: index"},
    {POLICY(",{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\",\"why\":\"x\","
            "\"args\":[{\"index\":0,\"value\":1,\"op\":\"SCMP_CMP_ABOUT\"}]}"),
     "syscalls[1].args[0].op"},
    {POLICY(",{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\",\"why\":\"x\","
            "\"quiet\":true}"),
     "only a plain errno can be quiet"},
};

Test(podbox_policy, a_fault_is_refused_with_its_place)
{
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct sb_policy policy;
        struct sb_error err = {0};
        cr_assert(!sb__policy_parse(&policy, "p", faults[i].text, &err), "%s",
                  faults[i].text);
        cr_expect(err.fault == SB_SPEC);
        cr_expect(strstr(err.message, faults[i].message), "'%s' lacks '%s'", err.message,
                  faults[i].message);
    }
}

Test(podbox_policy, a_missing_file_is_named)
{
    struct sb_policy policy;
    struct sb_error err = {0};
    cr_assert(!sb__policy_read(&policy, "/nonexistent.json", &err));
    err = (struct sb_error){0};
    cr_assert_null(sb_policy_load("/nonexistent.json", &err));
    cr_expect(err.fault == SB_SPEC && strstr(err.message, "/nonexistent.json"), "%s",
              err.message);
}

Test(podbox_policy, the_first_matching_refusal_says_how_and_an_allow_always_wins)
{
    static const char text[] =
        POLICY(",{\"names\":[\"ioctl\"],\"action\":\"SCMP_ACT_KILL_PROCESS\",\"why\":\"x\","
               "\"args\":[{\"index\":1,\"value\":7,\"op\":\"SCMP_CMP_EQ\"}]}"
               ",{\"names\":[\"ioctl\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":25,"
               "\"why\":\"x\"}"
               ",{\"names\":[\"ioctl\"],\"action\":\"SCMP_ACT_ALLOW\",\"why\":\"x\","
               "\"args\":[{\"index\":1,\"value\":9,\"op\":\"SCMP_CMP_EQ\"}]}");
    struct sb_policy policy;
    struct sb_error err = {0};
    cr_assert(sb__policy_parse(&policy, "p", text, &err), "%s", err.message);
    cr_expect(sb__policy_answer(&policy, SYS_ioctl, (uint64_t[6]){0, 7})->action ==
              SB__KILL);
    cr_expect(sb__policy_answer(&policy, SYS_ioctl, (uint64_t[6]){0, 8})->number == ENOTTY);
    cr_expect(sb__policy_answer(&policy, SYS_ioctl, (uint64_t[6]){0, 9})->action ==
              SB__ALLOW);
    cr_expect(sb__policy_answer(&policy, SYS_read, (uint64_t[6]){0})->number == ENOSYS);
    sb__policy_release(&policy);
}

/* From the table of stack runs that the policy rests on: what each runtime was seen to
 * need, and what must be refused how. clone's flags are glibc's for fork and for threads.
 */
static const struct {
    const char *name;
    uint64_t args[3];
    enum sb__action action;
    int number;
} answers[] = {
    {"read", {0}, SB__ALLOW, 0},
    {"clone", {0x01200011}, SB__ALLOW, 0},
    {"clone", {0x003d0f00}, SB__ALLOW, 0},
    {"clone", {0x10000011}, SB__KILL, 0},
    {"clone", {0x00020011}, SB__KILL, 0},
    {"clone", {0x40000000}, SB__KILL, 0},
    {"clone3", {0}, SB__ERRNO, ENOSYS},
    {"ioctl", {0, 0x5401}, SB__ALLOW, 0},
    {"ioctl", {0, 0x5412}, SB__ERRNO, ENOTTY},
    {"ioctl", {0, 0x100005412}, SB__ERRNO, ENOTTY},
    {"prctl", {15}, SB__ALLOW, 0},
    {"prctl", {22}, SB__ERRNO, EINVAL}, /* PR_SET_SECCOMP */
    {"socket", {1}, SB__ALLOW, 0},
    {"socket", {2}, SB__ERRNO, EACCES},
    {"socket", {0x100000002}, SB__ERRNO, EACCES},
    {"personality", {0xffffffff}, SB__ALLOW, 0},
    {"personality", {0x0040000}, SB__ERRNO, EPERM},
    {"io_uring_setup", {0}, SB__ERRNO, ENOSYS},
    {"shmget", {0}, SB__ERRNO, ENOSYS},
    {"seccomp", {0}, SB__ERRNO, ENOSYS},
    {"ptrace", {0}, SB__KILL, 0},
    {"keyctl", {0}, SB__KILL, 0},
    {"mount_setattr", {0}, SB__KILL, 0},
    {"bpf", {0}, SB__KILL, 0},
    {"process_vm_writev", {0}, SB__KILL, 0},
    {"userfaultfd", {0}, SB__KILL, 0},
    {"open_by_handle_at", {0}, SB__KILL, 0},
};

Test(podbox_policy, the_built_in_policy_answers_as_the_stack_runs_need)
{
    struct sb_policy policy;
    struct sb_error err = {0};
    cr_assert(sb__policy_read(&policy, NULL, &err), "%s", err.message);
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        uint64_t args[6] = {answers[i].args[0], answers[i].args[1], answers[i].args[2]};
        int nr = sb__call_number(answers[i].name);
        const struct sb__rule *rule = sb__policy_answer(&policy, nr, args);
        cr_expect(rule->action == answers[i].action, "%s(0x%llx)", answers[i].name,
                  (unsigned long long)args[0]);
        if (answers[i].action == SB__ERRNO)
            cr_expect(rule->number == answers[i].number, "%s gets %d", answers[i].name,
                      rule->number);
    }
    sb__policy_release(&policy);
}

static bool are_same_rules(const struct sb__rule *a, const struct sb__rule *b)
{
    bool same = a->action == b->action && a->number == b->number &&
                a->is_quiet == b->is_quiet && a->arg_count == b->arg_count;
    for (unsigned i = 0; same && i < a->arg_count; i++)
        same = a->args[i].index == b->args[i].index &&
               a->args[i].compare == b->args[i].compare &&
               a->args[i].value == b->args[i].value && a->args[i].datum == b->args[i].datum;
    return same;
}

Test(podbox_policy, the_tables_of_the_build_are_what_the_text_says)
{
    struct sb_policy built, parsed;
    struct sb_error err = {0};
    cr_assert(sb__policy_read(&built, NULL, &err), "%s", err.message);
    cr_assert(sb__policy_parse(&parsed, "text", sb_policy_default(), &err), "%s",
              err.message);
    cr_expect(are_same_rules(&built.fallback, &parsed.fallback));
    cr_assert(built.rule_count == parsed.rule_count && built.rule_count > 10);
    for (size_t i = 0; i < built.rule_count; i++)
        cr_expect(are_same_rules(&built.rules[i], &parsed.rules[i]), "rule %zu", i);
    cr_assert(built.call_count == parsed.call_count && built.call_count > 200);
    for (size_t i = 0; i < built.call_count; i++)
        cr_expect(built.calls[i].nr == parsed.calls[i].nr &&
                      built.calls[i].rule == parsed.calls[i].rule,
                  "call %zu", i);
    sb__policy_release(&built);
    sb__policy_release(&parsed);
}
