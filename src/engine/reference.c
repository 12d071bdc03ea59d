#include "reference.h"

#include "model/timing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What tests/cases/reference/reference.py works out from the description. */
static const char REFERENCE_WORDS[] = "podium reference 1: 35dd2765ba86c96a\n";

/* Three hundred times what it takes. */
static const struct task_limits REFERENCE_LIMITS = {
    .cpu_s = 10,
    .wall_s = 60,
    .memory_mib = 64,
    .processes = 4,
    .output_mib = 1,
    .output_files = 1,
    .log_kib = 1,
};

enum { MEASURED_RUNS = 9 };

struct reference {
    struct guest guest;
    struct pod_names command;
    char *log;
};

static char *log_path(const struct place *place, unsigned slot)
{
    pod_auto_free char *runs = place_runs(place);
    return pod_strf("%s/.reference-%u", runs, slot);
}

struct reference *reference_new(const struct place *place,
                                const struct guest_options *options, struct pod_error *err)
{
    pod_auto_free char *runs = place_runs(place);
    if (!pod_dir_make(runs, err))
        return NULL;
    struct reference *reference = pod_alloc(1, sizeof *reference);
    struct guest_options own = *options;
    struct sb_error problem = {SB_OK, ""};
    own.cpu_limit_s = 0;
    own.ground = NULL; /* it is for the mounts of cases, and taken while they run */
    reference->log = log_path(place, options->slot);
    pod_names_add(&reference->command, "/podium/bin/_reference");
    guest_init(&reference->guest, &own);
    guest_bind(&reference->guest, place->programs, "/podium/bin");
    guest_limits(&reference->guest, &REFERENCE_LIMITS, &own);
    reference->guest.worker = sb_worker_new(&reference->guest.spec, &problem);
    if (reference->guest.worker != NULL)
        return reference;
    guest_fail(&problem, err);
    (void)pod_wrap(err, "reference workload");
    (void)reference_free(reference, err);
    return NULL;
}

bool reference_free(struct reference *reference, struct pod_error *err)
{
    struct sb_error problem = {SB_OK, ""};
    if (reference == NULL)
        return true;
    bool done = reference->guest.worker == NULL ||
                sb_worker_free(reference->guest.worker, &problem) ||
                guest_fail(&problem, err);
    (void)unlink(reference->log); /* there may be none */
    guest_release(&reference->guest);
    pod_names_release(&reference->command);
    free(reference->log);
    free(reference);
    return done;
}

bool reference_run(struct reference *reference, int64_t *cpu_ns, struct pod_error *err)
{
    struct guest *guest = &reference->guest;
    pod_auto_buf struct pod_buf said = POD_BUF_INIT;
    sb_result_release(&guest->result);
    if (!guest_run(guest, &reference->command, "/", reference->log, err) ||
        !pod_file_read(reference->log, 1 << 20, &said, err))
        return pod_wrap(err, "reference workload");
    bool has_ended = guest->result.end == SB_END_EXIT && guest->result.exit_code == 0;
    if (!has_ended || said.length == 0 || strcmp(said.data, REFERENCE_WORDS) != 0)
        return pod_fail(err, POD_HOST,
                        "the reference workload ended by '%s' (exit status %d) and said "
                        "\"%.60s\": install podium again",
                        sb_end_name(guest->result.end), guest->result.exit_code,
                        said.length ? said.data : "");
    *cpu_ns = (int64_t)guest->result.cpu_ns;
    return *cpu_ns > 0 ||
           pod_fail(err, POD_HOST, "the reference workload took no CPU time here");
}

/* By the version of the workload: another one is another level. */
static char *level_path(const struct place *place, int cpu)
{
    pod_auto_free char *runs = place_runs(place);
    return pod_strf("%s/.reference-1-level-%d", runs, cpu);
}

int64_t reference_level_load(const struct place *place, int cpu)
{
    pod_auto_free char *path = level_path(place, cpu);
    pod_auto_buf struct pod_buf text = POD_BUF_INIT;
    struct pod_error ignored = POD_ERROR_INIT;
    if (!pod_file_read(path, 64, &text, &ignored) || text.length == 0)
        return 0;
    char *end = NULL;
    long long level = strtoll(text.data, &end, 10);
    return *end == '\n' && level > 0 ? level : 0;
}

bool reference_level_write(const struct place *place, int cpu, int64_t level_ns,
                           struct pod_error *err)
{
    int64_t known = reference_level_load(place, cpu);
    if (level_ns == 0 || (known != 0 && known <= level_ns))
        return true;
    pod_auto_free char *path = level_path(place, cpu);
    pod_auto_free char *text = pod_strf("%lld\n", (long long)level_ns);
    return pod_file_put(path, text, strlen(text), err);
}

bool reference_measure(const struct place *place, const struct guest_options *options,
                       int64_t *cpu_ns, struct pod_error *err)
{
    struct reference *reference = reference_new(place, options, err);
    double times[MEASURED_RUNS];
    bool done = reference != NULL;
    for (int i = 0; done && i < MEASURED_RUNS; i++) {
        int64_t taken = 0;
        done = reference_run(reference, &taken, err);
        times[i] = (double)taken;
    }
    done = reference_free(reference, err) && done;
    if (done)
        *cpu_ns = llround(timing_median(times, MEASURED_RUNS));
    return done;
}
