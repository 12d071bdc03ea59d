#include "engine/outcome.h"

#include <criterion/criterion.h>
#include <signal.h>

TestSuite(outcome, .timeout = 20);

static const struct sb_limits LIMITS = {
    .cpu_ns = 2000000000,
    .wall_ns = 3000000000,
    .memory_bytes = 64 << 20,
    .processes = 8,
    .file_bytes = 16 << 20,
};

/* DESIGN's table of verdicts, row by row. */
static const struct {
    struct sb_result run;
    enum verdict verdict;
    const char *message; /* NULL: none */
} ENDS[] = {
    {{.end = SB_END_EXIT}, VERDICT_OK, NULL},
    {{.end = SB_END_EXIT, .exit_code = 1}, VERDICT_RTE, "exit status 1"},
    /* Codes of our own or of the kernel's habits mean nothing when an entry uses them. */
    {{.end = SB_END_EXIT, .exit_code = 42}, VERDICT_RTE, "exit status 42"},
    {{.end = SB_END_EXIT, .exit_code = 137}, VERDICT_RTE, "exit status 137"},
    {{.end = SB_END_SIGNAL, .signal = SIGSEGV},
     VERDICT_RTE,
     "ended by signal 11 (Segmentation fault)"},
    /* A SIGKILL that nobody of ours sent is the entry's own, not a memory limit. */
    {{.end = SB_END_SIGNAL, .signal = SIGKILL}, VERDICT_RTE, "ended by signal 9 (Killed)"},
    {{.end = SB_END_CPU, .cpu_ns = 2010000000}, VERDICT_TLE, "CPU time 2.01 s of 2.00 s"},
    {{.end = SB_END_WALL, .wall_ns = 3000000000},
     VERDICT_TLE,
     "wall time 3.00 s of 3.00 s"},
    {{.end = SB_END_WALL, .wall_ns = 3000000000, .cpu_ns = 10000000, .is_idle = true},
     VERDICT_TLE,
     "wall time 3.00 s of 3.00 s, idle: it waited and used 0.01 s of CPU"},
    {{.end = SB_END_MEMORY}, VERDICT_MLE, "more than 64 MiB of memory"},
    {{.end = SB_END_PROCESSES}, VERDICT_PLE, "more than 8 processes and threads"},
    {{.end = SB_END_OUTPUT}, VERDICT_OLE, "more output on a stream than its limit"},
    {{.end = SB_END_FILE_SIZE}, VERDICT_OLE, "a file of more than 16 MiB"},
    {{.end = SB_END_CALL, .refused = {.nr = 250, .name = "keyctl", .is_loud = true}},
     VERDICT_SV,
     "call 'keyctl' (number 250) is refused"},
    {{.end = SB_END_CALL,
      .refused = {.nr = 250,
                  .name = "keyctl",
                  .is_loud = true,
                  .module = "libx.so.1",
                  .module_offset = 0x1a2b}},
     VERDICT_SV,
     "call 'keyctl' (number 250) is refused; 'libx.so.1' made it, at 0x1a2b"},
};

Test(outcome, each_end_of_a_run_has_its_verdict_and_sentence)
{
    for (size_t i = 0; i < sizeof ENDS / sizeof ENDS[0]; i++) {
        case_result_auto struct case_result result = CASE_RESULT_INIT;
        outcome_judge(&ENDS[i].run, &LIMITS, &result);
        cr_assert_eq(result.verdict, ENDS[i].verdict, "row %zu: got %s", i,
                     verdict_info(result.verdict)->code);
        if (ENDS[i].message == NULL)
            cr_assert_null(result.message, "row %zu", i);
        else
            cr_assert_str_eq(result.message, ENDS[i].message, "row %zu", i);
    }
}

Test(outcome, a_soft_refusal_is_a_note_and_not_a_verdict)
{
    const struct sb_result run = {
        .end = SB_END_EXIT,
        .refused_count = 3,
        .refused = {.nr = 425, .name = "io_uring_setup"},
    };
    case_result_auto struct case_result result = CASE_RESULT_INIT;
    outcome_judge(&run, &LIMITS, &result);
    cr_assert_eq(result.verdict, VERDICT_OK);
    cr_assert_null(result.refused_call);
    cr_assert_eq(result.notes.count, 1);
    cr_assert_str_eq(result.notes.items[0], "3 calls refused, first 'io_uring_setup'");
}

Test(outcome, facts_are_carried_over_and_an_exit_code_is_not_a_signal)
{
    const struct sb_result run = {
        .end = SB_END_SIGNAL,
        .signal = SIGABRT,
        .exit_code = 77,
        .cpu_ns = 5,
        .wall_ns = 7,
        .peak_memory_bytes = 11,
        .notes = "memory by rlimit",
    };
    case_result_auto struct case_result result = CASE_RESULT_INIT;
    outcome_judge(&run, &LIMITS, &result);
    cr_assert_eq(result.signal, SIGABRT);
    cr_assert_eq(result.exit_code, 0);
    cr_assert_eq(result.cpu_ns, 5);
    cr_assert_eq(result.wall_ns, 7);
    cr_assert_eq(result.memory_bytes, 11);
    cr_assert_str_eq(result.notes.items[0], "memory by rlimit");
}
