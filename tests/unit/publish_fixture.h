/* publish_fixture.h - boards that can be published, from the first events of a log. */
#ifndef PUBLISH_FIXTURE_H
#define PUBLISH_FIXTURE_H

#include "engine/published.h"
#include "log_fixture.h"

struct publish_fixture {
    char *folder; /* the current one */
    struct pod_secret_key key;
    struct log_fixture log; /* the sample, opened with that key */
};

/* For the .init and .fini of a suite. */
extern struct publish_fixture publish_fixture;
void publish_fixture_enter(void);
void publish_fixture_leave(void);

/* A board as of an instant that stands on the last of the first `events` of the log,
 * signed; release it. */
void publish_fixture_board(struct published *out, size_t events, const char *as_of);

/* Events beside the one that makes the board final; NULL: none. */
struct publish_fixture_way {
    const char *between, *after;
    bool has_reason, has_records;
};

/* A board on what is the log's last event, which goes on then and says that the board is
 * final. The sample made another one final before. */
void publish_fixture_final(struct published *out, const char *as_of,
                           const struct publish_fixture_way *way);

#endif
