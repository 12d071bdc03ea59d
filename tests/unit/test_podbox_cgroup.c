#include <criterion/criterion.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cgroup.h"
#include "io.h"

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
Test(podbox_cgroup, the_counters_of_version_1_are_read)
{
    struct sb__cgroup cg = {.kind = &sb__cgroup_v1};
    struct sb__usage usage;
    struct sb_error err = {0};
    int fd = open(CASES "cgroup_v1", O_RDONLY | O_DIRECTORY);
    for (int i = 0; i < SB__CGROUP_PARTS; i++)
        cg.group[i] = fd;
    cr_assert(sb__cgroup_read(&cg, &usage, &err), "%s", err.message);
    cr_expect(usage.cpu_ns == 250000000);
    cr_expect(usage.user_ns == 187500000);
    cr_expect(usage.system_ns == 62500000);
    cr_expect(usage.peak_bytes == 67108864);
    cr_expect(usage.oom_kills == 3);
    cr_expect(usage.fork_failures == 12);
    close(fd);
}

Test(podbox_cgroup, the_counters_of_version_2_are_read)
{
    struct sb__cgroup cg = {.kind = &sb__cgroup_v2};
    struct sb__usage usage;
    struct sb_error err = {0};
    cg.group[0] = open(CASES "cgroup_v2", O_RDONLY | O_DIRECTORY);
    cr_assert(sb__cgroup_read(&cg, &usage, &err), "%s", err.message);
    cr_expect(usage.cpu_ns == 250000000);
    cr_expect(usage.user_ns == 200000000);
    cr_expect(usage.system_ns == 50000000);
    cr_expect(usage.peak_bytes == 134217728);
    cr_expect(usage.oom_kills == 1);
    cr_expect(usage.fork_failures == 7);
    close(cg.group[0]);
}

Test(podbox_cgroup, a_missing_counter_is_an_error_and_not_zero)
{
    struct sb__cgroup cg = {.kind = &sb__cgroup_v2};
    struct sb__usage usage;
    struct sb_error err = {0};
    cg.group[0] = open(CASES "cgroup_v1", O_RDONLY | O_DIRECTORY);
    cr_expect(!sb__cgroup_read(&cg, &usage, &err) && err.fault == SB_HOST);
    close(cg.group[0]);
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
