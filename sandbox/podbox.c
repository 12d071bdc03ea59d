/* podbox - run any command under libpodbox's isolation. See podbox(1). */
#include "podbox.h"

#include <argp.h>
#include <fcntl.h>
#include <jansson.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "io.h"
#include "options.h"

const char *argp_program_version = "podbox 0.1.0";

enum { STATUS_OK, STATUS_GUEST, STATUS_USAGE, STATUS_HOST, STATUS_BUG };

static const char *const default_env[] = {"PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/tmp",
                                          "LANG=C.UTF-8"};

static int status_of(enum sb_fault fault)
{
    static const int statuses[] = {[SB_OK] = STATUS_OK,
                                   [SB_SPEC] = STATUS_USAGE,
                                   [SB_OVER] = STATUS_GUEST,
                                   [SB_HOST] = STATUS_HOST,
                                   [SB_INTERNAL] = STATUS_BUG};
    return statuses[fault];
}

static int fail(const struct sb_error *err)
{
    fprintf(stderr, "podbox: %s\n", err->message);
    return status_of(err->fault);
}

static bool has_name(const struct options *options, const char *setting)
{
    size_t length = strcspn(setting, "=") + 1;
    for (size_t i = 0; i < options->env_count; i++)
        if (strncmp(options->env[i], setting, length) == 0)
            return true;
    return false;
}

static void complete_env(struct options *options)
{
    for (size_t i = 0; i < sizeof default_env / sizeof *default_env; i++)
        if (!has_name(options, default_env[i]) && options->env_count + 1 < MAX_OPTION_ENV)
            options->env[options->env_count++] = default_env[i];
}

/* A terminal is never given away: output comes through a pipe even when it goes to ours. */
static bool open_stream(struct options *options, int i, struct sb_error *err)
{
    static const int flags[] = {O_RDONLY, O_WRONLY | O_CREAT | O_TRUNC,
                                O_WRONLY | O_CREAT | O_TRUNC};
    struct sb_stream *stream = &options->spec.command.streams[i];
    const char *file = options->stream_files[i];
    if (i == 0 && !file)
        return true;
    stream->kind = i == 0 ? SB_STREAM_FD : SB_STREAM_CAPTURE;
    stream->cap_bytes = options->stream_caps[i];
    stream->ends_run = i == 1;
    stream->fd = file ? open(file, flags[i] | O_CLOEXEC, 0666) : i;
    /* Workers of ours take the lowest numbers that are free. */
    if (!file && fcntl(i, F_GETFD) < 0)
        return sb__fail(err, SB_SPEC, "descriptor %d is closed; name a file for it", i);
    return stream->fd >= 0 || sb__fail_errno(err, SB_SPEC, "cannot open '%s'", file);
}

static bool write_json(const char *name, int fd, const json_t *object, struct sb_error *err)
{
    bool is_done = object && json_dumpfd(object, fd, JSON_INDENT(2)) == 0 &&
                   sb__write_all(fd, "\n", 1);
    return is_done || sb__fail_errno(err, SB_HOST, "cannot write the result to '%s'", name);
}

static bool write_result(const struct options *options, const json_t *object,
                         struct sb_error *err)
{
    SB__FD int fd = -1;
    if (options->result_fd >= 0 && !write_json("fd", options->result_fd, object, err))
        return false;
    if (!options->result_file)
        return true;
    fd = open(options->result_file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        return sb__fail_errno(err, SB_HOST, "cannot open '%s'", options->result_file);
    return write_json(options->result_file, fd, object, err) &&
           (close(sb__steal(&fd)) == 0 ||
            sb__fail_errno(err, SB_HOST, "cannot write '%s'", options->result_file));
}

static bool collect(const struct options *options, const struct sb_result *result,
                    struct sb_error *err)
{
    size_t kept = 0;
    for (size_t i = 0; i < options->spec.mount_count; i++) {
        const struct sb_mount *mount = &options->mounts[i];
        const struct sb_collect_caps caps = {mount->size_bytes, mount->inodes, 64};
        if (!mount->is_kept)
            continue;
        if (sb_collect(result->kept_fds[kept++], options->keep_to[i], &caps, err))
            continue;
        if (err->fault == SB_SPEC)
            err->fault = SB_OVER; /* the guest's doing as well, not wrong usage */
        return false;
    }
    return true;
}

static bool is_success(const struct sb_result *result)
{
    return result->end == SB_END_EXIT && result->exit_code == 0;
}

static int finish(const struct options *options, json_t *object,
                  const struct sb_result *result, bool is_good)
{
    struct sb_error err = {0};
    bool is_done = write_result(options, object, &err) && collect(options, result, &err);
    json_decref(object);
    if (!is_done)
        return fail(&err);
    return is_good ? STATUS_OK : STATUS_GUEST;
}

static int run_alone(const struct options *options)
{
    struct sb_result result;
    struct sb_error err;
    if (!sb_run(&options->spec, &result, &err))
        return fail(&err);
    int status = finish(options, sb_result_json(&result), &result, is_success(&result));
    sb_result_release(&result);
    return status;
}

static bool talk(const struct options *options, struct sb_talk_result *result,
                 struct sb_result results[2], struct sb_error *err)
{
    const struct sb_spec *const specs[] = {&options->spec, &options->peer_spec};
    struct sb_worker *workers[2] = {NULL, NULL};
    struct sb_talk_side sides[2];
    bool is_done = true, is_clean = true;
    for (int i = 0; i < 2 && is_done; i++) {
        workers[i] = sb_worker_new(specs[i], err);
        sides[i] = (struct sb_talk_side){workers[i], &specs[i]->command, &results[i],
                                         options->linger_ns};
        is_done = workers[i];
    }
    is_done = is_done && sb_talk_run(sides, options->wire, result, err);
    for (int i = 0; i < 2; i++) {
        struct sb_error late;
        if (sb_worker_free(workers[i], &late))
            continue;
        if (is_done && is_clean)
            *err = late; /* what is left alive may change what was measured */
        is_clean = false;
    }
    return is_done && is_clean;
}

static int run_talk(const struct options *options)
{
    struct sb_talk_result result;
    struct sb_result results[2];
    struct sb_error err;
    if (!talk(options, &result, results, &err))
        return fail(&err);
    bool is_good = is_success(&results[SB_ENTRY]) && is_success(&results[SB_PEER]);
    json_t *object = sb_talk_json(&result, &results[SB_ENTRY], &results[SB_PEER]);
    int status = finish(options, object, &results[SB_ENTRY], is_good);
    sb_result_release(&results[SB_ENTRY]);
    sb_result_release(&results[SB_PEER]);
    return status;
}

static bool prepare(struct options *options, struct sb_error *err)
{
    complete_env(options);
    for (int i = 0; i < 3; i++)
        if (!open_stream(options, i, err))
            return false;
    options->peer_spec.command.streams[2] = options->spec.command.streams[2];
    return options->result_fd < 0 || fcntl(options->result_fd, F_GETFD) >= 0 ||
           sb__fail_errno(err, SB_SPEC, "--result-fd %d", options->result_fd);
}

static int run(int argc, char **argv)
{
    struct options options;
    struct sb_error err = {0};
    options_parse(&options, argc, argv);
    struct sb_policy *policy =
        prepare(&options, &err) ? sb_policy_load(options.policy_file, &err) : NULL;
    if (!policy)
        return fail(&err);
    options.spec.policy = options.peer_spec.policy = policy;
    int status = options.peer_count > 0 ? run_talk(&options) : run_alone(&options);
    sb_policy_free(policy);
    return status;
}

static int doctor(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    unsigned working = sb_doctor(stdout);
    return working == SB_LAYER_ALL ? STATUS_OK : STATUS_HOST;
}

static int print_policy(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return fputs(sb_policy_default(), stdout) < 0 ? STATUS_HOST : STATUS_OK;
}

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
} verbs[] = {{"doctor", doctor}, {"policy", print_policy}};

int main(int argc, char **argv)
{
    int status = -1;
    for (size_t i = 0; argc == 2 && i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(argv[1], verbs[i].name) == 0)
            status = verbs[i].run(argc - 1, argv + 1);
    if (status < 0)
        status = run(argc, argv);
    if (fflush(stdout) != 0) {
        perror("podbox: standard output");
        return STATUS_HOST;
    }
    return status;
}
