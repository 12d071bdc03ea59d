#include "rlimits.h"

#include <sys/resource.h>

enum { MEMLOCK_BYTES = 64 << 10, PENDING_SIGNALS = 1024, RESERVED_BYTES = 256 << 20 };

static rlim_t or_infinity(uint64_t value)
{
    return value ? (rlim_t)value : RLIM_INFINITY;
}

/* Memory that is reserved and never touched counts too, 128 MiB for each thread of
 * OpenBLAS, which asks for ever when it gets none. What is touched the supervisor samples.
 */
static rlim_t data_bytes(uint64_t memory_bytes)
{
    return memory_bytes ? (rlim_t)(memory_bytes + RESERVED_BYTES) : RLIM_INFINITY;
}

/* Whole seconds, and one more: a backstop behind the exact limit of the supervisor. */
static rlim_t cpu_seconds(uint64_t cpu_ns)
{
    return cpu_ns ? (rlim_t)(cpu_ns / 1000000000u + 2) : RLIM_INFINITY;
}

static bool lower(int resource, rlim_t value)
{
    struct rlimit limit;
    if (getrlimit((__rlimit_resource_t)resource, &limit) != 0)
        return false;
    if (limit.rlim_max > value)
        limit.rlim_max = value;
    limit.rlim_cur = limit.rlim_max;
    return setrlimit((__rlimit_resource_t)resource, &limit) == 0;
}

bool sb__rlimits_set(const struct sb_limits *limits, bool has_cgroup, const char **name)
{
    const struct {
        const char *name;
        int resource;
        rlim_t value;
    } table[] = {
        {"core", RLIMIT_CORE, 0},
        {"nofile", RLIMIT_NOFILE, or_infinity(limits->open_files)},
        {"stack", RLIMIT_STACK, or_infinity(limits->stack_bytes)},
        {"fsize", RLIMIT_FSIZE, or_infinity(limits->file_bytes)},
        {"memlock", RLIMIT_MEMLOCK, MEMLOCK_BYTES},
        {"msgqueue", RLIMIT_MSGQUEUE, 0},
        {"nice", RLIMIT_NICE, 0},
        {"rtprio", RLIMIT_RTPRIO, 0},
        {"sigpending", RLIMIT_SIGPENDING, PENDING_SIGNALS},
        {"cpu", RLIMIT_CPU, cpu_seconds(limits->cpu_ns)},
        /* RLIMIT_DATA breaks runtimes that reserve much and RLIMIT_NPROC is per uid, so
         * both only where no cgroup counts. NPROC counts inside the user namespace: the
         * guest's tasks and the init. Never RLIMIT_AS: Java and Go do not start. */
        {"data", RLIMIT_DATA,
         has_cgroup ? RLIM_INFINITY : data_bytes(limits->memory_bytes)},
        {"nproc", RLIMIT_NPROC,
         has_cgroup || !limits->processes ? RLIM_INFINITY : limits->processes + 1},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        *name = table[i].name;
        if (!lower(table[i].resource, table[i].value))
            return false;
    }
    return true;
}
