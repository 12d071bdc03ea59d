/* run_probes - runs every hostile program under the sandbox and compares what happened with
 * the first line of its source (expect.h). One line for each, the last line is
 * "N passed, N failed" and how many were skipped or are known to be open.
 *
 *   run_probes [--user UID] [--cgroup] [--guards] [--ground] SOURCES PROGRAMS [NAME...]
 *
 * --user: as that user, for whom root stages the files. --cgroup: it is a failure if
 * no cgroup works here; else what needs one is skipped then. --guards: instead, for each
 * probe that names guards, leave out each of them in turn; the probe must then not get what
 * it expects, or it could not fail. --ground: all on one ground, which is kept from run to
 * run. A folder of SOURCES that has a script "start" starts all its probes by that; there
 * is nothing in PROGRAMS for them. What is not installed is skipped, or a failure where
 * PROBES_RUNTIMES=required is set.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "attempt.h"
#include "expect.h"
#include "podbox.h"
#include "stage.h"

struct runner {
    struct place place;
    bool tests_guards, needs_cgroup, has_ground;
    char **names; /* NULL-terminated; empty: all */
    int passed, failed, skipped, open;
};

static void tell(struct runner *runner, bool is_good, const char *name, const char *text)
{
    if (is_good)
        runner->passed++;
    else
        runner->failed++;
    printf("%s  %s%s%s\n", is_good ? "ok  " : "FAIL", name, *text ? ": " : "", text);
    (void)fflush(stdout); /* a progress line; the end is checked */
}

static enum outcome run_sets(struct runner *runner, const char *file,
                             const struct expect *expect, char why[256])
{
    enum outcome outcome = PASSED;
    unsigned left_out;
    uint64_t times = expect_number(expect, "repeat", 1);
    for (unsigned i = 0; expect_left_out(expect, i, &left_out, why); i++)
        for (uint64_t j = 0; j < times && outcome == PASSED; j++)
            outcome = attempt_run(&runner->place, file, expect, left_out, why);
    return *why && outcome == PASSED ? FAILED : outcome;
}

/* Each word, with each set of layers left out, until one differs. */
static enum outcome run_variants(struct runner *runner, const char *file,
                                 const struct expect *whole, char why[256])
{
    struct expect expect;
    enum outcome outcome = PASSED;
    for (unsigned i = 0; outcome == PASSED && expect_pick(whole, i, &expect); i++) {
        char text[256] = "";
        outcome = run_sets(runner, file, &expect, text);
        (void)snprintf(why, 256, "%s%s%.180s", outcome == PASSED ? "" : expect.word,
                       outcome == PASSED || !*expect.word ? "" : ": ", text);
    }
    return outcome;
}

static void run_probe(struct runner *runner, const char *file, const struct expect *expect)
{
    char why[256] = "", by[128];
    enum outcome outcome = run_variants(runner, file, expect, why);
    if (!expect_get(expect, "open", by)) {
        tell(runner, outcome == PASSED, file, why);
    } else if (outcome == PASSED) {
        tell(runner, false, file, "holds, so it is not open any more");
    } else {
        runner->open++;
        printf("open  %s: by %s: %s\n", file, by, why);
    }
}

static void run_guard(struct runner *runner, const char *file, const struct expect *expect,
                      unsigned bit)
{
    char why[256] = "", label[400];
    enum outcome outcome = attempt_run(&runner->place, file, expect, bit, why);
    (void)snprintf(label, sizeof label, "%s %s%swithout %s", file, expect->word,
                   *expect->word ? " " : "", sb_layer_name(bit));
    tell(runner, outcome == FAILED, label, outcome == PASSED ? "still held" : why);
}

/* A run that could not be made proves nothing, so it fails here too. */
static void run_without(struct runner *runner, const char *file, const struct expect *whole)
{
    char guards[128];
    struct expect expect;
    if (!expect_get(whole, "guards", guards))
        return;
    for (unsigned bit = 1; bit & SB_LAYER_ALL; bit <<= 1)
        if (expect_has_word(guards, sb_layer_name(bit)))
            for (unsigned i = 0; expect_pick(whole, i, &expect); i++)
                run_guard(runner, file, &expect, bit);
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
static bool lacks(const struct runner *runner, const char *what)
{
    if (strcmp(what, "scopes") == 0)
        return syscall(SYS_landlock_create_ruleset, NULL, 0, 1) < 6;
    if (strcmp(what, "cgroup") == 0)
        return runner->place.waived & SB_LAYER_CGROUP;
    if (strcmp(what, "root") == 0)
        return geteuid() != 0;
    return access(what, R_OK) != 0;
}

static bool must_be_installed(void)
{
    const char *word = getenv("PROBES_RUNTIMES");
    return word && strcmp(word, "required") == 0;
}

static bool is_skipped(struct runner *runner, const char *file, const struct expect *expect)
{
    char needs[128], why[256], *rest = needs, *what;
    if (!expect_get(expect, "needs", needs))
        return false;
    while ((what = strsep(&rest, ","))) {
        if (!lacks(runner, what))
            continue;
        if (*what == '/' && must_be_installed()) {
            (void)snprintf(why, sizeof why, "not installed: %.200s", what);
            tell(runner, false, file, why);
            return true;
        }
        if (*what == '/')
            printf("skip  %s: skipped %.*s: not installed (%s)\n", file,
                   (int)strcspn(file, "."), file, what);
        else
            printf("skip  %s: needs %s\n", file, what);
        runner->skipped++;
        return true;
    }
    return false;
}

static void run_file(struct runner *runner, const char *file)
{
    struct expect expect;
    char path[512], stem[128];
    attempt_stem(file, stem);
    (void)snprintf(path, sizeof path, "%s/%s", runner->place.stage, file);
    if (!strchr(file + 1, '.') || file[0] == '.' || !is_named(runner->names, stem))
        return;
    if (!expect_load(&expect, path)) {
        tell(runner, false, file, "its first line states no expectation");
        return;
    }
    if (is_skipped(runner, file, &expect))
        return;
    if (runner->tests_guards)
        run_without(runner, file, &expect);
    else
        run_probe(runner, file, &expect);
}

/* What a hole would let the guest find: a secret in the environment, open descriptors, two
 * of them folders of the host, an abstract socket (another runner may hold that name; it
 * serves as well), and memory that is the launcher's. */
static void lay_bait(void)
{
    static char fat[48 << 20];
    memset(fat, 1, sizeof fat);
    struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "\0podbox-probe"};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    socklen_t size = offsetof(struct sockaddr_un, sun_path) + sizeof "podbox-probe";
    if (bind(fd, (struct sockaddr *)&name, size) == 0)
        (void)listen(fd, 1);
    (void)dup2(fd, 9);
    int folder = open("/", O_RDONLY | O_DIRECTORY);
    (void)dup2(folder, 11);
    (void)dup2(folder, 301);
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
    struct sb_error err = {0};
    char start[128];
    int mounts = stage_mounts();
    int count = scandir(runner->place.stage, &entries, NULL, alphasort);
    unsigned working = sb_doctor(NULL);
    (void)snprintf(runner->place.work, sizeof runner->place.work,
                   "/tmp/podbox-collect-XXXXXX");
    if (count < 0 || !mkdtemp(runner->place.work)) {
        perror(runner->place.stage);
        return 1;
    }
    if (!(working & SB_LAYER_CGROUP)) {
        if (runner->needs_cgroup)
            tell(runner, false, "cgroup", "none works here");
        runner->place.waived = SB_LAYER_CGROUP;
    }
    (void)snprintf(start, sizeof start, "%s/start", runner->place.stage);
    runner->place.has_start = access(start, R_OK) == 0;
    lay_bait();
    if (runner->has_ground && !(runner->place.ground = sb_ground_new(&err)))
        tell(runner, false, "ground", err.message);
    for (int i = 0; i < count; i++) {
        run_file(runner, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    sb_ground_free(runner->place.ground);
    stage_remove(runner->place.work);
    check_end(runner, mounts);
    printf("%d passed, %d failed", runner->passed, runner->failed);
    if (runner->skipped + runner->open > 0)
        printf(" (%d skipped, %d open)", runner->skipped, runner->open);
    putchar('\n');
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
        const char *argv[64] = {"run_probes", "--staged", runner->place.stage};
        int n = 3;
        if (runner->needs_cgroup)
            argv[n++] = "--cgroup";
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
    struct runner runner = {.place.slot = 100000 + (unsigned)getpid() % 1000 * 1000};
    (void)argc;
    argv++;
    const char *staged = option(&argv, "--staged", true);
    const char *user = option(&argv, "--user", true);
    runner.needs_cgroup = option(&argv, "--cgroup", false);
    runner.tests_guards = option(&argv, "--guards", false);
    runner.has_ground = option(&argv, "--ground", false);
    if (!staged && (!argv[0] || !argv[1])) {
        fputs("usage: run_probes [--user UID] [--cgroup] [--guards] [--ground] SOURCES "
              "PROGRAMS [NAME...]\n",
              stderr);
        return 2;
    }
    runner.names = staged ? argv : argv + 2;
    if (staged) {
        (void)snprintf(runner.place.stage, sizeof runner.place.stage, "%s", staged);
        return run_all(&runner);
    }
    if (!stage_make(argv[0], argv[1], runner.place.stage))
        return 1;
    int status = user && geteuid() == 0 ? run_as(user, &runner) : run_all(&runner);
    stage_remove(runner.place.stage);
    return status;
}
