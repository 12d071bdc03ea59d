/* run_probes - runs every hostile program under the sandbox and compares what happened with
 * the first line of its source (expect.h). The last line is "N passed, N failed".
 *
 *   run_probes [--user UID] [--guards] SOURCES PROGRAMS [NAME...]
 *
 * --user: as that user, for whom root stages the files. --guards: instead, for each probe
 * that names guards, leave out each of them in turn; the probe must then not get what it
 * expects, or it could not fail.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "expect.h"
#include "podbox.h"
#include "stage.h"

struct runner {
    char stage[64];
    char work[64]; /* for what is collected */
    unsigned waived;
    unsigned slot;
    bool tests_guards;
    char **names; /* NULL-terminated; empty: all */
    int passed, failed;
};

enum outcome { PASSED, FAILED, SKIPPED };

static long now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void stem_of(const char *file, char stem[128])
{
    (void)snprintf(stem, 128, "%.*s", (int)strcspn(file, "."), file);
}

static bool check_collect(struct runner *runner, const struct expect *expect,
                          const struct sb_result *result, char why[256])
{
    static const struct sb_collect_caps caps = {1 << 20, 64, 8};
    struct sb_error err = {0};
    char wanted[128], folder[128];
    (void)snprintf(folder, sizeof folder, "%s/%u", runner->work, runner->slot);
    bool is_done = sb_collect(result->kept_fds[0], folder, &caps, &err);
    stage_remove(folder);
    if (!expect_get(expect, "collect", wanted))
        return true;
    if (strcmp(wanted, "ok") == 0 ? is_done : !is_done && strstr(err.message, wanted))
        return true;
    (void)snprintf(why, 256, "collect says '%.99s', expected '%s'", err.message, wanted);
    return false;
}

static bool check_traces(const struct sb_spec *spec, const char *stem, char why[256])
{
    bool is_root = geteuid() == 0;
    uid_t uid = is_root ? spec->uid_base + spec->uid_slot : geteuid();
    int survivors = stage_survivors(uid, is_root ? NULL : stem);
    if (survivors == 0)
        return true;
    (void)snprintf(why, 256, "%d processes survived", survivors);
    return false;
}

static const char *const *command_for(const char *file, const char *stem, char path[160],
                                      const char *argv[3])
{
    bool is_python = strstr(file, ".py"), is_shell = strstr(file, ".sh");
    (void)snprintf(path, 160, "/probe/%s", is_python || is_shell ? file : stem);
    argv[0] = is_python ? "/usr/bin/python3" : is_shell ? "/bin/sh" : path;
    argv[1] = is_python || is_shell ? path : NULL;
    argv[2] = NULL;
    return argv;
}

/* A run in preparation, with all that its spec points to. */
struct attempt {
    struct sb_spec spec;
    struct sb_mount mounts[2];
    const char *argv[3];
    char path[160];
    char stem[128];
    int out, null;
};

static void attempt_init(struct attempt *a, struct runner *runner, const char *file,
                         const struct expect *expect)
{
    static const char *const env[] = {"PATH=/usr/bin:/bin", NULL};
    struct sb_spec *spec = &a->spec;
    stem_of(file, a->stem);
    a->out = memfd_create("out", MFD_CLOEXEC);
    a->null = open("/dev/null", O_RDWR | O_CLOEXEC);
    a->mounts[0] = (struct sb_mount){
        .kind = SB_MOUNT_BIND, .source = runner->stage, .target = "/probe"};
    a->mounts[1] = (struct sb_mount){.kind = SB_MOUNT_TMPFS,
                                     .target = "/out",
                                     .size_bytes = 1 << 20,
                                     .inodes = 64,
                                     .is_kept = true};
    sb_spec_init(spec);
    spec->command.argv = command_for(file, a->stem, a->path, a->argv);
    spec->command.env = env;
    spec->mounts = a->mounts;
    spec->mount_count = 2;
    spec->command.streams[1] = (struct sb_stream){SB_STREAM_CAPTURE, a->out, 0, true};
    spec->command.streams[2] = (struct sb_stream){SB_STREAM_CAPTURE, a->null, 0, false};
    spec->uid_slot = runner->slot++;
    expect_set_limits(expect, spec);
}

static bool check_time(const struct expect *expect, long took, char why[256])
{
    long most = (long)expect_number(expect, "max_ms", 60000);
    if (took <= most)
        return true;
    (void)snprintf(why, 256, "took %ld ms, expected at most %ld", took, most);
    return false;
}

/* One run with the layer `disabled` left out; what is wrong goes to why. */
static enum outcome run_once(struct runner *runner, const char *file,
                             const struct expect *expect, unsigned disabled, char why[256])
{
    struct attempt a;
    struct sb_result result;
    struct sb_error err = {0};
    char output[256] = "";
    enum outcome outcome = SKIPPED;
    attempt_init(&a, runner, file, expect);
    a.spec.waived = runner->waived | disabled;
    a.spec.disabled = disabled;
    long start = now_ms();
    if (sb_run(&a.spec, &result, &err)) {
        long took = now_ms() - start;
        if (pread(a.out, output, sizeof output - 1, 0) < 0)
            output[0] = '\0';
        output[strcspn(output, "\n")] = '\0';
        bool holds = check_time(expect, took, why) &&
                     expect_check(expect, &result, output, why) &&
                     check_collect(runner, expect, &result, why) &&
                     check_traces(&a.spec, a.stem, why);
        outcome = holds ? PASSED : FAILED;
    } else {
        (void)snprintf(why, 256, "sb_run: %.200s", err.message);
    }
    sb_result_release(&result);
    close(a.out);
    close(a.null);
    return outcome;
}

static void tell(struct runner *runner, bool is_good, const char *name, const char *text)
{
    if (is_good)
        runner->passed++;
    else
        runner->failed++;
    printf("%s  %s%s%s\n", is_good ? "ok  " : "FAIL", name, *text ? ": " : "", text);
    (void)fflush(stdout); /* a progress line; the end is checked */
}

static void run_probe(struct runner *runner, const char *file, const struct expect *expect)
{
    char why[256] = "";
    enum outcome outcome = PASSED;
    uint64_t times = expect_number(expect, "repeat", 1);
    for (uint64_t i = 0; i < times && outcome == PASSED; i++)
        outcome = run_once(runner, file, expect, 0, why);
    tell(runner, outcome == PASSED, file, why);
}

/* A run that could not be made proves nothing, so it fails here too. */
static void run_without(struct runner *runner, const char *file,
                        const struct expect *expect)
{
    char guards[128], label[256];
    if (!expect_get(expect, "guards", guards))
        return;
    for (unsigned bit = 1; bit & SB_LAYER_ALL; bit <<= 1) {
        char why[256] = "";
        if (!expect_has_word(guards, sb_layer_name(bit)))
            continue;
        enum outcome outcome = run_once(runner, file, expect, bit, why);
        (void)snprintf(label, sizeof label, "%s without %s", file, sb_layer_name(bit));
        tell(runner, outcome == FAILED, label, outcome == PASSED ? "still held" : why);
    }
}

static bool is_named(char **names, const char *stem)
{
    if (!*names)
        return true;
    for (; *names; names++)
        if (strcmp(*names, stem) == 0)
            return true;
    return false;
}

/* Scopes came with the sixth version of Landlock, Linux 6.12. */
static bool lacks(const struct runner *runner, const char *needs)
{
    if (strcmp(needs, "scopes") == 0)
        return syscall(SYS_landlock_create_ruleset, NULL, 0, 1) < 6;
    return runner->waived & SB_LAYER_CGROUP;
}

static void run_file(struct runner *runner, const char *file)
{
    struct expect expect;
    char path[512], stem[128], needs[128] = "";
    stem_of(file, stem);
    (void)snprintf(path, sizeof path, "%s/%s", runner->stage, file);
    if (!strchr(file + 1, '.') || file[0] == '.' || !is_named(runner->names, stem))
        return;
    if (!expect_load(&expect, path)) {
        tell(runner, false, file, "its first line states no expectation");
        return;
    }
    if (expect_get(&expect, "needs", needs) && lacks(runner, needs))
        printf("skip  %s: needs %s\n", file, needs);
    else if (runner->tests_guards)
        run_without(runner, file, &expect);
    else
        run_probe(runner, file, &expect);
}

/* What a hole would let the guest find: a secret in the environment, an open descriptor,
 * an abstract socket. Another runner may hold that name; it serves as well. */
static void lay_bait(void)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "\0podbox-probe"};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    socklen_t size = offsetof(struct sockaddr_un, sun_path) + sizeof "podbox-probe";
    if (bind(fd, (struct sockaddr *)&name, size) == 0)
        (void)listen(fd, 1);
    (void)dup2(fd, 9);
    (void)setenv("PODBOX_PROBE_SECRET", "1", 1);
}

static void check_end(struct runner *runner, int mounts)
{
    char text[64];
    (void)snprintf(text, sizeof text, "%d before, %d after", mounts, stage_mounts());
    tell(runner, mounts == stage_mounts(), "no mount is left", text);
    tell(runner, waitpid(-1, NULL, WNOHANG | __WALL) < 0 && errno == ECHILD,
         "no child is left", "");
    (void)snprintf(text, sizeof text, "%d", stage_stale_cgroups());
    tell(runner, geteuid() != 0 || stage_stale_cgroups() == 0, "no cgroup is left", text);
}

static int run_all(struct runner *runner)
{
    struct dirent **entries;
    int mounts = stage_mounts();
    int count = scandir(runner->stage, &entries, NULL, alphasort);
    unsigned working = sb_doctor(NULL);
    (void)snprintf(runner->work, sizeof runner->work, "/tmp/podbox-collect-XXXXXX");
    if (count < 0 || !mkdtemp(runner->work)) {
        perror(runner->stage);
        return 1;
    }
    if (!(working & SB_LAYER_CGROUP))
        runner->waived = SB_LAYER_CGROUP;
    lay_bait();
    for (int i = 0; i < count; i++) {
        run_file(runner, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    stage_remove(runner->work);
    check_end(runner, mounts);
    printf("%d passed, %d failed\n", runner->passed, runner->failed);
    return runner->failed > 0 || runner->passed == 0;
}

/* A new program for the new user: one that merely changed its uid is not dumpable, and
 * may not write the maps of its children. */
static int run_as(const char *uid_text, const struct runner *runner)
{
    int self = open("/proc/self/exe", O_RDONLY), status = 1;
    char *rest;
    unsigned long uid = strtoul(uid_text, &rest, 10);
    if (*rest) {
        fprintf(stderr, "run_probes: --user '%s' is not a number\n", uid_text);
        return 2;
    }
    pid_t pid = fork();
    if (pid == 0) {
        const char *argv[64] = {"run_probes", "--staged", runner->stage};
        int n = 3;
        if (runner->tests_guards)
            argv[n++] = "--guards";
        for (char **name = runner->names; *name && n < 63; name++)
            argv[n++] = *name;
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (setgroups(0, NULL) == 0 && setresgid((gid_t)uid, (gid_t)uid, (gid_t)uid) == 0 &&
            setresuid((uid_t)uid, (uid_t)uid, (uid_t)uid) == 0)
            fexecve(self, (char *const *)(uintptr_t)argv, environ);
        perror("run_probes: --user");
        _exit(1);
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid)
        perror("run_probes: --user");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

static const char *option(char ***argv, const char *name, bool has_value)
{
    if (!**argv || strcmp(**argv, name) != 0)
        return NULL;
    const char *value = has_value ? (*argv)[1] : name;
    *argv += value && has_value ? 2 : 1;
    return value;
}

int main(int argc, char **argv)
{
    /* Other runs on this machine use the first slots; survivors are told by their uid. */
    struct runner runner = {.slot = 100000 + (unsigned)getpid() % 1000 * 200};
    (void)argc;
    argv++;
    const char *staged = option(&argv, "--staged", true);
    const char *user = option(&argv, "--user", true);
    runner.tests_guards = option(&argv, "--guards", false);
    if (!staged && (!argv[0] || !argv[1])) {
        fputs("usage: run_probes [--user UID] [--guards] SOURCES PROGRAMS [NAME...]\n",
              stderr);
        return 2;
    }
    runner.names = staged ? argv : argv + 2;
    if (staged) {
        (void)snprintf(runner.stage, sizeof runner.stage, "%s", staged);
        return run_all(&runner);
    }
    if (!stage_make(argv[0], argv[1], runner.stage))
        return 1;
    int status = user && geteuid() == 0 ? run_as(user, &runner) : run_all(&runner);
    stage_remove(runner.stage);
    return status;
}
