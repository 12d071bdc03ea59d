/* The short way of reading. A space makes a line one that it leaves alone. */

#include "event_lines.h"
#include "log_fixture.h"

#include "model/event_plain.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(event_plain, .timeout = 20);

Test(event_plain, a_line_of_every_kind_is_read_the_short_way_and_one_with_a_space_is_not)
{
    for (size_t i = 0; i < COUNT(LINES); i++) {
        event_auto struct event event, spaced_event;
        pod_auto_free char *spaced = pod_strf(" %s", LINES[i]);
        cr_assert(event__read_plain(LINES[i], strlen(LINES[i]), &event), "%s", LINES[i]);
        cr_assert_not(event__read_plain(spaced, strlen(spaced), &spaced_event));
    }
}

/* Whether both ways take the text, and as the same event: 1 taken, 0 refused. */
static size_t read_both_ways(const char *text)
{
    event_auto struct event event, spaced_event;
    struct pod_error err = POD_ERROR_INIT;
    pod_auto_free char *spaced = pod_strf(" %s", text);
    bool is_taken = event_parse(text, strlen(text), "log:7", &event, &err);
    bool is_taken_spaced =
        event_parse(spaced, strlen(spaced), "log:7", &spaced_event, &err);
    cr_assert_eq(is_taken_spaced, is_taken, "one way takes it, the other does not: %s",
                 text);
    if (!is_taken)
        return 0;
    pod_auto_free char *line = event_print(&event, &err);
    pod_auto_free char *spaced_line = event_print(&spaced_event, &err);
    cr_assert_str_eq(line, spaced_line, "read in two ways: %s", text);
    return 1;
}

Test(event_plain, a_line_with_any_byte_changed_is_read_alike_in_the_short_and_the_long_way)
{
    static const char bytes[] = "\"\\,:{}[]-.0129eaE \n\x7f\xc3";
    size_t taken = 0, tried = 0;
    for (size_t i = 0; i < COUNT(LINES); i++) {
        for (size_t at = 0; at < strlen(LINES[i]); at++) {
            pod_auto_free char *changed = pod_strdup(LINES[i]);
            for (const char *byte = bytes; *byte != '\0'; byte++, tried++) {
                changed[at] = *byte;
                taken += read_both_ways(changed);
            }
            memmove(changed + at, LINES[i] + at + 1, strlen(LINES[i]) - at);
            taken += read_both_ways(changed); /* one byte less */
        }
    }
    cr_assert_gt(taken, 1000, "%zu of %zu were taken", taken, tried);
    cr_assert_lt(taken, tried / 2);
}

Test(event_plain,
     keys_in_another_order_twice_or_with_odd_numbers_are_read_alike_in_both_ways)
{
    static const struct {
        const char *text;
        size_t taken;
    } table[] = {
        {HEAD "\"clock\",\"note\":\"n\",\"drift_ms\":1}", 1},
        {HEAD "\"clock\",\"drift_ms\":1,\"note\":\"n\",\"note\":\"n\"}", 0},
        {HEAD "\"clock\",\"drift_ms\":1,\"seq\":7,\"note\":\"n\"}", 0},
        {HEAD "\"clock\",\"drift_ms\":9007199254740992,\"note\":\"n\"}", 1},
        {HEAD "\"clock\",\"drift_ms\":-9007199254740992,\"note\":\"n\"}", 1},
        {HEAD "\"clock\",\"drift_ms\":9007199254740993,\"note\":\"n\"}", 0},
        {HEAD "\"clock\",\"drift_ms\":-0,\"note\":\"n\"}", 1},
        {HEAD "\"clock\",\"drift_ms\":01,\"note\":\"n\"}", 0},
        {HEAD "\"clock\",\"drift_ms\":-,\"note\":\"n\"}", 0},
        {HEAD "\"clock\",\"drift_ms\":1.0,\"note\":\"n\"}", 0},
        {HEAD "\"clock\",\"drift_ms\":1,\"note\":\"n\"},", 0},
        {HEAD "\"clock\",\"drift_ms\":1,\"note\":\"n\"}}", 0},
        {HEAD "\"clock\",\"drift_ms\":18446744073709551617,\"note\":\"n\"}", 0},
        {HEAD "\"clock\",\"drift_ms\":1,\"note\":\"\xc3\xa9\"}", 1},
        {HEAD "\"clock\",\"drift_ms\":1,\"note\":\"\\u00e9\"}", 1},
        {HEAD "\"selected\",\"team\":\"A\",\"entries\":[]}", 1},
        {HEAD "\"selected\",\"team\":\"A\",\"entries\":[1,]}", 0},
        {HEAD "\"selected\",\"team\":\"A\",\"entries\":[1", 0},
        {"{\"seq\":7,\"prev\":\"" ZEROS "\",\"at\":\"2023-11-18T11:59:59.999Z\","
         "\"kind\":\"sealed\",\"team\":\"A\",\"digest\":\"" ONES "\"}",
         1},
    };
    for (size_t i = 0; i < COUNT(table); i++)
        cr_assert_eq(read_both_ways(table[i].text), table[i].taken, "%s", table[i].text);
}

static char *repeated(const char *item, size_t count)
{
    struct pod_buf text = POD_BUF_INIT;
    for (size_t i = 0; i < count; i++)
        pod_buf_puts(&text, item);
    return pod_buf_steal(&text);
}

Test(event_plain, the_caps_of_lists_and_texts_are_alike_in_both_ways)
{
    for (size_t over = 0; over < 2; over++) {
        pod_auto_free char *text = repeated("x", 4096 + over);
        pod_auto_free char *numbers = repeated(",1", 63 + over);
        pod_auto_free char *graced =
            pod_strf(HEAD "\"graced\",\"grace_s\":1,\"reason\":\"%s\"}", text);
        pod_auto_free char *selected =
            pod_strf(HEAD "\"selected\",\"team\":\"A\",\"entries\":[1%s]}", numbers);
        cr_assert_eq(read_both_ways(graced), 1 - over);
        cr_assert_eq(read_both_ways(selected), 1 - over);
    }
}

Test(event_plain, a_digest_has_64_digits_in_both_ways)
{
    static const char digits[] = ONES ONES;
    static const int counts[] = {0, 1, 63, 64, 65, 66, 128};
    for (size_t i = 0; i < COUNT(counts); i++) {
        size_t wanted = counts[i] == 64;
        pod_auto_free char *sealed = pod_strf(
            HEAD "\"sealed\",\"team\":\"A\",\"digest\":\"%.*s\"}", counts[i], digits);
        pod_auto_free char *clock =
            pod_strf("{\"seq\":7,\"at\":\"2023-11-18T11:59:59.999Z\",\"prev\":\"%.*s\","
                     "\"kind\":\"clock\",\"drift_ms\":1,\"note\":\"n\"}",
                     counts[i], digits);
        cr_assert_eq(read_both_ways(sealed), wanted, "%d digits", counts[i]);
        cr_assert_eq(read_both_ways(clock), wanted, "%d digits", counts[i]);
    }
}
