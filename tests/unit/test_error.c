#include "base/error.h"
#include "src_fixture.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

TestSuite(error, .timeout = 20);

Test(error, the_first_error_wins_and_callers_say_where)
{
    struct pod_error err = POD_ERROR_INIT;
    cr_assert_not(pod_fail(&err, POD_ENTRY, "\"%s\" is empty", "run"));
    cr_assert_not(pod_fail(&err, POD_BUG, "later"));
    errno = ENOENT;
    cr_assert_not(pod_fail_errno(&err, POD_HOST, "later still"));
    cr_assert_not(pod_wrap(&err, "entry %d", 7));
    cr_assert_eq(err.fault, POD_ENTRY);
    cr_assert_str_eq(err.message, "entry 7: \"run\" is empty");
}

Test(error, the_text_of_errno_ends_the_message)
{
    struct pod_error err = POD_ERROR_INIT;
    errno = ENOENT;
    cr_assert_not(pod_fail_errno(&err, POD_HOST, "cannot open \"%s\"", "a"));
    cr_assert_str_eq(err.message, "cannot open \"a\": No such file or directory");
}

Test(error, a_message_that_does_not_fit_keeps_its_start)
{
    char text[3000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    struct pod_error err = POD_ERROR_INIT;
    errno = EIO;
    pod_fail_errno(&err, POD_HOST, "head %s", text);
    cr_assert_eq(strlen(err.message), sizeof err.message - 1);
    cr_assert_eq(strncmp(err.message, "head xxx", 8), 0);
    pod_wrap(&err, "where");
    cr_assert_eq(strlen(err.message), sizeof err.message - 1);
    cr_assert_eq(strncmp(err.message, "where: head xxx", 15), 0);
    pod_wrap(&err, "%s", text);
    cr_assert_eq(strlen(err.message), sizeof err.message - 1);
    cr_assert_eq(err.message[0], 'x');
}

Test(error, the_fault_alone_decides_the_exit_status)
{
    /* DESIGN: 0 scored, 1 the entry's fault, 2 usage, 3 host or task, 4 a bug */
    static const struct {
        enum pod_fault fault;
        int status;
    } table[] = {{POD_OK, 0},   {POD_ENTRY, 1}, {POD_USAGE, 2},
                 {POD_HOST, 3}, {POD_TASK, 3},  {POD_BUG, 4}};
    for (size_t i = 0; i < COUNT(table); i++)
        cr_assert_eq(pod_exit_status(table[i].fault), table[i].status, "row %zu", i);
}
