#include "options.h"

#include <argp.h>
#include <stdlib.h>
#include <string.h>

#include "io.h"

enum {
    KEY_TMPFS = 256,
    KEY_COPY,
    KEY_KEEP,
    KEY_TMP,
    KEY_HOSTNAME,
    KEY_STDOUT_LIMIT,
    KEY_STDERR_LIMIT,
    KEY_PASS,
    KEY_RESULT_FD,
    KEY_POLICY,
    KEY_PIN,
    KEY_UID_SLOT,
    KEY_UID_BASE,
    KEY_WAIVE,
    KEY_WITHOUT,
    KEY_PEER,
    KEY_PEER_BIND,
    KEY_WIRE,
    KEY_LINGER,
};

static const struct argp_option table[] = {
    {0, 0, 0, 0, "Limits (SIZE takes k, m, g; 0 is none)", 1},
    {"cpu", 'c', "SECONDS", 0, "CPU time of all tasks, default 10", 0},
    {"wall", 'w', "SECONDS", 0, "time since the start, default 20", 0},
    {"memory", 'm', "SIZE", 0, "memory of all tasks, default 512m", 0},
    {"processes", 'p', "N", 0, "processes and threads, default 64", 0},
    {"file-size", 'f', "SIZE", 0, "one file, default 256m", 0},
    {"open-files", 'n', "N", 0, "descriptors of a process, default 256", 0},
    {"stack", 's', "SIZE", 0, "stack of a process, default 8m", 0},
    {"tmp", KEY_TMP, "SIZE[:INODES]", 0, "/tmp and /dev/shm, default 256m:65536", 0},
    {0, 0, 0, 0, "Files", 2},
    {"bind", 'b', "SOURCE:TARGET", 0, "show SOURCE read-only at TARGET", 0},
    {"tmpfs", KEY_TMPFS, "TARGET:SIZE[:INODES]", 0, "an empty writable folder", 0},
    {"copy", KEY_COPY, "SOURCE:TARGET:SIZE[:INODES]", 0, "a writable copy of SOURCE", 0},
    {"keep", KEY_KEEP, "TARGET:FOLDER", 0,
     "collect what was left at TARGET to the new host folder FOLDER", 0},
    {"chdir", 'C', "FOLDER", 0, "start there, default /tmp", 0},
    {"env", 'e', "NAME=VALUE", 0, "add to the environment, which is built from nothing", 0},
    {"hostname", KEY_HOSTNAME, "NAME", 0, "default podbox", 0},
    {0, 0, 0, 0, "Streams", 3},
    {"stdin", 'i', "FILE", 0, "default /dev/null", 0},
    {"stdout", 'o', "FILE", 0, "default our own", 0},
    {"stderr", 'E', "FILE", 0, "default our own", 0},
    {"stdout-limit", KEY_STDOUT_LIMIT, "SIZE", 0, "more ends the run, default 64m", 0},
    {"stderr-limit", KEY_STDERR_LIMIT, "SIZE", 0, "more is cut, default 64m", 0},
    {"pass", KEY_PASS, "FD", 0, "give descriptor FD to the command as it is", 0},
    {"result", 'r', "FILE", 0, "write the result there as JSON", 0},
    {"result-fd", KEY_RESULT_FD, "FD", 0, "write the result there as JSON", 0},
    {0, 0, 0, 0, "A talk: what one writes to 1 the other reads from 0", 4},
    {"peer", KEY_PEER, "WORD", 0,
     "a command to talk with, in a sandbox of its own with the same limits: its name, then "
     "each argument, by a --peer each",
     0},
    {"peer-bind", KEY_PEER_BIND, "SOURCE:TARGET", 0, "as --bind, for the peer alone", 0},
    {"wire", KEY_WIRE, "pipes|socket", 0, "how they are joined, default pipes", 0},
    {"linger", KEY_LINGER, "SECONDS", 0,
     "how long one may go on when the other has ended, default 1; 0: by its limits", 0},
    {0, 0, 0, 0, "Isolation", 5},
    {"policy", KEY_POLICY, "FILE", 0, "seccomp policy in the OCI format", 0},
    {"pin", KEY_PIN, "CPU", 0, "run on this processor only", 0},
    {"uid-slot", KEY_UID_SLOT, "N", 0, "as root: which private uid the command gets", 0},
    {"uid-base", KEY_UID_BASE, "N", 0, "as root: the first of these uids", 0},
    {"waive", KEY_WAIVE, "LAYER", 0, "run also where this machine lacks LAYER", 0},
    {"without", KEY_WITHOUT, "LAYER", 0, "leave LAYER out, to test what it holds", 0},
    {0},
};

static void copy_or_fail(struct argp_state *state, const char *text, char **copy)
{
    *copy = strdup(text);
    if (!*copy)
        argp_failure(state, 3, 0, "out of memory");
}

static bool read_size(const char *text, size_t length, uint64_t *value)
{
    static const struct {
        char suffix;
        unsigned shift;
    } units[] = {{'k', 10}, {'m', 20}, {'g', 30}, {'K', 10}, {'M', 20}, {'G', 30}};
    char digits[24];
    unsigned shift = 0;
    for (size_t i = 0; length > 0 && i < sizeof units / sizeof *units; i++)
        if (text[length - 1] == units[i].suffix)
            shift = units[i].shift;
    length -= shift > 0;
    if (length == 0 || length >= sizeof digits)
        return false;
    memcpy(digits, text, length);
    digits[length] = '\0';
    if (!sb__parse_u64(digits, value) || *value > UINT64_MAX >> shift)
        return false;
    *value <<= shift;
    return true;
}

static uint64_t size_of(struct argp_state *state, const char *text)
{
    uint64_t value = 0;
    if (!read_size(text, strlen(text), &value))
        argp_error(state, "'%s' is not a size", text);
    return value;
}

static unsigned number_of(struct argp_state *state, const char *text)
{
    uint64_t value = 0;
    if (!sb__parse_u64(text, &value) || value > INT32_MAX)
        argp_error(state, "'%s' is not a number", text);
    return (unsigned)value;
}

/* Seconds with at most nine decimals, exactly. */
static uint64_t seconds_of(struct argp_state *state, const char *text)
{
    uint64_t ns = 0, unit = 1000000000u;
    bool is_fraction = false, has_digit = false;
    for (const char *c = text; *c; c++) {
        if (*c == '.' && !is_fraction) {
            is_fraction = true;
            continue;
        }
        has_digit = *c >= '0' && *c <= '9' && ns < UINT64_MAX / 20 && unit > 0;
        if (!has_digit)
            break;
        unit = is_fraction ? unit / 10 : unit;
        ns = is_fraction ? ns + (uint64_t)(*c - '0') * unit
                         : ns * 10 + (uint64_t)(*c - '0') * unit;
    }
    if (!has_digit)
        argp_error(state, "'%s' is not a number of seconds", text);
    return ns;
}

static unsigned layer_of(struct argp_state *state, const char *text)
{
    for (unsigned bit = 1; bit & SB_LAYER_ALL; bit <<= 1)
        if (strcmp(text, sb_layer_name(bit)) == 0)
            return bit;
    argp_error(state, "'%s' is not a layer; podbox doctor names them", text);
    return 0;
}

/* "SIZE[:INODES]"; the default for inodes is one for each 4 KiB, as tmpfs itself does. */
static void read_space(struct argp_state *state, char *text, uint64_t *bytes,
                       uint64_t *inodes)
{
    char *colon = strchr(text, ':');
    if (colon)
        *colon++ = '\0';
    *bytes = size_of(state, text);
    *inodes = colon ? size_of(state, colon) : *bytes / 4096 + 16;
}

static void read_mount(struct sb_spec *spec, struct sb_mount *mounts,
                       struct argp_state *state, enum sb_mount_kind kind, const char *arg)
{
    char *text, *rest = NULL;
    if (spec->mount_count == MAX_OPTION_MOUNTS)
        argp_error(state, "more than %d mounts", MAX_OPTION_MOUNTS);
    struct sb_mount *mount = &mounts[spec->mount_count++];
    copy_or_fail(state, arg, &text);
    mount->kind = kind;
    if (kind != SB_MOUNT_TMPFS)
        mount->source = strtok_r(text, ":", &rest);
    mount->target = strtok_r(kind == SB_MOUNT_TMPFS ? text : NULL, ":", &rest);
    if (!mount->target || (kind == SB_MOUNT_BIND ? *rest : !*rest))
        argp_error(state, "'%s' is not of the form that --help shows", arg);
    if (kind != SB_MOUNT_BIND)
        read_space(state, rest, &mount->size_bytes, &mount->inodes);
}

static void read_keep(struct options *options, struct argp_state *state, const char *arg)
{
    char *text, *colon;
    copy_or_fail(state, arg, &text);
    colon = strchr(text, ':');
    if (!colon)
        argp_error(state, "'%s' is not TARGET:FOLDER", arg);
    else
        *colon++ = '\0';
    for (size_t i = 0; i < options->spec.mount_count; i++)
        if (strcmp(options->mounts[i].target, text) == 0) {
            options->mounts[i].is_kept = true;
            options->keep_to[i] = colon;
            return;
        }
    argp_error(state, "--keep '%s': no mount before it has this target", text);
}

static void add_env(struct options *options, struct argp_state *state, const char *text)
{
    if (options->env_count + 1 == MAX_OPTION_ENV || !strchr(text, '='))
        argp_error(state, "'%s' is not NAME=VALUE, or one too many", text);
    options->env[options->env_count++] = text;
}

static void add_pass(struct options *options, struct argp_state *state, const char *text)
{
    int fd = (int)number_of(state, text);
    if (options->spec.command.pass_fd_count == MAX_OPTION_FDS)
        argp_error(state, "more than %d descriptors", MAX_OPTION_FDS);
    options->pass_fds[options->spec.command.pass_fd_count++] = (struct sb_pass_fd){fd, fd};
}

static bool parse_limit(struct options *options, int key, char *arg,
                        struct argp_state *state)
{
    struct sb_limits *limits = &options->spec.command.limits;
    switch (key) {
    case 'c':
        limits->cpu_ns = seconds_of(state, arg);
        return true;
    case 'w':
        limits->wall_ns = seconds_of(state, arg);
        return true;
    case 'm':
        limits->memory_bytes = size_of(state, arg);
        return true;
    case 'p':
        limits->processes = number_of(state, arg);
        return true;
    case 'f':
        limits->file_bytes = size_of(state, arg);
        return true;
    case 'n':
        limits->open_files = number_of(state, arg);
        return true;
    case 's':
        limits->stack_bytes = size_of(state, arg);
        return true;
    case KEY_TMP:
        read_space(state, arg, &options->spec.tmp_bytes, &options->spec.tmp_inodes);
        return true;
    default:
        return false;
    }
}

static bool parse_file(struct options *options, int key, char *arg,
                       struct argp_state *state)
{
    switch (key) {
    case 'b':
        read_mount(&options->spec, options->mounts, state, SB_MOUNT_BIND, arg);
        return true;
    case KEY_TMPFS:
        read_mount(&options->spec, options->mounts, state, SB_MOUNT_TMPFS, arg);
        return true;
    case KEY_COPY:
        read_mount(&options->spec, options->mounts, state, SB_MOUNT_COPY, arg);
        return true;
    case KEY_KEEP:
        read_keep(options, state, arg);
        return true;
    case 'C':
        options->spec.command.cwd = arg;
        return true;
    case 'e':
        add_env(options, state, arg);
        return true;
    case KEY_HOSTNAME:
        options->spec.hostname = arg;
        return true;
    default:
        return false;
    }
}

static bool parse_stream(struct options *options, int key, char *arg,
                         struct argp_state *state)
{
    switch (key) {
    case 'i':
        options->stream_files[0] = arg;
        return true;
    case 'o':
        options->stream_files[1] = arg;
        return true;
    case 'E':
        options->stream_files[2] = arg;
        return true;
    case KEY_STDOUT_LIMIT:
        options->stream_caps[1] = size_of(state, arg);
        return true;
    case KEY_STDERR_LIMIT:
        options->stream_caps[2] = size_of(state, arg);
        return true;
    case KEY_PASS:
        add_pass(options, state, arg);
        return true;
    case 'r':
        options->result_file = arg;
        return true;
    case KEY_RESULT_FD:
        options->result_fd = (int)number_of(state, arg);
        return true;
    default:
        return false;
    }
}

static void add_peer_word(struct options *options, struct argp_state *state,
                          const char *word)
{
    if (options->peer_count + 1 == MAX_OPTION_PEER)
        argp_error(state, "the peer has more than %d words", MAX_OPTION_PEER - 1);
    options->peer[options->peer_count++] = word;
}

static enum sb_wire wire_of(struct argp_state *state, const char *text)
{
    if (strcmp(text, "pipes") == 0)
        return SB_WIRE_PIPES;
    if (strcmp(text, "socket") != 0)
        argp_error(state, "'%s' is neither pipes nor socket", text);
    return SB_WIRE_SOCKET;
}

static bool parse_talk(struct options *options, int key, char *arg,
                       struct argp_state *state)
{
    switch (key) {
    case KEY_PEER:
        add_peer_word(options, state, arg);
        return true;
    case KEY_PEER_BIND:
        read_mount(&options->peer_spec, options->peer_mounts, state, SB_MOUNT_BIND, arg);
        return true;
    case KEY_WIRE:
        options->wire = wire_of(state, arg);
        return true;
    case KEY_LINGER:
        options->linger_ns = seconds_of(state, arg);
        return true;
    default:
        return false;
    }
}

static bool parse_isolation(struct options *options, int key, char *arg,
                            struct argp_state *state)
{
    switch (key) {
    case KEY_POLICY:
        options->policy_file = arg;
        return true;
    case KEY_PIN:
        options->spec.cpu = (int)number_of(state, arg);
        return true;
    case KEY_UID_SLOT:
        options->spec.uid_slot = number_of(state, arg);
        return true;
    case KEY_UID_BASE:
        options->spec.uid_base = number_of(state, arg);
        return true;
    case KEY_WITHOUT:
        options->spec.disabled |= layer_of(state, arg);
        options->spec.waived |= layer_of(state, arg);
        return true;
    case KEY_WAIVE:
        options->spec.waived |= layer_of(state, arg);
        return true;
    default:
        return false;
    }
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *options = state->input;
    if (key == ARGP_KEY_NO_ARGS)
        argp_usage(state);
    if (key == ARGP_KEY_END && options->peer_count > 0 &&
        (options->stream_files[0] || options->stream_files[1]))
        argp_error(state, "a talk takes standard input and output; leave --stdin and "
                          "--stdout out");
    if (key == ARGP_KEY_ARGS) {
        options->spec.command.argv = (const char *const *)&state->argv[state->next];
        state->next = state->argc;
        return 0;
    }
    if (parse_limit(options, key, arg, state) || parse_file(options, key, arg, state) ||
        parse_stream(options, key, arg, state) || parse_talk(options, key, arg, state) ||
        parse_isolation(options, key, arg, state))
        return 0;
    return ARGP_ERR_UNKNOWN;
}

static void complete_peer(struct options *options)
{
    struct sb_spec *peer = &options->peer_spec;
    size_t count = peer->mount_count;
    *peer = options->spec;
    peer->mounts = options->peer_mounts;
    peer->mount_count = count;
    peer->uid_slot = options->spec.uid_slot + 1;
    peer->command.argv = options->peer;
    peer->command.cwd = "/tmp";
    peer->command.pass_fd_count = 0;
}

void options_parse(struct options *options, int argc, char **argv)
{
    static const char doc[] =
        "Run COMMAND, which may be hostile, under full isolation and say what happened to "
        "it.\v'podbox doctor' tries each layer of the isolation on this machine. 'podbox "
        "policy' prints the built-in seccomp policy. Exit status: 0 the command exited "
        "with 0, 1 it did not, 2 wrong usage, 3 this machine failed, 4 a bug.";
    static const struct argp argp = {table, parse, "[--] COMMAND [ARGUMENT...]", doc, 0,
                                     0,     0};
    *options = (struct options){.stream_caps = {0, 64u << 20, 64u << 20},
                                .result_fd = -1,
                                .linger_ns = 1000000000u};
    sb_spec_init(&options->spec);
    options->spec.mounts = options->mounts;
    options->spec.command.pass_fds = options->pass_fds;
    options->spec.command.env = options->env;
    argp_err_exit_status = 2;
    /* In order: what follows the command's name is the command's own. */
    (void)argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, options);
    complete_peer(options);
}
