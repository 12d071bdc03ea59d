#include "engine/log_check.h"

#include "log_fixture.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct log_fixture log_;

static void set_up(void)
{
    log_sample(&log_, "f");
}

static void tear_down(void)
{
    log_release(&log_);
}

TestSuite(log_check, .init = set_up, .fini = tear_down, .timeout = 60);

static bool log_holds(const char *text, size_t length, struct ledger *ledger,
                      struct pod_error *err)
{
    /* fmemopen refuses an empty buffer */
    FILE *file = length > 0 ? fmemopen((void *)(uintptr_t)text, length, "r")
                            : fopen("/dev/null", "re");
    const struct log_source source = {.file = file, .name = "log"};
    *err = (struct pod_error)POD_ERROR_INIT;
    ledger_init(ledger, INT64_MAX);
    cr_assert_not_null(file);
    bool done = log_check(&source, ledger, err);
    (void)fclose(file);
    return done;
}

/* Is the log as it was? By the chain, or else by its head, which receipts and boards have.
 */
static bool is_noticed(const char *text, size_t length, struct pod_error *err)
{
    ledger_auto struct ledger ledger;
    return !log_holds(text, length, &ledger, err) ||
           strcmp(ledger.head.hex, log_.ledger.head.hex) != 0;
}

static void log_refuses_file(const char *text, const char *message)
{
    ledger_auto struct ledger ledger;
    struct pod_error err;
    cr_assert_not(log_holds(text, strlen(text), &ledger, &err), "holds: %s", text);
    cr_assert_eq(err.fault, POD_ENTRY);
    cr_assert_str_eq(err.message, message, "%s", err.message);
}

Test(log_check, a_log_of_every_kind_of_event_holds)
{
    pod_auto_free char *text = log_text(&log_);
    ledger_auto struct ledger ledger;
    struct pod_error err;
    cr_assert(log_holds(text, strlen(text), &ledger, &err), "%s", err.message);
    pod_auto_free char *state = log_state(&log_.ledger);
    pod_auto_free char *folded = log_state(&ledger);
    cr_assert_str_eq(state, folded);
}

Test(log_check, every_changed_byte_of_a_log_is_noticed)
{
    pod_auto_free char *text = log_text(&log_);
    size_t length = strlen(text);
    struct pod_error err;
    for (size_t at = 0; at < length; at++) {
        char old = text[at];
        static const char others[] = {'0', ' ', '"', '\n', '\0', '\xc3'};
        for (size_t o = 0; o < COUNT(others); o++) {
            text[at] = others[o];
            cr_assert(old == others[o] || is_noticed(text, length, &err),
                      "byte %zu as 0x%02x is not noticed: %.60s", at,
                      (unsigned char)others[o], text + at);
            cr_assert_null(strchr(err.message, '\n'), "%s", err.message);
        }
        text[at] = old;
    }
}

Test(log_check, every_truncation_of_a_log_is_noticed)
{
    pod_auto_free char *text = log_text(&log_);
    struct pod_error err;
    for (size_t length = 0; length < strlen(text); length++)
        cr_assert(is_noticed(text, length, &err), "cut to %zu bytes it holds", length);
    log_refuses_file("", "log: is empty, and a log has at least one event");
    log_refuses_file("\n", "log:1: is no line of a log: it begins with { and ends with }");
    text[strlen(text) - 1] = '\0';
    log_refuses_file(text, "log:18: the last line has no end: the file was cut");
}

/* The lines in this order; the caller frees. */
static char *arranged(const size_t *order, size_t count)
{
    struct pod_buf out = POD_BUF_INIT;
    for (size_t i = 0; i < count; i++)
        pod_buf_printf(&out, "%s\n", log_.lines.items[order[i]]);
    return pod_buf_steal(&out);
}

/* The place in the order is taken out, given twice, or changed with the next. */
enum { TAKEN_OUT, DOUBLED, SWAPPED, CHANGES };

static char *rearranged(size_t at, int change)
{
    size_t order[64], count = 0;
    for (size_t i = 0; i < log_.lines.count; i++) {
        if (i == at && change == TAKEN_OUT)
            continue;
        if (i == at && change == DOUBLED)
            order[count++] = i;
        order[count++] = i;
    }
    if (change == SWAPPED) {
        order[at] = at + 1;
        order[at + 1] = at;
    }
    return arranged(order, count);
}

Test(log_check, a_line_taken_out_doubled_or_swapped_is_noticed)
{
    for (size_t at = 0; at + 1 < log_.lines.count; at++) {
        for (int change = 0; change < CHANGES; change++) {
            pod_auto_free char *text = rearranged(at, change);
            pod_auto_free char *message =
                pod_strf("log:%zu: event %zu stands where number %zu belongs",
                         at + 1 + (change == DOUBLED), at + 1 + (change != DOUBLED),
                         at + 1 + (change == DOUBLED));
            log_refuses_file(text, message);
        }
    }
}

Test(log_check, ends_of_line_of_another_kind_are_noticed_also_at_the_end)
{
    pod_auto_free char *text = log_text(&log_);
    pod_auto_buf struct pod_buf all = POD_BUF_INIT;
    for (const char *at = text; *at; at++)
        pod_buf_printf(&all, "%s%c", *at == '\n' ? "\r" : "", *at);
    log_refuses_file(all.data,
                     "log:1: is no line of a log: it begins with { and ends with }");
    text[strlen(text) - 1] = '\0';
    pod_auto_free char *last = pod_strf("%s\r\n", text);
    log_refuses_file(last, "log:18: is no line of a log: it begins with { and ends with }");
    pod_auto_free char *spaced = pod_strf("%s \n", text);
    log_refuses_file(spaced,
                     "log:18: is no line of a log: it begins with { and ends with }");
    pod_auto_free char *empty = pod_strf("%s\n\n", text);
    log_refuses_file(empty,
                     "log:19: is no line of a log: it begins with { and ends with }");
}

/* Whoever makes a log by hand makes the chain as well: what makes no sense is refused. */
Test(log_check, a_chain_that_holds_with_events_that_make_no_sense_is_refused)
{
    struct log_fixture forged;
    event_auto struct event event;
    struct pod_error err = POD_ERROR_INIT;
    log_init(&forged, INT64_MAX);
    log_add(&forged, "2023-11-01T00:00:00.000Z", "opened");
    log_event(&forged, "2023-11-02T00:00:00.000Z", "withdrawn entry=9", &event);
    pod_auto_free char *line = event_print(&event, &err);
    pod_auto_free char *opened = log_text(&forged);
    pod_auto_free char *text = pod_strf("%s%s\n", opened, line);
    log_refuses_file(text, "log:2: there is no entry 9");
    log_release(&forged);
}
