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
    return stream->fd >= 0 || sb__fail_errno(err, SB_SPEC, "cannot open '%s'", file);
}

static bool write_json(const char *name, int fd, const struct sb_result *result,
                       struct sb_error *err)
{
    json_t *object = sb_result_json(result);
    bool is_done = object && json_dumpfd(object, fd, JSON_INDENT(2)) == 0 &&
                   sb__write_all(fd, "\n", 1);
    json_decref(object);
    return is_done || sb__fail_errno(err, SB_HOST, "cannot write the result to '%s'", name);
}

static bool write_result(const struct options *options, const struct sb_result *result,
                         struct sb_error *err)
{
    SB__FD int fd = -1;
    if (options->result_fd >= 0 && !write_json("fd", options->result_fd, result, err))
        return false;
    if (!options->result_file)
        return true;
    fd = open(options->result_file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        return sb__fail_errno(err, SB_HOST, "cannot open '%s'", options->result_file);
    return write_json(options->result_file, fd, result, err) &&
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

static int run(int argc, char **argv)
{
    struct options options;
    struct sb_result result;
    struct sb_error err = {0};
    options_parse(&options, argc, argv);
    complete_env(&options);
    for (int i = 0; i < 3; i++)
        if (!open_stream(&options, i, &err))
            return fail(&err);
    struct sb_policy *policy = sb_policy_load(options.policy_file, &err);
    options.spec.policy = policy;
    bool has_run = policy && sb_run(&options.spec, &result, &err);
    sb_policy_free(policy);
    if (!has_run)
        return fail(&err);
    bool is_done =
        write_result(&options, &result, &err) && collect(&options, &result, &err);
    sb_result_release(&result);
    if (!is_done)
        return fail(&err);
    return result.end == SB_END_EXIT && result.exit_code == 0 ? STATUS_OK : STATUS_GUEST;
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
