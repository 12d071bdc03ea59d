#include "engine/receipt.h"

#include "base/json.h"
#include "log_fixture.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static char *folder;
static struct pod_secret_key key;
static struct log_fixture log_;

/* RFC 8032, section 7.1, TEST 1; its public key is that of the log. */
static const char SEED[] =
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60\n";
static const char PUBLIC[] =
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

static void set_up(void)
{
    struct pod_error err = POD_ERROR_INIT;
    folder = fixture_enter();
    fixture_write("key", SEED);
    cr_assert_eq(chmod("key", 0600), 0);
    cr_assert(pod_secret_key_load("key", &key, &err), "%s", err.message);
    log_sample(&log_, PUBLIC);
}

static void tear_down(void)
{
    log_release(&log_);
    fixture_leave_take(folder);
}

TestSuite(receipt, .init = set_up, .fini = tear_down, .timeout = 60);

static bool holds(const char *text, size_t length, struct pod_error *err)
{
    struct receipt receipt;
    *err = (struct pod_error)POD_ERROR_INIT;
    bool done = receipt_parse(text, length, "r.json", &receipt, err);
    receipt_release(&receipt);
    return done;
}

static void refuses(const char *text, const char *message)
{
    struct pod_error err;
    cr_assert_not(holds(text, strlen(text), &err), "holds: %s", text);
    cr_assert_eq(err.fault, POD_ENTRY, "%s", err.message);
    cr_assert_str_eq(err.message, message, "%s", err.message);
}

Test(receipt, it_holds_and_says_what_was_received)
{
    pod_auto_free char *text = receipt_print("c", log_.lines.items[1], &key);
    struct pod_error err = POD_ERROR_INIT;
    struct receipt receipt;
    cr_assert(receipt_parse(text, strlen(text), "r.json", &receipt, &err), "%s",
              err.message);
    cr_assert_str_eq(receipt.line, log_.lines.items[1]);
    cr_assert_str_eq(receipt.public_key, PUBLIC);
    cr_assert_str_eq(receipt.digest.hex, event_digest(log_.lines.items[1]).hex);
    cr_assert_eq(receipt.event.seq, 2);
    cr_assert_str_eq(event_text(&receipt.event, EVENT_team), "A");
    receipt_release(&receipt);
    pod_auto_free char *again = receipt_print("c", log_.lines.items[1], &key);
    cr_assert_str_eq(text, again, "made anew it has other bytes");
}

/* White space between the values of a JSON document says nothing; every other byte does. */
static bool is_between(const char *text, size_t at)
{
    bool is_inside = false;
    for (size_t i = 0; i < at; i++) {
        if (text[i] == '\\')
            i++;
        else
            is_inside ^= text[i] == '"';
    }
    return !is_inside && strchr(" \n", text[at]) != NULL;
}

Test(receipt, every_changed_byte_is_noticed)
{
    static const char others[] = {'0', 'A', ' ', '"', '\\', '\x01', '\xff'};
    pod_auto_free char *text = receipt_print("c", log_.lines.items[1], &key);
    size_t length = strlen(text);
    for (size_t at = 0; at < length; at++) {
        char old = text[at];
        if (is_between(text, at))
            continue;
        for (size_t o = 0; o < COUNT(others) + 1; o++) {
            struct pod_error err;
            text[at] = o < COUNT(others) ? others[o] : (char)(old ^ 0x20);
            cr_assert(text[at] == old || !holds(text, length, &err),
                      "byte %zu, '%c' as 0x%02x, is not noticed: %.40s", at, old,
                      (unsigned char)text[at], text + at);
        }
        text[at] = old;
    }
}

Test(receipt, every_truncation_is_noticed_and_so_is_what_follows)
{
    pod_auto_free char *text = receipt_print("c", log_.lines.items[1], &key);
    struct pod_error err;
    size_t end = strlen(text) - 1; /* the last newline is nothing */
    for (size_t length = 0; length < end; length++)
        cr_assert_not(holds(text, length, &err), "cut to %zu bytes it holds", length);
    cr_assert(holds(text, end, &err), "%s", err.message);
    pod_auto_free char *twice = pod_strf("%s%s", text, text);
    cr_assert_not(holds(twice, strlen(twice), &err));
}

Test(receipt, one_of_another_event_key_or_competition_is_no_receipt_of_this)
{
    pod_auto_free char *text = receipt_print("c", log_.lines.items[1], &key);
    pod_auto_free char *other = receipt_print("c", log_.lines.items[2], &key);
    pod_auto_json json_t *mine = json_loads(text, 0, NULL);
    pod_auto_json json_t *theirs = json_loads(other, 0, NULL);
    static const struct {
        const char *key, *message;
    } table[] = {
        {"event", "r.json: .digest is not that of .event"},
        {"digest", "r.json: .digest is not that of .event"},
        {"signature", "r.json: .signature does not hold"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        pod_auto_free char *value =
            json_dumps(json_object_get(theirs, table[i].key), JSON_ENCODE_ANY);
        pod_auto_free char *mixed = fixture_patch(text, table[i].key, value);
        refuses(mixed, table[i].message);
    }
    pod_auto_free char *renamed = fixture_patch(text, "competition", "\"d\"");
    refuses(renamed, "r.json: .signature does not hold");
    pod_auto_free char *more = fixture_patch(text, "colour", "1");
    refuses(more,
            "r.json: .colour: unknown key, known are competition, event, digest, key, "
            "signature");
    pod_auto_free char *newer = fixture_patch(text, "schema", "\"podium.receipt/2\"");
    refuses(newer, "r.json: .schema: expected \"podium.receipt/1\", found "
                   "\"podium.receipt/2\"");
}

Test(receipt, what_is_signed_and_no_event_is_refused)
{
    pod_auto_free char *text = receipt_print("c", "{\"seq\":1}", &key);
    refuses(text, "r.json: .at: expected an instant, found nothing");
}
