#include "event_lines.h"
#include "log_fixture.h"

#include "base/json.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(event, .timeout = 20);

/* The keys that may be missing. */
static const char OPTIONAL[] = " received.stamped_by received.same_as received.sealed_by "
                               "received.note refused.team selected.reason "
                               "disqualified.team disqualified.entry reinstated.team "
                               "reinstated.entry finalised.reason ";

static bool parse(const char *text, struct event *event, struct pod_error *err)
{
    *err = (struct pod_error)POD_ERROR_INIT;
    return event_parse(text, strlen(text), "log:7", event, err);
}

static void refuses(const char *text, const char *message)
{
    event_auto struct event event;
    struct pod_error err;
    cr_assert_not(parse(text, &event, &err), "accepted: %s", text);
    cr_assert_eq(err.fault, POD_HOST);
    cr_assert_str_eq(err.message, message, "'%s', not '%s'", err.message, message);
}

static void accepts(const char *text)
{
    event_auto struct event event;
    struct pod_error err;
    cr_assert(parse(text, &event, &err), "%s: %s", text, err.message);
}

Test(event, the_table_has_a_line_of_every_kind)
{
    cr_assert_eq(COUNT(LINES), EVENT_KIND_COUNT);
    for (size_t i = 0; i < COUNT(LINES); i++) {
        event_auto struct event event;
        struct pod_error err;
        cr_assert(parse(LINES[i], &event, &err), "%s", err.message);
        cr_assert_eq((size_t)event.kind, i);
    }
}

Test(event, a_line_of_every_kind_is_printed_as_it_was_read_byte_for_byte)
{
    for (size_t i = 0; i < COUNT(LINES); i++) {
        event_auto struct event event;
        struct pod_error err;
        cr_assert(parse(LINES[i], &event, &err), "%s", err.message);
        pod_auto_free char *text = event_print(&event, &err);
        cr_assert_not_null(text, "%s", err.message);
        cr_assert_str_eq(text, LINES[i]);
    }
}

Test(event, the_members_of_a_parsed_event_are_those_of_the_line)
{
    event_auto struct event event;
    struct pod_error err;
    cr_assert(parse(LINES[EVENT_RECEIVED], &event, &err), "%s", err.message);
    cr_assert_eq(event.seq, 7);
    cr_assert_eq(event.at, 1700308799999); /* COMPETITION.md, section 1.2 */
    cr_assert_str_eq(event.prev.hex, ZEROS);
    cr_assert_str_eq(event_text(&event, EVENT_team), "A");
    cr_assert_str_eq(event_text(&event, EVENT_digest), ONES);
    cr_assert_eq(event_number(&event, EVENT_received_at), 1700308799998);
    cr_assert_eq(event_number(&event, EVENT_sealed_by), 4);
    cr_assert_eq(event.values[EVENT_tasks].texts.count, 2);
    cr_assert_str_eq(event.values[EVENT_tasks].texts.items[1], "layout");
    cr_assert_null(event_text(&event, EVENT_reason));
    cr_assert_eq(event_number(&event, EVENT_entry), 0);
    cr_assert_not(event_has(&event, EVENT_entry));
}

/* printf '%s' TEXT | b2sum -l 256 */
Test(event, the_digest_of_a_line_is_that_of_b2sum)
{
    struct pod_digest digest = event_digest(LINES[EVENT_MERGED]);
    cr_assert_str_eq(digest.hex,
                     "ad8934a795336231f9d6e22f192eca87ab6b094d301c86b02ea58c6b088c967c");
    cr_assert_str_eq(event_genesis().hex, ZEROS);
}

static void check_key(const char *line, const char *kind, const char *key)
{
    static const char *const common[] = {"seq", "at", "prev", "kind"};
    static const char *const wanted[] = {
        "an integer", "an instant", "a string of at most 4096 bytes", "a kind of event"};
    pod_auto_free char *without = fixture_patch(line, key, NULL);
    pod_auto_free char *qualified = pod_strf(" %s.%s ", kind, key);
    pod_auto_free char *message = pod_strf("log:7: an event \"%s\" needs .%s", kind, key);
    for (size_t i = 0; i < COUNT(common); i++) {
        if (strcmp(key, common[i]) != 0)
            continue;
        free(message);
        message = pod_strf("log:7: .%s: expected %s, found nothing", key, wanted[i]);
    }
    if (strstr(OPTIONAL, qualified) != NULL)
        accepts(without);
    else
        refuses(without, message);
}

Test(event, each_key_of_each_kind_must_be_there_or_may_be_missing)
{
    for (size_t i = 0; i < COUNT(LINES); i++) {
        json_t *object = json_loads(LINES[i], 0, NULL), *value = NULL;
        const char *key = NULL;
        json_object_foreach (object, key, value)
            check_key(LINES[i], json_string_value(json_object_get(object, "kind")), key);
        json_decref(object);
    }
}

/* What each key's kind expects, and values of every wrong type. */
static void check_types(const char *line, const char *key, const json_t *value)
{
    static const char *const values[] = {"null", "true", "false", "1.5",  "{}",
                                         "[]",   "7",    "\"x\"", "[[]]", "[null]"};
    size_t refused = 0;
    for (size_t i = 0; i < COUNT(values); i++) {
        pod_auto_free char *changed = fixture_patch(line, key, values[i]);
        event_auto struct event event;
        struct pod_error err;
        pod_auto_free char *start = pod_strf("log:7: .%s: ", key);
        if (parse(changed, &event, &err))
            continue;
        refused++;
        cr_assert_eq(strncmp(err.message, start, strlen(start)), 0, "%s", err.message);
        cr_assert_null(strchr(err.message, '\n'));
    }
    /* An array may be empty, text may be "x", a number 7: nothing else passes. */
    cr_assert_geq(refused, COUNT(values) - 1, ".%s takes more than its type", key);
    cr_assert(json_is_string(value) || json_is_integer(value) || json_is_array(value));
}

Test(event, each_key_takes_its_own_type_only)
{
    for (size_t i = 0; i < COUNT(LINES); i++) {
        json_t *object = json_loads(LINES[i], 0, NULL), *value = NULL;
        const char *key = NULL;
        json_object_foreach (object, key, value)
            check_types(LINES[i], key, value);
        json_decref(object);
    }
}

Test(event, a_key_that_no_kind_has_is_refused_and_shown_safely)
{
    for (size_t i = 0; i < COUNT(LINES); i++) {
        pod_auto_free char *changed = fixture_patch(LINES[i], "colour", "1");
        refuses(changed, "log:7: .colour: unknown key");
        pod_auto_free char *upper = fixture_patch(LINES[i], "Team", "\"A\"");
        refuses(upper, "log:7: .Team: unknown key");
        pod_auto_free char *hostile = fixture_patch(LINES[i], "\x1b[31m\n", "1");
        refuses(hostile, "log:7: .\\x1b[31m\\x0a: unknown key");
    }
}

static bool has_key(const char *line, const char *key)
{
    pod_auto_json json_t *object = json_loads(line, 0, NULL);
    return json_object_get(object, key) != NULL;
}

/* All keys of another line, put into this one; counts those that it has not itself. */
static size_t add_foreign(const char *line, const char *kind, const char *from)
{
    pod_auto_json json_t *other = json_loads(from, 0, NULL);
    const char *key = NULL;
    json_t *value = NULL;
    size_t tried = 0;
    json_object_foreach (other, key, value) {
        if (has_key(line, key))
            continue;
        pod_auto_free char *text = json_dumps(value, JSON_ENCODE_ANY);
        pod_auto_free char *changed = fixture_patch(line, key, text);
        pod_auto_free char *message =
            pod_strf("log:7: .%s does not belong to an event \"%s\"", key, kind);
        refuses(changed, message);
        tried++;
    }
    return tried;
}

Test(event, a_key_of_another_kind_is_refused)
{
    size_t tried = 0;
    for (size_t i = 0; i < COUNT(LINES); i++)
        for (size_t j = 0; j < COUNT(LINES); j++)
            tried += add_foreign(LINES[i], event_kind_text((enum event_kind)i), LINES[j]);
    cr_assert_gt(tried, 500);
}

Test(event, lists_and_texts_have_caps_and_numbers_bounds)
{
    static const struct fixture_case table[] = {
        {"seq", "9007199254740993", "log:7: .seq: expected an integer, found a number"},
        {"grace_s", "9007199254740993",
         "log:7: .grace_s: expected an integer, found a number"},
        {"grace_s", "-9007199254740993",
         "log:7: .grace_s: expected an integer, found a number"},
        {"at", "\"2023-11-18\"",
         "log:7: .at: \"2023-11-18\" is not an instant: write it as 2023-11-18T11:59:59Z"},
        {"at", "\"9999-12-31T23:59:59-01:00\"",
         "log:7: .at: \"9999-12-31T23:59:59-01:00\" lies outside the years 0000 to 9999 of "
         "UTC"},
        {"prev", "\"0\"", "log:7: .prev: \"0\" is not 64 lower-case hex digits"},
        {"kind", "\"Received\"", "log:7: .kind: expected a kind of event, found a string"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        pod_auto_free char *changed =
            fixture_patch(LINES[EVENT_GRACED], table[i].path, table[i].value);
        refuses(changed, table[i].message);
    }
    pod_auto_free char *most =
        fixture_patch(LINES[EVENT_GRACED], "grace_s", "9007199254740992");
    accepts(most);
}

static char *repeated(const char *open, const char *item, size_t count, const char *close)
{
    struct pod_buf text = POD_BUF_INIT;
    pod_buf_puts(&text, open);
    for (size_t i = 0; i < count; i++)
        pod_buf_puts(&text, item + (i == 0 && *item == ','));
    pod_buf_puts(&text, close);
    return pod_buf_steal(&text);
}

Test(event, a_list_has_at_most_64_items_and_a_text_4096_bytes)
{
    for (size_t over = 0; over < 2; over++) {
        pod_auto_free char *numbers = repeated("[", ",1", 64 + over, "]");
        pod_auto_free char *tasks = repeated("[", ",\"t\"", 64 + over, "]");
        pod_auto_free char *text = repeated("\"", "x", 4096 + over, "\"");
        pod_auto_free char *task = repeated("[\"", "x", 4096 + over, "\"]");
        pod_auto_free char *selected =
            fixture_patch(LINES[EVENT_SELECTED], "entries", numbers);
        pod_auto_free char *received = fixture_patch(LINES[EVENT_RECEIVED], "tasks", tasks);
        pod_auto_free char *long_task = fixture_patch(LINES[EVENT_RECEIVED], "tasks", task);
        pod_auto_free char *graced = fixture_patch(LINES[EVENT_GRACED], "reason", text);
        if (over == 0) {
            accepts(selected);
            accepts(received);
            accepts(long_task);
            accepts(graced);
            continue;
        }
        refuses(selected,
                "log:7: .entries: expected an array of at most 64, found an array");
        refuses(received, "log:7: .tasks: expected an array of at most 64, found an array");
        refuses(long_task,
                "log:7: .tasks: expected a string of at most 4096 bytes, found a string");
        refuses(graced,
                "log:7: .reason: expected a string of at most 4096 bytes, found a string");
    }
}

/* What was printed must be readable: otherwise one event shuts the log for ever. */
Test(event, what_could_not_be_read_back_is_not_printed)
{
    pod_auto_free char *text = repeated("", "x", 4097, "");
    struct pod_error err = POD_ERROR_INIT;
    event_auto struct event graced, selected, late, binary;
    event_init(&graced, EVENT_GRACED);
    event_set_number(&graced, EVENT_grace_s, INT64_MAX);
    event_set_text(&graced, EVENT_reason, "r");
    cr_assert_null(event_print(&graced, &err), "a number");
    event_set_number(&graced, EVENT_grace_s, 1);
    event_set_text(&graced, EVENT_reason, text);
    cr_assert_null(event_print(&graced, &err), "a text");
    event_init(&selected, EVENT_SELECTED);
    event_set_text(&selected, EVENT_team, "A");
    for (int i = 0; i < 65; i++)
        event_add_number(&selected, EVENT_entries, i);
    cr_assert_null(event_print(&selected, &err), "a list");
    event_init(&late, EVENT_CLOCK);
    event_set_number(&late, EVENT_drift_ms, 1);
    event_set_text(&late, EVENT_note, "n");
    late.at = INT64_C(253402300800000); /* 10000-01-01 */
    cr_assert_null(event_print(&late, &err), "an instant");
    event_init(&binary, EVENT_CLOCK);
    event_set_number(&binary, EVENT_drift_ms, 1);
    event_set_text(&binary, EVENT_note, "\xff");
    cr_assert_null(event_print(&binary, &err), "no UTF-8");
    cr_assert_eq(err.fault, POD_BUG);
}

Test(event, hostile_text_comes_back_as_it_was_and_stays_one_line)
{
    static const char *const texts[] = {
        "\n\r\t\"\\/",
        "\x1b[31m",
        "<script>alert(1)</script>",
        "\xe2\x80\xae"
        "evil",
        "\xf0\x9f\x8f\x86",
        "a\",\"seq\":1,\"b\":\"",
        "\xe2\x80\xa8",
        "",
        "\x7f",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct pod_error err = POD_ERROR_INIT;
        event_auto struct event event, again;
        event_init(&event, EVENT_REFUSED);
        event_set_text(&event, EVENT_team, texts[i]);
        event_set_text(&event, EVENT_origin, texts[i]);
        event_set_text(&event, EVENT_reason, texts[i]);
        pod_auto_free char *line = event_print(&event, &err);
        cr_assert_not_null(line, "%s", err.message);
        cr_assert_null(strchr(line, '\n'));
        cr_assert(parse(line, &again, &err), "%s", err.message);
        cr_assert_str_eq(event_text(&again, EVENT_team), texts[i]);
        cr_assert_str_eq(event_text(&again, EVENT_reason), texts[i]);
    }
}

Test(event, what_is_no_event_is_refused_in_one_line)
{
    static const char *const texts[] = {
        "",
        " ",
        "[]",
        "7",
        "null",
        "{",
        "{}",
        "\"x\"",
        "{\"seq\":1}",
        HEAD "\"clock\",\"drift_ms\":1,\"note\":\"n\"}{}",
        HEAD "\"clock\",\"drift_ms\":1,\"note\":\"n\",\"note\":\"n\"}",
        HEAD "\"clock\",\"drift_ms\":1,\"note\":\"\\u0000\"}",
        HEAD "\"clock\",\"drift_ms\":1,\"note\":\"\\ud800\"}",
        HEAD "\"clock\",\"drift_ms\":1e3,\"note\":\"n\"}",
        HEAD "\"clock\",\"drift_ms\":99999999999999999999,\"note\":\"n\"}",
        HEAD "\"clock\",\"drift_ms\":1,\"note\":\"\xff\"}",
        "\xef\xbb\xbf" HEAD "\"clock\",\"drift_ms\":1,\"note\":\"n\"}",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        event_auto struct event event;
        struct pod_error err;
        cr_assert_not(parse(texts[i], &event, &err), "accepted: %s", texts[i]);
        cr_assert_eq(err.fault, POD_HOST);
        cr_assert_eq(strncmp(err.message, "log:7: ", 7), 0, "%s", err.message);
        cr_assert_null(strchr(err.message, '\n'), "%s", err.message);
    }
}

Test(event, an_event_without_what_its_kind_needs_is_not_printed)
{
    struct pod_error err = POD_ERROR_INIT;
    event_auto struct event event;
    event_init(&event, EVENT_WITHDRAWN);
    event_set_number(&event, EVENT_entry, 3);
    cr_assert_null(event_print(&event, &err));
    cr_assert_eq(err.fault, POD_BUG);
    cr_assert_str_eq(err.message, "event: an event \"withdrawn\" needs .reason");
    err = (struct pod_error)POD_ERROR_INIT;
    event_set_text(&event, EVENT_reason, "r");
    event_set_text(&event, EVENT_into, "B");
    cr_assert_null(event_print(&event, &err));
    cr_assert_str_eq(err.message, "event: .into does not belong to an event \"withdrawn\"");
    event_set_text(&event, EVENT_into, NULL);
    pod_auto_free char *line = event_print(&event, &err);
    cr_assert_not_null(line);
}
