#include "noise.h"

#include "base/fs.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FILE_MAX_BYTES = 4 << 20, STAT_FIELDS = 8 };

static const double MUCH_BUSY = 0.05, MUCH_STOLEN = 0.005;

/* The file's text without its last newline, NULL where there is none. */
static char *read_text(const char *root, const char *path)
{
    pod_auto_free char *whole = pod_strf("%s%s", root, path);
    pod_auto_buf struct pod_buf text = POD_BUF_INIT;
    struct pod_error ignored = POD_ERROR_INIT;
    if (!pod_file_read(whole, FILE_MAX_BYTES, &text, &ignored))
        return NULL;
    if (text.length > 0 && text.data[text.length - 1] == '\n')
        text.data[text.length - 1] = '\0';
    return pod_buf_steal(&text);
}

static bool is_text(const char *text, const char *wanted)
{
    return text != NULL && strcmp(text, wanted) == 0;
}

static void add_take(struct noise *noise, const char *source, char *found,
                     const char *advice)
{
    noise->lines[noise->count++] =
        (struct noise_line){source, advice == NULL, found, advice};
}

/* "cpu0", "cpu1", ... */
static void list_cpus(const char *root, struct pod_names *cpus)
{
    pod_auto_free char *folder = pod_strf("%s/sys/devices/system/cpu", root);
    pod_auto_names struct pod_names names = POD_NAMES_INIT;
    struct pod_error ignored = POD_ERROR_INIT;
    if (!pod_dir_list(folder, &names, &ignored))
        return;
    for (size_t i = 0; i < names.count; i++)
        if (strncmp(names.items[i], "cpu", 3) == 0 &&
            isdigit((unsigned char)names.items[i][3]))
            pod_names_add(cpus, names.items[i]);
}

/* A processor that changes its frequency by load is slow when a run starts. */
static void look_at_frequency(const char *root, const struct pod_names *cpus,
                              struct noise *out)
{
    size_t known = 0;
    pod_auto_free char *odd = NULL;
    for (size_t i = 0; i < cpus->count; i++) {
        pod_auto_free char *path =
            pod_strf("/sys/devices/system/cpu/%s/cpufreq/scaling_governor", cpus->items[i]);
        pod_auto_free char *governor = read_text(root, path);
        known += governor != NULL;
        if (governor != NULL && odd == NULL && strcmp(governor, "performance") != 0)
            odd = pod_strf("governor '%s' of %s", governor, cpus->items[i]);
    }
    if (odd != NULL)
        add_take(out, "frequency", pod_steal(&odd),
                 "hold it: cpupower frequency-set -g performance");
    else
        add_take(
            out, "frequency",
            pod_strdup(known > 0 ? "governor 'performance'" : "not set by this kernel"),
            NULL);
}

static void look_at_turbo(const char *root, struct noise *out)
{
    pod_auto_free char *no_turbo =
        read_text(root, "/sys/devices/system/cpu/intel_pstate/no_turbo");
    pod_auto_free char *boost = read_text(root, "/sys/devices/system/cpu/cpufreq/boost");
    if (is_text(no_turbo, "0"))
        add_take(out, "turbo", pod_strdup("on: the frequency hangs on heat and load"),
                 "echo 1 >/sys/devices/system/cpu/intel_pstate/no_turbo");
    else if (no_turbo == NULL && is_text(boost, "1"))
        add_take(out, "turbo", pod_strdup("on: the frequency hangs on heat and load"),
                 "echo 0 >/sys/devices/system/cpu/cpufreq/boost");
    else
        add_take(out, "turbo",
                 pod_strdup(no_turbo || boost ? "off" : "not set by this kernel"), NULL);
}

static void look_at_smt(const char *root, const struct pod_names *cpus, struct noise *out)
{
    pod_auto_free char *active = read_text(root, "/sys/devices/system/cpu/smt/active");
    size_t shared = 0;
    for (size_t i = 0; i < cpus->count; i++) {
        pod_auto_free char *path = pod_strf(
            "/sys/devices/system/cpu/%s/topology/thread_siblings_list", cpus->items[i]);
        pod_auto_free char *siblings = read_text(root, path);
        shared += siblings != NULL && strpbrk(siblings, ",-") != NULL;
    }
    if (is_text(active, "1") || shared > 0)
        add_take(out, "threads",
                 pod_strf("%zu of %zu processors share a core with another", shared,
                          cpus->count),
                 "echo off >/sys/devices/system/cpu/smt/control, or podium batch -n with "
                 "the number of cores at most");
    else
        add_take(out, "threads", pod_strdup("each processor is a core of its own"), NULL);
}

static void look_at_isolation(const char *root, struct noise *out)
{
    pod_auto_free char *isolated = read_text(root, "/sys/devices/system/cpu/isolated");
    if (isolated != NULL && isolated[0] != '\0')
        add_take(out, "isolation", pod_strf("processors %s are isolated", isolated), NULL);
    else
        add_take(out, "isolation", pod_strdup("no processor is reserved"),
                 "boot with isolcpus=, and start podium on those by taskset");
}

static void look_at_machine(const char *root, struct noise *out)
{
    pod_auto_free char *info = read_text(root, "/proc/cpuinfo");
    const char *flags = info ? strstr(info, "\nflags") : NULL;
    const char *end = flags ? strchrnul(flags + 1, '\n') : NULL;
    const char *hypervisor = flags ? strstr(flags, " hypervisor") : NULL;
    if (hypervisor != NULL && hypervisor < end)
        add_take(out, "machine", pod_strdup("virtual: its host may run others beside it"),
                 "time on a machine of its own, or with --repeats");
    else
        add_take(out, "machine", pod_strdup(info ? "no sign of a host" : "not known"),
                 NULL);
}

static void look_at_pages(const char *root, struct noise *out)
{
    pod_auto_free char *enabled =
        read_text(root, "/sys/kernel/mm/transparent_hugepage/enabled");
    if (enabled != NULL && strstr(enabled, "[always]") != NULL)
        add_take(out, "pages", pod_strdup("huge pages come and go unasked"),
                 "echo madvise >/sys/kernel/mm/transparent_hugepage/enabled");
    else
        add_take(out, "pages", pod_strdup("huge pages only where asked for"), NULL);
}

/* Load. */

/* The first line: user nice system idle iowait irq softirq steal, in ticks (proc(5)). */
static bool read_ticks(const char *stat, unsigned long long ticks[STAT_FIELDS])
{
    if (stat == NULL || strncmp(stat, "cpu ", 4) != 0)
        return false;
    const char *at = stat + 4;
    for (int i = 0; i < STAT_FIELDS; i++) {
        char *end = NULL;
        ticks[i] = strtoull(at, &end, 10);
        if (end == at)
            return false;
        at = end;
    }
    return true;
}

struct noise_load noise_load(const char *before, const char *after)
{
    enum { IDLE = 3, IOWAIT = 4, STEAL = 7 };
    unsigned long long old[STAT_FIELDS], now[STAT_FIELDS];
    struct noise_load load = {0, 0};
    double spent[STAT_FIELDS], total = 0;
    if (!read_ticks(before, old) || !read_ticks(after, now))
        return load;
    for (int i = 0; i < STAT_FIELDS; i++) {
        if (now[i] < old[i])
            return load;
        spent[i] = (double)(now[i] - old[i]);
        total += spent[i];
    }
    if (total > 0) {
        load.stolen = spent[STEAL] / total;
        load.busy = (total - spent[IDLE] - spent[IOWAIT] - spent[STEAL]) / total;
    }
    return load;
}

static void look_at_load(const char *root, unsigned window_ms, struct noise *out)
{
    const struct timespec window = {.tv_sec = window_ms / 1000,
                                    .tv_nsec = (long)(window_ms % 1000) * 1000000};
    pod_auto_free char *before = read_text(root, "/proc/stat");
    (void)nanosleep(&window, NULL); /* a shorter window is one as well */
    pod_auto_free char *after = read_text(root, "/proc/stat");
    const struct noise_load load = noise_load(before, after);
    add_take(
        out, "load",
        pod_strf("others keep the processors busy %.0f %% of the time", 100 * load.busy),
        load.busy > MUCH_BUSY ? "end what runs beside podium" : NULL);
    add_take(out, "steal",
             pod_strf("the host takes away %.1f %% of the time", 100 * load.stolen),
             load.stolen > MUCH_STOLEN ? "time on a host with processors to spare" : NULL);
}

void noise_look(const char *root, unsigned window_ms, struct noise *out)
{
    pod_auto_names struct pod_names cpus = POD_NAMES_INIT;
    *out = (struct noise){.count = 0};
    list_cpus(root, &cpus);
    look_at_frequency(root, &cpus, out);
    look_at_turbo(root, out);
    look_at_smt(root, &cpus, out);
    look_at_isolation(root, out);
    look_at_machine(root, out);
    look_at_pages(root, out);
    look_at_load(root, window_ms, out);
}

void noise_release(struct noise *noise)
{
    for (size_t i = 0; i < noise->count; i++)
        free(noise->lines[i].found);
    *noise = (struct noise){.count = 0};
}
