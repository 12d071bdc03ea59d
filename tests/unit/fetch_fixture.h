/* fetch_fixture.h - a web server of one's own (tests/cases/fetch/server.py, which says what
 * each path does), in a folder of one's own. Its second port stands for the public
 * internet.
 */
#ifndef FETCH_FIXTURE_H
#define FETCH_FIXTURE_H

#include "base/error.h"
#include "engine/fetch.h"
#include "src_fixture.h"

#include <stdbool.h>

enum { FETCH_SIZE = 1000000 };

struct fetch_fixture {
    char *folder;
    unsigned ports[3]; /* plain, public, TLS */
    struct fetch_options options;
};

/* For the .init and .fini of a suite; there is one server at a time. */
extern struct fetch_fixture fetch_fixture;
void fetch_fixture_enter(void);
void fetch_fixture_leave(void);

/* Stop it and start it anew, with cert.pem and key.pem of the folder. */
void fetch_fixture_start_tls(void);

/* Fetch http://127.0.0.1:PORT/PATH to the file body. */
bool fetch_fixture_at(unsigned port, const char *path, struct pod_error *err);

/* body is what the server's /plain sends. */
void fetch_fixture_check_body(const char *what);

/* Nothing is left in the folder, but body if it is to be there. */
void fetch_fixture_check_left(const char *what, bool has_body);

void fetch_fixture_check_fetched(const char *path);
void fetch_fixture_check_failed(const char *path, const char *message);

/* How often the path was asked for, with '_' for '-'. */
unsigned fetch_fixture_count(const char *path);

#endif
