#include "attempt.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "expect.h"
#include "podbox.h"
#include "rival.h"
#include "stage.h"

static long now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void attempt_stem(const char *file, char stem[128])
{
    (void)snprintf(stem, 128, "%.*s", (int)strcspn(file, "."), file);
}

static bool is_plain(const char *text)
{
    for (; *text; text++)
        if (*text < ' ' || *text > '~')
            return false;
    return true;
}

static bool check_collect(struct place *place, const struct expect *expect,
                          const struct sb_result *result, char why[256])
{
    static const struct sb_collect_caps caps = {1 << 20, 64, 8};
    struct sb_error err = {0};
    char wanted[128], folder[128];
    (void)snprintf(folder, sizeof folder, "%s/%u", place->work, place->slot);
    bool is_done = sb_collect(result->kept_fds[0], folder, &caps, &err);
    stage_remove(folder);
    if (!is_plain(err.message)) {
        (void)snprintf(why, 256, "collect says odd bytes");
        return false;
    }
    if (!expect_get(expect, "collect", wanted))
        return true;
    if (strcmp(wanted, "ok") == 0 ? is_done : !is_done && strstr(err.message, wanted))
        return true;
    (void)snprintf(why, 256, "collect says '%.99s', expected '%s'", err.message, wanted);
    return false;
}

static bool check_traces(const struct sb_spec *spec, const char *stem, char why[256])
{
    bool is_root = geteuid() == 0;
    uid_t uid = is_root ? spec->uid_base + spec->uid_slot : geteuid();
    int survivors = stage_survivors(uid, is_root ? NULL : stem);
    if (survivors == 0)
        return true;
    (void)snprintf(why, 256, "%d processes survived", survivors);
    return false;
}

/* Whatever the guest does, what is told about it is plain text, and JSON can be made. */
static bool check_texts(const struct sb_result *result, char why[256])
{
    json_t *object = sb_result_json(result);
    char *json = object ? json_dumps(object, JSON_COMPACT) : NULL;
    bool is_good = json && is_plain(json) && is_plain(result->notes) &&
                   is_plain(result->refused.name) && is_plain(result->refused.module);
    if (!is_good)
        (void)snprintf(why, 256, "the result has %s", json ? "odd bytes" : "no JSON");
    free(json);
    json_decref(object);
    return is_good;
}

/* A run in preparation, with all that its spec points to. */
struct attempt {
    struct sb_spec spec;
    struct sb_mount mounts[2];
    const char *argv[4];
    char path[160];
    char stem[128];
    int out, null;
};

static void set_command(struct attempt *a, const struct place *place, const char *file,
                        const char *word)
{
    const char **argv = a->argv;
    bool is_python = strstr(file, ".py"), is_shell = strstr(file, ".sh");
    bool is_script = is_python || is_shell || place->has_start;
    (void)snprintf(a->path, sizeof a->path, "/probe/%s", is_script ? file : a->stem);
    if (is_script)
        *argv++ = is_python && !place->has_start ? "/usr/bin/python3" : "/bin/sh";
    if (place->has_start)
        *argv++ = "/probe/start";
    *argv++ = a->path;
    if (*word && !place->has_start)
        *argv = word;
    a->spec.command.argv = a->argv;
}

static void attempt_init(struct attempt *a, struct place *place, unsigned left_out,
                         const char *file, const struct expect *expect)
{
    static const char *const env[] = {"PATH=/usr/bin:/bin", NULL};
    struct sb_spec *spec = &a->spec;
    *a = (struct attempt){.argv = {NULL}};
    attempt_stem(file, a->stem);
    a->out = memfd_create("out", MFD_CLOEXEC);
    a->null = open("/dev/null", O_RDWR | O_CLOEXEC);
    a->mounts[0] = (struct sb_mount){
        .kind = SB_MOUNT_BIND, .source = place->stage, .target = "/probe"};
    a->mounts[1] = (struct sb_mount){.kind = SB_MOUNT_TMPFS,
                                     .target = "/out",
                                     .size_bytes = 1 << 20,
                                     .inodes = 64,
                                     .is_kept = true};
    sb_spec_init(spec);
    set_command(a, place, file, expect->word);
    spec->command.env = env;
    spec->mounts = a->mounts;
    spec->mount_count = 2;
    spec->command.streams[1] = (struct sb_stream){SB_STREAM_CAPTURE, a->out, 0, true};
    spec->command.streams[2] = (struct sb_stream){SB_STREAM_CAPTURE, a->null, 0, false};
    spec->uid_slot = place->slot++;
    spec->waived = place->waived | left_out;
    spec->disabled = left_out;
    expect_set_limits(expect, spec);
}

static bool check_time(const struct expect *expect, long took, char why[256])
{
    long most = (long)expect_number(expect, "max_ms", 60000);
    if (took <= most)
        return true;
    (void)snprintf(why, 256, "took %ld ms, expected at most %ld", took, most);
    return false;
}

/* The first line of what it printed. */
static void read_output(const struct attempt *a, char output[256])
{
    ssize_t n = pread(a->out, output, 255, 0);
    output[n < 0 ? 0 : n] = '\0';
    output[strcspn(output, "\n")] = '\0';
}

static void attempt_release(struct attempt *a)
{
    close(a->out);
    close(a->null);
}

/* With its rival, if it has one, from before its start until after its end. */
static enum outcome run_beside(struct attempt *a, struct attempt *other,
                               struct sb_result *result, char why[256])
{
    struct sb_error err = {0};
    struct rival rival;
    if (other && !rival_start(&rival, &other->spec, other->out, why))
        return NOT_RUN;
    bool is_run = sb_run(&a->spec, result, &err);
    if (!is_run)
        (void)snprintf(why, 256, "sb_run: %.200s", err.message);
    bool is_undisturbed = !other || rival_stop(&rival, why);
    if (!is_run)
        return NOT_RUN;
    return is_undisturbed ? PASSED : FAILED;
}

enum outcome attempt_run(struct place *place, const char *file, const struct expect *expect,
                         unsigned left_out, char why[256])
{
    struct attempt a, rival;
    struct expect of_rival = *expect;
    struct sb_result result = {.refused.nr = -1};
    char output[256] = "", value[128];
    (void)snprintf(of_rival.word, sizeof of_rival.word, "rival");
    attempt_init(&a, place, left_out, file, expect);
    attempt_init(&rival, place, left_out, file, &of_rival);
    a.spec.ground = place->ground; /* the rival's is its own, always */
    bool has_rival = expect_get(expect, "beside", value);
    long start = now_ms();
    enum outcome outcome = run_beside(&a, has_rival ? &rival : NULL, &result, why);
    if (outcome == PASSED) {
        long took = now_ms() - start;
        read_output(&a, output);
        bool holds =
            check_time(expect, took, why) && expect_check(expect, &result, output, why) &&
            check_texts(&result, why) && check_collect(place, expect, &result, why) &&
            check_traces(&a.spec, a.stem, why);
        outcome = holds ? PASSED : FAILED;
    }
    sb_result_release(&result);
    attempt_release(&rival);
    attempt_release(&a);
    return outcome;
}
