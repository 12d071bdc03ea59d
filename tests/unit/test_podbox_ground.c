#include <criterion/criterion.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "podbox.h"

TestSuite(podbox_ground, .timeout = 60);

static const char *const tell[] = {"/usr/bin/readlink", "/proc/self/ns/net", NULL};

static void start(struct sb_spec *spec, struct sb_ground **ground)
{
    struct sb_error err;
    if (geteuid() != 0)
        cr_skip_test("only root has a ground");
    sb_spec_init(spec);
    spec->command.argv = tell;
    spec->waived = (unsigned)SB_LAYER_ALL & ~sb_doctor(NULL);
    *ground = sb_ground_new(&err);
    cr_assert_not_null(*ground, "%s", err.message);
}

static void own_network(char name[64])
{
    ssize_t n = readlink("/proc/thread-self/ns/net", name, 63);
    cr_assert_gt(n, 0);
    name[n] = '\0';
}

/* What the guest says its network is called. */
static void guest_network(struct sb_spec *spec, char name[64])
{
    struct sb_result result;
    struct sb_error err;
    int out = memfd_create("out", MFD_CLOEXEC);
    spec->command.streams[1] = (struct sb_stream){SB_STREAM_CAPTURE, out, 63, true};
    cr_assert(sb_run(spec, &result, &err), "%s", err.message);
    cr_assert(result.end == SB_END_EXIT && result.exit_code == 0);
    sb_result_release(&result);
    ssize_t n = pread(out, name, 63, 0);
    cr_assert_gt(n, 0);
    name[n] = '\0';
    name[strcspn(name, "\n")] = '\0';
    close(out);
}

Test(podbox_ground, one_run_after_another_is_in_the_network_that_is_kept)
{
    struct sb_spec spec;
    struct sb_ground *ground;
    char own[64], first[64], second[64], other[64];
    start(&spec, &ground);
    own_network(own);
    spec.ground = ground;
    guest_network(&spec, first);
    guest_network(&spec, second);
    spec.ground = NULL;
    guest_network(&spec, other);
    sb_ground_free(ground);
    cr_expect_str_eq(first, second);
    cr_expect_str_neq(first, own);
    cr_expect_str_neq(first, other);
    cr_expect_str_neq(other, own);
}

Test(podbox_ground, one_at_a_time)
{
    struct sb_spec spec;
    struct sb_ground *ground;
    struct sb_result result;
    struct sb_error err, late;
    char name[64];
    start(&spec, &ground);
    spec.ground = ground;
    struct sb_worker *worker = sb_worker_new(&spec, &err);
    cr_assert_not_null(worker, "%s", err.message);
    cr_expect(!sb_run(&spec, &result, &err));
    cr_expect_eq(err.fault, SB_SPEC);
    cr_expect_str_eq(err.message, "ground: another worker or run has it");
    cr_expect_null(sb_worker_new(&spec, &err));
    cr_assert(sb_worker_free(worker, &late), "%s", late.message);
    guest_network(&spec, name);
    sb_ground_free(ground);
}

/* Also when nothing could be started. */
Test(podbox_ground, the_caller_stays_where_it_was)
{
    static const struct sb_mount bad = {
        .kind = SB_MOUNT_BIND, .source = "/nonexistent", .target = "/a"};
    struct sb_spec spec;
    struct sb_ground *ground;
    struct sb_result result;
    struct sb_error err;
    char before[64], after[64], name[64];
    own_network(before);
    start(&spec, &ground);
    own_network(after);
    cr_expect_str_eq(after, before);
    spec.ground = ground;
    guest_network(&spec, name);
    own_network(after);
    cr_expect_str_eq(after, before);
    spec.mounts = &bad;
    spec.mount_count = 1;
    cr_expect(!sb_run(&spec, &result, &err));
    own_network(after);
    cr_expect_str_eq(after, before);
    spec.mount_count = 0;
    guest_network(&spec, name); /* it was given back */
    sb_ground_free(ground);
}

Test(podbox_ground, an_ordinary_user_is_told_that_only_root_can)
{
    struct sb_error err;
    if (geteuid() == 0)
        cr_assert_eq(setresuid(65534, 65534, 65534), 0);
    cr_expect_null(sb_ground_new(&err));
    cr_expect_eq(err.fault, SB_HOST);
    cr_expect_not_null(strstr(err.message, "only root can"), "%s", err.message);
}
