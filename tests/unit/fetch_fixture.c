#include "fetch_fixture.h"

#include "base/buf.h"
#include "base/fs.h"
#include "engine/address.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct fetch_fixture fetch_fixture;
static pid_t server;
static int server_input;

const char *__real_address_refusal(const struct sockaddr *address);
const char *__wrap_address_refusal(const struct sockaddr *address);
const char *__wrap_address_refusal(const struct sockaddr *address)
{
    struct sockaddr_in in;
    memcpy(&in, address, sizeof in);
    if (in.sin_family == AF_INET && fetch_fixture.ports[1] != 0 &&
        ntohs(in.sin_port) == fetch_fixture.ports[1])
        return NULL;
    return __real_address_refusal(address);
}

static void start_server(bool has_tls)
{
    int input[2], output[2];
    cr_assert_eq(pipe2(input, O_CLOEXEC), 0);
    cr_assert_eq(pipe2(output, O_CLOEXEC), 0);
    pod_auto_free char *program =
        pod_strf("%s/tests/cases/fetch/server.py", PODIUM_SOURCE_DIR);
    server = fork();
    if (server == 0) {
        (void)dup2(input[0], 0);
        (void)dup2(output[1], 1);
        execl("/usr/bin/env", "env", "python3", program,
              has_tls ? "cert.pem" : (char *)NULL, "key.pem", (char *)NULL);
        _exit(127);
    }
    (void)close(input[0]);
    (void)close(output[1]);
    server_input = input[1];
    FILE *said = fdopen(output[0], "r");
    cr_assert_eq(fscanf(said, "%u %u", &fetch_fixture.ports[0], &fetch_fixture.ports[1]),
                 2);
    if (has_tls)
        cr_assert_eq(fscanf(said, "%u", &fetch_fixture.ports[2]), 1);
    (void)fclose(said);
}

static void stop_server(void)
{
    (void)close(server_input); /* it ends by itself then */
    cr_assert_eq(waitpid(server, NULL, 0), server);
}

void fetch_fixture_start_tls(void)
{
    stop_server();
    start_server(true);
}

void fetch_fixture_enter(void)
{
    fetch_fixture.folder = fixture_enter();
    fetch_options_init(&fetch_fixture.options);
    fetch_fixture.options.allows_private = true;
    fetch_fixture.options.delay_ms = 1;
    fetch_fixture.options.connect_s = 5;
    fetch_fixture.options.idle_s = 5;
    fetch_fixture.options.total_s = 20;
    start_server(false);
}

void fetch_fixture_leave(void)
{
    stop_server();
    fixture_leave_take(fetch_fixture.folder);
}

bool fetch_fixture_at(unsigned port, const char *path, struct pod_error *err)
{
    pod_auto_free char *url = pod_strf("http://127.0.0.1:%u/%s", port, path);
    return fetch_file(&fetch_fixture.options,
                      &(struct fetch_job){.url = url, .dest = "body"}, err);
}

void fetch_fixture_check_body(const char *what)
{
    pod_auto_buf struct pod_buf bytes = POD_BUF_INIT;
    struct pod_error err = POD_ERROR_INIT;
    cr_assert(pod_file_read("body", 2 * FETCH_SIZE, &bytes, &err), "%s: %s", what,
              err.message);
    cr_assert_eq(bytes.length, (size_t)FETCH_SIZE, "%s: %zu bytes", what, bytes.length);
    for (size_t i = 0; i < FETCH_SIZE; i++)
        cr_assert_eq((unsigned char)bytes.data[i], (i * 7 + (i >> 8)) & 255, "%s: byte %zu",
                     what, i);
}

void fetch_fixture_check_left(const char *what, bool has_body)
{
    pod_auto_names struct pod_names names = POD_NAMES_INIT;
    struct pod_error err = POD_ERROR_INIT;
    cr_assert(pod_dir_list(".", &names, &err), "%s", err.message);
    for (size_t i = 0; i < names.count; i++)
        cr_assert(strstr(names.items[i], ".pem") ||
                      (has_body && strcmp(names.items[i], "body") == 0),
                  "%s left '%s'", what, names.items[i]);
}

void fetch_fixture_check_fetched(const char *path)
{
    struct pod_error err = POD_ERROR_INIT;
    cr_assert(fetch_fixture_at(fetch_fixture.ports[0], path, &err), "%s: %s", path,
              err.message);
    fetch_fixture_check_body(path);
    fetch_fixture_check_left(path, true);
}

unsigned fetch_fixture_count(const char *path)
{
    struct pod_error err = POD_ERROR_INIT;
    pod_auto_buf struct pod_buf bytes = POD_BUF_INIT;
    pod_auto_free char *url =
        pod_strf("http://127.0.0.1:%u/count?of=%s", fetch_fixture.ports[0], path);
    const struct fetch_job job = {.url = url, .dest = "count"};
    cr_assert(fetch_file(&fetch_fixture.options, &job, &err), "%s", err.message);
    cr_assert(pod_file_read("count", 100, &bytes, &err), "%s", err.message);
    cr_assert_eq(unlink("count"), 0);
    unsigned count = 0;
    cr_assert_eq(sscanf(bytes.data, "%u", &count), 1);
    return count;
}

void fetch_fixture_check_failed(const char *path, const char *message)
{
    struct pod_error err = POD_ERROR_INIT;
    cr_assert_not(fetch_fixture_at(fetch_fixture.ports[0], path, &err), "%s was fetched",
                  path);
    cr_assert_str_eq(err.message, message, "%s: %s", path, err.message);
    cr_assert_eq(err.fault, POD_ENTRY, "%s", path);
    fetch_fixture_check_left(path, false);
}
