#include "doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "caps.h"
#include "error.h"
#include "filter.h"
#include "io.h"
#include "landlock.h"
#include "policy.h"
#include "rlimits.h"
#include "worker.h"

/* What a trial tells: whether the layer works, and a word about it. */
struct finding {
    bool works;
    char text[240];
};

static void found(struct finding *finding, bool works, const char *text)
{
    finding->works = works;
    if (snprintf(finding->text, sizeof finding->text, "%s%s%s", text, works ? "" : ": ",
                 works ? "" : sb__errno_text(errno)) < 0)
        finding->text[0] = '\0';
}

static bool enter_user_namespace(int more)
{
    return unshare(CLONE_NEWUSER | more) == 0;
}

static void try_namespaces(struct finding *finding)
{
    const int all = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC |
                    CLONE_NEWUTS | CLONE_NEWCGROUP;
    found(finding, enter_user_namespace(all), "user mount pid net ipc uts cgroup");
}

/* A whole run of a program that does nothing, with these layers alone; what the worker
 * says of its cgroup goes to text. */
static bool run_with(unsigned layers, char text[128], struct sb_error *err)
{
    static const char *const argv[] = {"/bin/true", NULL};
    struct sb_error late = {0};
    struct sb_spec spec;
    struct sb_result result = {0};
    sb_spec_init(&spec);
    spec.command.argv = argv;
    spec.disabled = SB_LAYER_ALL & ~layers;
    spec.waived = spec.disabled;
    struct sb_worker *worker = sb_worker_new(&spec, err);
    bool works = worker && sb_worker_run(worker, &spec.command, &result, err);
    const struct sb__cgroup *cg = works ? &worker->cgroup : NULL;
    if (cg && snprintf(text, 128, "%s%s%.100s", cg->kind->name, cg->notes[0] ? ", " : "",
                       cg->notes) < 0)
        text[0] = '\0';
    sb_result_release(&result);
    return sb_worker_free(worker, &late) && works;
}

static void try_root(struct finding *finding)
{
    struct sb_error err = {0};
    char text[128] = "";
    finding->works = run_with(SB_LAYER_NAMESPACES | SB_LAYER_ROOT, text, &err);
    if (snprintf(finding->text, sizeof finding->text, "%.200s",
                 finding->works ? "assembled and entered" : err.message) < 0)
        finding->text[0] = '\0';
}

static void try_cgroup(struct finding *finding)
{
    struct sb_error err = {0};
    char text[128] = "";
    finding->works =
        run_with(SB_LAYER_NAMESPACES | SB_LAYER_ROOT | SB_LAYER_CGROUP, text, &err);
    if (snprintf(finding->text, sizeof finding->text, "%.200s",
                 finding->works ? text : err.message) < 0)
        finding->text[0] = '\0';
}

static void try_landlock(struct finding *finding)
{
    int abi = sb__landlock_abi();
    static const char *const writable[] = {"/tmp"};
    errno = EOPNOTSUPP;
    int ruleset = abi ? sb__landlock_ruleset(abi, writable, 1) : -1;
    bool works = ruleset >= 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
                 sb__landlock_restrict(ruleset);
    found(finding, works, "restricts");
    size_t used = strlen(finding->text);
    const char *missing = abi >= 6 ? "" : abi >= 4 ? ", no scopes" : ", no net, no scopes";
    if (snprintf(finding->text + used, sizeof finding->text - used, ", abi %d%s", abi,
                 works ? missing : "") < 0)
        finding->text[used] = '\0';
}

static void try_seccomp(struct finding *finding)
{
    struct sb_policy policy;
    struct sock_fprog program = {0};
    struct sb_error err = {0};
    if (!sb__policy_read(&policy, NULL, &err) ||
        !sb__filter_build(&policy, &program, &err) ||
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        found(finding, false, err.message);
        return;
    }
    long listener = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                            SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
    found(finding, listener >= 0, "filter with user notification");
}

static void try_rlimits(struct finding *finding)
{
    struct sb_limits limits = {.open_files = 64, .file_bytes = 4096};
    const char *name = "";
    struct rlimit back = {0};
    bool works = sb__rlimits_set(&limits, true, &name) &&
                 getrlimit(RLIMIT_NOFILE, &back) == 0 && back.rlim_max <= 64;
    found(finding, works, works ? "set and read back" : name);
}

static void try_caps(struct finding *finding)
{
    bool works = enter_user_namespace(0) && sb__caps_bound() && sb__caps_drop() &&
                 prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 &&
                 prctl(PR_CAPBSET_READ, 0, 0, 0, 0) == 0;
    found(finding, works, "none left, no_new_privs");
}

static const struct {
    enum sb_layer layer;
    void (*try)(struct finding *finding);
} trials[] = {
    {SB_LAYER_NAMESPACES, try_namespaces}, {SB_LAYER_ROOT, try_root},
    {SB_LAYER_LANDLOCK, try_landlock},     {SB_LAYER_SECCOMP, try_seccomp},
    {SB_LAYER_RLIMITS, try_rlimits},       {SB_LAYER_CAPS, try_caps},
    {SB_LAYER_CGROUP, try_cgroup},
};

/* In a child, because a layer cannot be taken off again; a trial that dies has failed. */
static void try_in_child(void (*try)(struct finding *), struct finding *finding)
{
    int ends[2];
    *finding = (struct finding){.works = false, .text = "the trial died"};
    if (pipe(ends) != 0)
        return;
    pid_t pid = fork();
    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
        try(finding);
        _exit(sb__write_all(ends[1], finding, sizeof *finding) ? 0 : 1);
    }
    sb__close(&ends[1]);
    struct finding told;
    if (pid > 0 && read(ends[0], &told, sizeof told) == sizeof told)
        *finding = told;
    sb__close(&ends[0]);
    while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
}

/* RLIMIT_CORE stops core files, not a handler that core_pattern names: the kernel starts
 * that on the host when a guest crashes. */
static void tell_core_handler(FILE *lines)
{
    char pattern[256];
    if (sb__read_file(AT_FDCWD, "/proc/sys/kernel/core_pattern", pattern, sizeof pattern) >
            0 &&
        pattern[0] == '|')
        fprintf(lines, "%-10s  %-3s  a guest's crash starts '%.*s' outside\n", "core", "no",
                (int)strcspn(pattern + 1, " \n"), pattern + 1);
}

unsigned sb_doctor(FILE *lines)
{
    unsigned working = 0;
    for (size_t i = 0; i < sizeof trials / sizeof *trials; i++) {
        struct finding finding;
        try_in_child(trials[i].try, &finding);
        if (finding.works)
            working |= trials[i].layer;
        if (lines)
            fprintf(lines, "%-10s  %-3s  %s\n", sb_layer_name(trials[i].layer),
                    finding.works ? "yes" : "no", finding.text);
    }
    if (lines)
        tell_core_handler(lines);
    return working;
}
