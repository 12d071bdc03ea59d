#include "model/verdict.h"
#include "src_fixture.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(verdict, .timeout = 20);

/* DESIGN section 3 for codes and faults; the judgement types of the CLICS contest API. */
static const struct {
    enum verdict verdict;
    const char *code, *clics;
    int status;
    bool is_scored;
} rows[] = {
    {VERDICT_OK, "OK", "AC", 0, true},     {VERDICT_WA, "WA", "WA", 1, false},
    {VERDICT_RTE, "RTE", "RTE", 1, false}, {VERDICT_TLE, "TLE", "TLE", 1, false},
    {VERDICT_MLE, "MLE", "MLE", 1, false}, {VERDICT_OLE, "OLE", "OLE", 1, false},
    {VERDICT_PLE, "PLE", "", 1, false},    {VERDICT_SV, "SV", "SV", 1, false},
    {VERDICT_CE, "CE", "CE", 1, false},    {VERDICT_JE, "JE", "JE", 3, false},
};

Test(verdict, the_table_has_every_verdict_of_the_design)
{
    cr_assert_eq(COUNT(rows), VERDICT_COUNT);
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct verdict_info *info = verdict_info(rows[i].verdict);
        cr_assert_str_eq(info->code, rows[i].code);
        cr_assert_str_eq(info->clics, rows[i].clics);
        cr_assert_eq(info->is_scored, rows[i].is_scored, "%s", info->code);
        cr_assert_gt(strlen(info->title), 0);
        cr_assert_eq(verdict_exit_status(rows[i].verdict), rows[i].status, "%s",
                     info->code);
        enum verdict found = VERDICT_COUNT;
        cr_assert(verdict_find(rows[i].code, &found));
        cr_assert_eq(found, rows[i].verdict);
    }
}

Test(verdict, only_an_exact_code_is_found)
{
    static const char *const none[] = {"", "ok", "AC", "OK ", "O", "JES", "scored"};
    for (size_t i = 0; i < COUNT(none); i++) {
        enum verdict found = VERDICT_JE;
        cr_assert_not(verdict_find(none[i], &found), "%s", none[i]);
        cr_assert_eq(found, VERDICT_JE);
    }
}

Test(verdict, a_judge_error_is_never_charged_to_the_entry)
{
    for (int v = 0; v < VERDICT_COUNT; v++)
        cr_assert_eq(verdict_info(v)->fault == POD_ENTRY,
                     v != VERDICT_OK && v != VERDICT_JE, "%s", verdict_info(v)->code);
}
