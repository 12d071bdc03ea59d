#include "engine/noise.h"
#include "src_fixture.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(noise, .timeout = 20);

/* Ticks by hand: 40 user, 10 system, 40 idle, 5 iowait and 5 steal of 100. Guest time, the
 * ninth number, is in user already (proc(5)). */
Test(noise, load_and_steal_are_shares_of_all_ticks)
{
    static const char before[] = "cpu  100 0 50 1000 10 0 0 7 3 0\ncpu0 1 2 3 4 5 6 7 8\n";
    static const char after[] = "cpu  140 0 60 1040 15 0 0 12 9 0\ncpu0 1 2 3 4 5 6 7 8\n";
    struct noise_load load = noise_load(before, after);
    cr_assert_float_eq(load.busy, 0.50, 1e-12);
    cr_assert_float_eq(load.stolen, 0.05, 1e-12);
}

Test(noise, ticks_that_make_no_sense_are_no_load)
{
    static const char some[] = "cpu  1 1 1 1 1 1 1 1";
    static const char *const odd[][2] = {{NULL, some},
                                         {"", some},
                                         {some, "cpu  1 1 1"},
                                         {some, "cpu  0 9 9 9 9 9 9 9"},
                                         {some, some}};
    for (size_t i = 0; i < COUNT(odd); i++) {
        struct noise_load load = noise_load(odd[i][0], odd[i][1]);
        cr_expect_float_eq(load.busy + load.stolen, 0, 0, "row %zu", i);
    }
}

static void expect_line(const struct noise *noise, const char *source, bool is_quiet,
                        const char *found)
{
    for (size_t i = 0; i < noise->count; i++) {
        const struct noise_line *line = &noise->lines[i];
        if (strcmp(line->source, source) != 0)
            continue;
        cr_expect_eq(line->is_quiet, is_quiet, "%s: %s", source, line->found);
        cr_expect_eq(line->advice == NULL, is_quiet, "%s", source);
        cr_expect_str_eq(line->found, found);
        return;
    }
    cr_expect(false, "nothing is said of %s", source);
}

#define CPU "sys/devices/system/cpu/"

/* A laptop as Linux shows one with intel_pstate: what the kernel's documents call
 * admin-guide/pm/intel_pstate and cputopology. */
Test(noise, a_laptop_is_noisy_in_every_way)
{
    char *folder = fixture_enter();
    fixture_write(CPU "cpu0/cpufreq/scaling_governor", "performance\n");
    fixture_write(CPU "cpu1/cpufreq/scaling_governor", "powersave\n");
    fixture_write(CPU "cpu0/topology/thread_siblings_list", "0-1\n");
    fixture_write(CPU "cpu1/topology/thread_siblings_list", "0-1\n");
    fixture_write(CPU "cpufreq/policy0", "");
    fixture_write(CPU "intel_pstate/no_turbo", "0\n");
    fixture_write(CPU "smt/active", "1\n");
    fixture_write(CPU "isolated", "\n");
    fixture_write("sys/kernel/mm/transparent_hugepage/enabled", "[always] madvise never\n");
    fixture_write("proc/cpuinfo",
                  "processor\t: 0\nflags\t\t: fpu ht hypervisor\nbugs\t:\n");
    fixture_write("proc/stat", "cpu  1 1 1 1 1 1 1 1 1 1\n");
    struct noise noise;
    noise_look(".//", 0, &noise);
    cr_assert_eq(noise.count, 8);
    expect_line(&noise, "frequency", false, "governor 'powersave' of cpu1");
    expect_line(&noise, "turbo", false, "on: the frequency hangs on heat and load");
    expect_line(&noise, "threads", false, "2 of 2 processors share a core with another");
    expect_line(&noise, "isolation", false, "no processor is reserved");
    expect_line(&noise, "machine", false, "virtual: its host may run others beside it");
    expect_line(&noise, "pages", false, "huge pages come and go unasked");
    noise_release(&noise);
    fixture_leave_take(folder);
}

Test(noise, a_prepared_machine_is_quiet)
{
    char *folder = fixture_enter();
    fixture_write(CPU "cpu0/cpufreq/scaling_governor", "performance\n");
    fixture_write(CPU "cpu0/topology/thread_siblings_list", "0\n");
    fixture_write(CPU "cpu10/topology/thread_siblings_list", "10\n");
    fixture_write(CPU "cpufreq/boost", "0\n");
    fixture_write(CPU "smt/active", "0\n");
    fixture_write(CPU "isolated", "2-3\n");
    fixture_write("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
    /* The word in another line is none of the flags. */
    fixture_write("proc/cpuinfo",
                  "processor\t: 0\nflags\t\t: fpu\nmodel name\t: a hypervisor\n");
    fixture_write("proc/stat", "cpu  1 1 1 1 1 1 1 1 1 1\n");
    struct noise noise;
    noise_look("./", 0, &noise);
    expect_line(&noise, "frequency", true, "governor 'performance'");
    expect_line(&noise, "turbo", true, "off");
    expect_line(&noise, "threads", true, "each processor is a core of its own");
    expect_line(&noise, "isolation", true, "processors 2-3 are isolated");
    expect_line(&noise, "machine", true, "no sign of a host");
    expect_line(&noise, "pages", true, "huge pages only where asked for");
    expect_line(&noise, "load", true, "others keep the processors busy 0 % of the time");
    expect_line(&noise, "steal", true, "the host takes away 0.0 % of the time");
    noise_release(&noise);
    fixture_leave_take(folder);
}

Test(noise, what_the_host_does_not_tell_is_no_fault)
{
    char *folder = fixture_enter();
    struct noise noise;
    noise_look(folder, 0, &noise);
    cr_assert_eq(noise.count, 8);
    expect_line(&noise, "frequency", true, "not set by this kernel");
    expect_line(&noise, "turbo", true, "not set by this kernel");
    expect_line(&noise, "machine", true, "not known");
    noise_release(&noise);
    fixture_leave_take(folder);
}
