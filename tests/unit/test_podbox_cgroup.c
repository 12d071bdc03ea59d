#include <criterion/criterion.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cgroup.h"
#include "io.h"
#include "worker.h"

TestSuite(podbox_cgroup, .timeout = 20);

#define CASES PODIUM_SOURCE_DIR "/tests/cases/sandbox/"

/* Lines as seen on Debian 12 with v1 and v2 side by side, and on a host with v2 only. */
static const char hybrid[] =
    "22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard\n"
    "30 25 0:26 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:9 - cgroup cgroup "
    "rw,cpu,cpuacct\n"
    "31 25 0:27 / /sys/fs/cgroup/memory rw,nosuid - cgroup cgroup rw,memory\n"
    "32 25 0:28 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd\n"
    "33 25 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw,nsdelegate\n";
static const char unified[] =
    "35 24 0:30 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";

Test(podbox_cgroup, a_hierarchy_is_found_where_it_is_mounted)
{
    static const struct {
        const char *text;
        const char *controller;
        const char *path;
    } cases[] = {
        {hybrid, "memory", "/sys/fs/cgroup/memory"},
        {hybrid, "cpuacct", "/sys/fs/cgroup/cpu,cpuacct"},
        {hybrid, "pids", NULL},
        {hybrid, "mem", NULL},
        {hybrid, NULL, "/sys/fs/cgroup/unified"},
        {unified, NULL, "/sys/fs/cgroup"},
        {unified, "memory", NULL},
        {"", NULL, NULL},
        {"broken line\n", "memory", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char path[64] = "";
        bool is_found =
            sb__cgroup_find(cases[i].text, cases[i].controller, path, sizeof path);
        cr_expect(is_found == (cases[i].path != NULL), "case %zu: '%s'", i, path);
        if (cases[i].path)
            cr_expect(strcmp(path, cases[i].path) == 0, "case %zu: '%s'", i, path);
    }
}

/* Files in the format of the kernel; worked out by hand from them: usage 250 ms, ticks
 * 300 ms user and 100 ms system, so three quarters are user time. */
/* The files of a group, as a folder of the cases has them. */
static void open_case(struct sb__cgroup *cg, const struct sb__cgroup_kind *kind,
                      const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY);
    *cg = (struct sb__cgroup){.kind = kind};
    for (int i = 0; i < SB__CGROUP_FILES; i++)
        cg->files[i] = -1;
    for (int i = 0; kind->files[i].name; i++)
        cg->files[i] = openat(fd, kind->files[i].name, O_RDONLY);
    close(fd);
}

static void close_case(struct sb__cgroup *cg)
{
    for (int i = 0; i < SB__CGROUP_FILES; i++)
        if (cg->files[i] >= 0)
            close(cg->files[i]);
}

Test(podbox_cgroup, the_counters_of_version_1_are_read)
{
    struct sb__cgroup cg;
    struct sb__usage usage;
    struct sb_error err = {0};
    open_case(&cg, &sb__cgroup_v1, CASES "cgroup_v1");
    cr_assert(sb__cgroup_read(&cg, &usage, &err), "%s", err.message);
    cr_expect(usage.cpu_ns == 250000000);
    cr_expect(usage.user_ns == 187500000);
    cr_expect(usage.system_ns == 62500000);
    cr_expect(usage.peak_bytes == 67108864);
    cr_expect(usage.oom_kills == 3);
    cr_expect(usage.fork_failures == 12);
    close_case(&cg);
}

Test(podbox_cgroup, the_counters_of_version_2_are_read)
{
    struct sb__cgroup cg;
    struct sb__usage usage;
    struct sb_error err = {0};
    open_case(&cg, &sb__cgroup_v2, CASES "cgroup_v2");
    cr_assert(sb__cgroup_read(&cg, &usage, &err), "%s", err.message);
    cr_expect(usage.cpu_ns == 250000000);
    cr_expect(usage.user_ns == 200000000);
    cr_expect(usage.system_ns == 50000000);
    cr_expect(usage.peak_bytes == 134217728);
    cr_expect(usage.oom_kills == 1);
    cr_expect(usage.fork_failures == 7);
    close_case(&cg);
}

/* memory.peak came with Linux 5.19; without it a peak between two looks is not seen, and
 * that a task was killed far from the limit says nothing. */
Test(podbox_cgroup, a_peak_that_is_only_sampled_blames_no_host)
{
    struct sb_command command = {.limits.memory_bytes = (uint64_t)1 << 30};
    struct sb__run run = {.command = &command};
    struct sb__cgroup cg;
    struct sb_error err = {0};
    for (int has_peak = 1; has_peak >= 0; has_peak--) {
        open_case(&cg, &sb__cgroup_v2, CASES "cgroup_v2");
        for (int i = 0; sb__cgroup_v2.files[i].name; i++)
            if (!has_peak && strcmp(sb__cgroup_v2.files[i].name, "memory.peak") == 0) {
                close(cg.files[i]);
                cg.files[i] = -1;
            }
        cr_assert(sb__cgroup_read(&cg, &run.usage, &err), "%s", err.message);
        close_case(&cg);
        cr_expect(run.usage.oom_kills == 1 && run.usage.is_peak_sampled == !has_peak);
        cr_expect(sb__is_host_out_of_memory(&run) ==
                  (has_peak == 1)); /* 128 MiB of 1 GiB */
    }
}

Test(podbox_cgroup, counters_of_a_run_are_those_since_its_beginning)
{
    struct sb__cgroup cg;
    struct sb__usage usage;
    struct sb_error err = {0};
    open_case(&cg, &sb__cgroup_v2, CASES "cgroup_v2");
    cg.base = (struct sb__usage){.cpu_ns = 100000000,
                                 .user_ns = 90000000,
                                 .system_ns = 10000000,
                                 .oom_kills = 1,
                                 .fork_failures = 2};
    cr_assert(sb__cgroup_read(&cg, &usage, &err), "%s", err.message);
    cr_expect(usage.cpu_ns == 150000000 && usage.user_ns == 110000000);
    cr_expect(usage.system_ns == 40000000);
    cr_expect(usage.oom_kills == 0 && usage.fork_failures == 5);
    close_case(&cg);
}

Test(podbox_cgroup, a_missing_counter_is_an_error_and_not_zero)
{
    struct sb__cgroup cg;
    struct sb__usage usage;
    struct sb_error err = {0};
    open_case(&cg, &sb__cgroup_v2, CASES "cgroup_v1");
    cr_expect(!sb__cgroup_read(&cg, &usage, &err) && err.fault == SB_HOST);
    close_case(&cg);
}

Test(podbox_cgroup, numbers_are_read_whole_or_not_at_all)
{
    uint64_t n = 0;
    cr_expect(sb__parse_u64("18446744073709551615\n", &n) && n == UINT64_MAX);
    cr_expect(!sb__parse_u64("18446744073709551616", &n));
    cr_expect(!sb__parse_u64("max\n", &n));
    cr_expect(!sb__parse_u64("12x", &n));
    cr_expect(!sb__parse_u64("-1", &n));
    cr_expect(!sb__parse_u64("", &n));
    cr_expect(sb__find_u64("oom 1\noom_kill 5\n", "oom_kill", &n) && n == 5);
    cr_expect(!sb__find_u64("oom_kill_disable 0\n", "oom_kill", &n));
}
