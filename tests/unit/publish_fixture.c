#include "publish_fixture.h"

#include <criterion/criterion.h>
#include <sys/stat.h>

struct publish_fixture publish_fixture;

/* RFC 8032, section 7.1, TEST 1. */
static const char SEED[] =
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60\n";

void publish_fixture_enter(void)
{
    struct pod_error err = POD_ERROR_INIT;
    publish_fixture.folder = fixture_enter();
    fixture_write("key", SEED);
    cr_assert_eq(chmod("key", 0600), 0);
    cr_assert(pod_secret_key_load("key", &publish_fixture.key, &err), "%s", err.message);
    log_sample(&publish_fixture.log, publish_fixture.key.public_hex);
}

void publish_fixture_leave(void)
{
    log_release(&publish_fixture.log);
    fixture_leave_take(publish_fixture.folder);
}

static void print_log(struct pod_buf *log, size_t events)
{
    for (size_t i = 0; i < events; i++)
        pod_buf_printf(log, "%s\n", publish_fixture.log.lines.items[i]);
}

static void print_board(struct pod_buf *board, size_t events, const char *as_of)
{
    pod_buf_printf(board,
                   "{\"schema\": \"podium.leaderboard/1\", \"competition\": "
                   "{\"id\": \"c\", \"split\": \"hidden\"}, "
                   "\"as_of\": \"%s\", \"log_head\": \"%s\", \"tracks\": [], "
                   "\"deadline\": {\"instant\": \"2023-11-18T12:00:00.000Z\"}}\n",
                   as_of, event_digest(publish_fixture.log.lines.items[events - 1]).hex);
}

/* Takes the board. */
static void finish(struct published *out, struct pod_buf *board, size_t events,
                   bool has_records)
{
    struct pod_error err = POD_ERROR_INIT;
    pod_auto_buf struct pod_buf log = POD_BUF_INIT, records = POD_BUF_INIT;
    print_log(&log, events);
    pod_buf_puts(&records, "{}\n");
    published_init(out, "the board");
    published_add_take(out, PUBLISHED_BOARD, board);
    published_add_take(out, PUBLISHED_LOG, &log);
    if (has_records)
        published_add_take(out, PUBLISHED_RECORDS, &records);
    cr_assert(published_fill(out, &err), "%s", err.message);
    published_sign(out, &publish_fixture.key);
}

void publish_fixture_board(struct published *out, size_t events, const char *as_of)
{
    pod_auto_buf struct pod_buf board = POD_BUF_INIT;
    print_board(&board, events, as_of);
    finish(out, &board, events, false);
}

void publish_fixture_final(struct published *out, const char *as_of,
                           const struct publish_fixture_way *way)
{
    static const char AT[] = "2023-11-23T00:00:00.000Z";
    pod_auto_buf struct pod_buf board = POD_BUF_INIT;
    struct log_fixture *log = &publish_fixture.log;
    print_board(&board, log->lines.count, as_of);
    if (way->between != NULL)
        log_add(log, AT, way->between);
    pod_auto_free char *final = pod_strf("finalised as_of=%s board=%s%s", as_of,
                                         pod_digest_bytes(board.data, board.length).hex,
                                         way->has_reason ? " reason=r" : "");
    log_add(log, AT, final);
    if (way->after != NULL)
        log_add(log, AT, way->after);
    finish(out, &board, log->lines.count, way->has_records);
}
