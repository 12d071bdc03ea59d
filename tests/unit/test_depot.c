/* When and where to it goes over the web; what a depot puts is in test_publish.c and
 * tests/cli. */
#include "engine/depot.h"

#include "fetch_fixture.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(depot, .init = fetch_fixture_enter, .fini = fetch_fixture_leave, .timeout = 60);

/* False with err set. */
static bool get(const struct depot_options *options, unsigned port, const char *path,
                struct pod_error *err)
{
    depot_auto struct depot_file file = DEPOT_FILE_INIT;
    pod_auto_free char *url = pod_strf("http://127.0.0.1:%u/", port);
    struct depot *depot = depot_open(url, options, err);
    cr_assert(depot, "%s", err->message);
    bool done = depot_get(depot, path, FETCH_SIZE, &file, err);
    depot_close(depot);
    return done;
}

/* The server asks to come back in a day, for which one file alone would have time. */
Test(depot, all_files_together_have_one_deadline)
{
    struct depot_options options;
    struct pod_error err = POD_ERROR_INIT;
    depot_options_init(&options);
    options.allows_private = true;
    options.total_s = 10 * 86400;
    options.all_s = 600;
    cr_assert_not(get(&options, fetch_fixture.ports[0], "429-long", &err));
    cr_assert(strstr(err.message, "the server says 429 (out of time)"), "%s", err.message);
    cr_assert_eq(err.fault, POD_HOST);
}

Test(depot, plain_http_goes_to_private_addresses_and_no_others)
{
    struct depot_options options;
    struct pod_error err = POD_ERROR_INIT;
    depot_options_init(&options);
    options.allows_private = true;
    options.token = "s3cret";
    cr_assert(get(&options, fetch_fixture.ports[0], "plain", &err), "%s", err.message);
    cr_assert_not(get(&options, fetch_fixture.ports[1], "other", &err));
    cr_assert(
        strstr(err.message, "127.0.0.1 is a public address, where anybody on the way"),
        "%s", err.message);
    cr_assert_eq(err.fault, POD_HOST);
    cr_assert_eq(fetch_fixture_count("other"), 0);
}
