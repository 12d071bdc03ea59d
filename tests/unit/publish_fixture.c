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

void publish_fixture_board(struct published *out, size_t events, const char *as_of)
{
    struct pod_error err = POD_ERROR_INIT;
    pod_auto_buf struct pod_buf log = POD_BUF_INIT, board = POD_BUF_INIT;
    char *const *lines = publish_fixture.log.lines.items;
    for (size_t i = 0; i < events; i++)
        pod_buf_printf(&log, "%s\n", lines[i]);
    pod_buf_printf(
        &board,
        "{\"schema\": \"podium.leaderboard/1\", \"competition\": {\"id\": \"c\"}, "
        "\"as_of\": \"%s\", \"log_head\": \"%s\", \"tracks\": [], "
        "\"deadline\": {\"instant\": \"2023-11-18T12:00:00.000Z\"}}\n",
        as_of, event_digest(lines[events - 1]).hex);
    published_init(out, "the board");
    published_add_take(out, PUBLISHED_BOARD, &board);
    published_add_take(out, PUBLISHED_LOG, &log);
    cr_assert(published_fill(out, &err), "%s", err.message);
    published_sign(out, &publish_fixture.key);
}
