#include "spec.h"

#include <fcntl.h>
#include <string.h>

#include "child.h"
#include "error.h"

#define MIB ((uint64_t)1 << 20)
#define SECOND ((uint64_t)1000000000)

enum { MAX_MOUNTS = 64 };

/* Above the uids that container managers hand out (up to 0x6fffffff), below 2^31, which
 * old programs take for negative. */
enum { DEFAULT_UID_BASE = 0x7f000000 };

static const char *const no_env[] = {NULL};

static const struct {
    unsigned bit;
    const char *name;
} layer_names[] = {
    {SB_LAYER_NAMESPACES, "namespaces"}, {SB_LAYER_ROOT, "root"},
    {SB_LAYER_LANDLOCK, "landlock"},     {SB_LAYER_SECCOMP, "seccomp"},
    {SB_LAYER_RLIMITS, "rlimits"},       {SB_LAYER_CAPS, "caps"},
    {SB_LAYER_CGROUP, "cgroup"},
};

const char *sb_layer_name(unsigned bit)
{
    for (size_t i = 0; i < sizeof layer_names / sizeof *layer_names; i++)
        if (layer_names[i].bit == bit)
            return layer_names[i].name;
    return NULL;
}

void sb_command_init(struct sb_command *command)
{
    *command = (struct sb_command){
        .env = no_env,
        .cwd = "/tmp",
        .streams = {{.kind = SB_STREAM_NULL, .fd = -1},
                    {.kind = SB_STREAM_NULL, .fd = -1},
                    {.kind = SB_STREAM_NULL, .fd = -1}},
        .limits = {.cpu_ns = 10 * SECOND,
                   .wall_ns = 20 * SECOND,
                   .memory_bytes = 512 * MIB,
                   .processes = 64,
                   .file_bytes = 256 * MIB,
                   .open_files = 256,
                   .stack_bytes = 8 * MIB},
    };
}

void sb_spec_init(struct sb_spec *spec)
{
    *spec = (struct sb_spec){
        .hostname = "podbox",
        .cpu = -1,
        .uid_base = DEFAULT_UID_BASE,
        .tmp_bytes = 256 * MIB,
        .tmp_inodes = 65536,
    };
    sb_command_init(&spec->command);
}

/* "/a/b" without "." or ".." or empty parts: what mkdir and move_mount get is what the
 * reader of the spec sees. */
static bool is_clean_path(const char *path)
{
    if (!path || path[0] != '/')
        return false;
    for (const char *part = path; part;) {
        const char *end = strchr(part + 1, '/');
        size_t length = end ? (size_t)(end - part) : strlen(part);
        if (length <= 1 || strncmp(part, "/.", length) == 0 ||
            strncmp(part, "/..", length) == 0)
            return false;
        part = end;
    }
    return true;
}

static bool check_mounts(const struct sb_spec *spec, struct sb_error *err)
{
    if (spec->mount_count > MAX_MOUNTS)
        return sb__fail(err, SB_SPEC, "mounts: %zu, at most %d", spec->mount_count,
                        MAX_MOUNTS);
    for (size_t i = 0; i < spec->mount_count; i++) {
        const struct sb_mount *m = &spec->mounts[i];
        if (!is_clean_path(m->target))
            return sb__fail(err, SB_SPEC, "mount target '%s' is not a plain absolute path",
                            m->target ? m->target : "");
        if (m->kind != SB_MOUNT_TMPFS && !m->source)
            return sb__fail(err, SB_SPEC, "mount '%s' has no source", m->target);
        if (m->kind == SB_MOUNT_BIND && m->is_kept)
            return sb__fail(err, SB_SPEC, "mount '%s': a bind cannot be kept", m->target);
        if (m->kind != SB_MOUNT_BIND && (m->size_bytes == 0 || m->inodes == 0))
            return sb__fail(err, SB_SPEC, "mount '%s' needs size_bytes and inodes",
                            m->target);
    }
    return true;
}

static bool check_descriptors(const struct sb_command *command, struct sb_error *err)
{
    for (int i = 0; i < 3; i++) {
        const struct sb_stream *s = &command->streams[i];
        if (s->kind == SB_STREAM_CAPTURE && i == 0)
            return sb__fail(err, SB_SPEC, "streams[0]: standard input cannot be captured");
        if (s->kind != SB_STREAM_NULL && fcntl(s->fd, F_GETFD) < 0)
            return sb__fail_errno(err, SB_SPEC, "streams[%d]: descriptor %d", i, s->fd);
    }
    if (command->pass_fd_count > SB__MAX_PASS_FDS)
        return sb__fail(err, SB_SPEC, "pass_fds: %zu, at most %d", command->pass_fd_count,
                        SB__MAX_PASS_FDS);
    for (size_t i = 0; i < command->pass_fd_count; i++) {
        const struct sb_pass_fd *p = &command->pass_fds[i];
        if (p->guest_fd < 3 || p->guest_fd > SB__MAX_GUEST_FD)
            return sb__fail(err, SB_SPEC, "pass_fds[%zu]: guest_fd %d is not in 3 to %d", i,
                            p->guest_fd, SB__MAX_GUEST_FD);
        if (fcntl(p->fd, F_GETFD) < 0)
            return sb__fail_errno(err, SB_SPEC, "pass_fds[%zu]: descriptor %d", i, p->fd);
    }
    return true;
}

static bool check_layers(const struct sb_spec *spec, struct sb_error *err)
{
    const unsigned needed = SB_LAYER_NAMESPACES | SB_LAYER_ROOT;
    if ((spec->waived | spec->disabled) & ~(unsigned)SB_LAYER_ALL)
        return sb__fail(err, SB_SPEC, "waived: unknown layer");
    if ((spec->waived | spec->disabled) & needed)
        return sb__fail(err, SB_SPEC, "layers namespaces and root cannot be waived");
    if (spec->disabled & ~spec->waived)
        return sb__fail(err, SB_SPEC, "a layer that is left out must be waived too");
    return true;
}

bool sb__command_check(const struct sb_command *command, struct sb_error *err)
{
    if (!command->argv || !command->argv[0] || !command->argv[0][0])
        return sb__fail(err, SB_SPEC, "no command");
    if (!command->env || !command->cwd)
        return sb__fail(err, SB_SPEC, "env or cwd is missing");
    if (strcmp(command->cwd, "/") != 0 && !is_clean_path(command->cwd))
        return sb__fail(err, SB_SPEC, "cwd '%s' is not a plain absolute path",
                        command->cwd);
    return check_descriptors(command, err);
}

bool sb__spec_check(const struct sb_spec *spec, struct sb_error *err)
{
    if (!spec->hostname || strlen(spec->hostname) > 63)
        return sb__fail(err, SB_SPEC, "hostname is missing or longer than 63 characters");
    if (spec->cpu < -1 || spec->cpu > 4095)
        return sb__fail(err, SB_SPEC, "cpu %d is not a processor", spec->cpu);
    if (spec->tmp_bytes == 0 || spec->tmp_inodes == 0)
        return sb__fail(err, SB_SPEC, "tmp_bytes and tmp_inodes must not be 0");
    return check_mounts(spec, err) && check_layers(spec, err);
}
