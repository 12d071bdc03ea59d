/* podbox.h - run one hostile command under full isolation and say what happened to it.
 *
 * Calling sequence: fill a struct sb_spec (sb_spec_init gives defaults), sb_run, read the
 * struct sb_result, collect what it left in kept folders with sb_collect,
 * sb_result_release. The spec and all it points to are borrowed for the call. No global
 * state is kept: several processes may run sandboxes side by side.
 *
 * sb_run returns true when the command ran and its end is known, whatever that end is. It
 * returns false when the harness or the host failed; then nothing may be held against the
 * guest. Whatever a layer that was asked for lacks is a failure, unless waived by name.
 */
#ifndef PODBOX_H
#define PODBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct json_t;

enum sb_fault {
    SB_OK = 0,
    SB_SPEC,     /* the spec, or what the guest left: its own message says what */
    SB_OVER,     /* sb_collect: more than the caps allow */
    SB_HOST,     /* this host */
    SB_INTERNAL, /* a bug of ours */
};

struct sb_error {
    enum sb_fault fault;
    char message[512];
};

/* Layers, one bit each; the names are those of podbox doctor and of --waive. */
enum sb_layer {
    SB_LAYER_NAMESPACES = 1 << 0, /* user mount pid net ipc uts cgroup */
    SB_LAYER_ROOT = 1 << 1,       /* new root by the new mount API and pivot_root */
    SB_LAYER_LANDLOCK = 1 << 2,
    SB_LAYER_SECCOMP = 1 << 3,
    SB_LAYER_RLIMITS = 1 << 4,
    SB_LAYER_CAPS = 1 << 5, /* no capabilities, no_new_privs */
    SB_LAYER_CGROUP = 1 << 6,
    SB_LAYER_ALL = (1 << 7) - 1,
};

enum sb_mount_kind {
    SB_MOUNT_BIND,  /* source appears at target, read-only, nosuid, nodev */
    SB_MOUNT_TMPFS, /* an empty writable folder, size_bytes and inodes at most */
    SB_MOUNT_COPY,  /* a writable folder that starts as a copy of source */
};

struct sb_mount {
    enum sb_mount_kind kind;
    const char *source; /* host path; NULL for SB_MOUNT_TMPFS. As root the guest has a uid
                           of its own: others must be allowed to read what is in source */
    const char *target; /* absolute path inside */
    uint64_t size_bytes;
    uint64_t inodes;
    bool is_kept; /* tmpfs and copy: the result has a descriptor of it, for sb_collect */
};

enum sb_stream_kind {
    SB_STREAM_NULL,    /* /dev/null */
    SB_STREAM_FD,      /* the guest gets fd itself */
    SB_STREAM_CAPTURE, /* through a pipe; at most cap_bytes of it are written to fd */
};

struct sb_stream {
    enum sb_stream_kind kind;
    int fd;
    uint64_t cap_bytes;
    bool ends_run; /* capture: the first byte over the cap ends the run: SB_END_OUTPUT */
};

/* One more descriptor for the guest, beside 0, 1 and 2. */
struct sb_pass_fd {
    int fd;       /* ours */
    int guest_fd; /* 3 or more */
};

struct sb_limits {
    uint64_t cpu_ns;  /* user and system of all tasks; 0: none */
    uint64_t wall_ns; /* 0: none */
    uint64_t memory_bytes;
    uint64_t processes;  /* tasks: processes and threads */
    uint64_t file_bytes; /* one file (RLIMIT_FSIZE) */
    uint64_t open_files;
    uint64_t stack_bytes;
};

struct sb_spec {
    const char *const *argv; /* argv[0] is looked up inside: an absolute path, or in PATH */
    const char *const *env;  /* the whole environment, NULL-terminated */
    const char *cwd;         /* inside */
    const char *hostname;
    const struct sb_mount *mounts; /* beside the default root, see sandbox/README.md */
    size_t mount_count;
    struct sb_stream streams[3]; /* in, out, err */
    const struct sb_pass_fd *pass_fds;
    size_t pass_fd_count;
    struct sb_limits limits;
    int cpu;            /* pin to this processor; -1: not pinned */
    const char *policy; /* seccomp policy file (OCI JSON); NULL: the built-in default */
    unsigned waived;    /* enum sb_layer bits that may be missing; not namespaces, root */
    unsigned disabled;  /* bits, also waived, left out on purpose: to test the guards */
    uint64_t tmp_bytes; /* size of /tmp; /dev/shm gets the same */
    uint64_t tmp_inodes;
    unsigned uid_slot; /* as root: which uid of the private range; see uid_base */
    unsigned uid_base; /* as root: first uid of that range; rootless: not used */
};

/* How the run ended. One cause: the first that ended it. */
enum sb_end {
    SB_END_EXIT,      /* exit_code; 127 or 126 with a note when it could not be executed */
    SB_END_SIGNAL,    /* signal, sent by itself or by the kernel for a fault */
    SB_END_CPU,       /* CPU limit */
    SB_END_WALL,      /* wall limit; is_idle: it used almost no CPU */
    SB_END_MEMORY,    /* the cgroup's oom count rose */
    SB_END_PROCESSES, /* the limit on tasks was hit, and the command failed */
    SB_END_OUTPUT,    /* a captured stream went over its cap */
    SB_END_FILE_SIZE, /* SIGXFSZ: a file over file_bytes */
    SB_END_CALL,      /* a call that the policy refuses loudly: refused */
};

struct sb_refused {
    int nr; /* -1: none */
    char name[32];
    uint64_t args[6];
    bool is_loud; /* it ended the run; otherwise the guest got an errno */
};

struct sb_result {
    enum sb_end end;
    int exit_code;
    int signal;
    bool is_idle;
    uint64_t wall_ns; /* CLOCK_MONOTONIC, from just before exec to the end of the command */
    uint64_t cpu_ns, cpu_user_ns, cpu_system_ns; /* all tasks of the run */
    uint64_t peak_memory_bytes;
    uint64_t oom_kills;
    uint64_t stream_bytes[3]; /* captured streams: bytes that came, also those cut off */
    bool is_stream_cut[3];
    uint64_t refused_count;
    struct sb_refused refused; /* the loud one, else the first */
    unsigned layers;           /* enum sb_layer bits in force */
    char notes[256]; /* next best means in use, "; " between: "memory by rlimit" */
    int *kept_fds;   /* one for each kept mount, in the order of mounts */
    size_t kept_count;
};

void sb_spec_init(struct sb_spec *spec);
bool sb_run(const struct sb_spec *spec, struct sb_result *result, struct sb_error *err);
void sb_result_release(struct sb_result *result);

/* The digest-worthy text of the policy in use: the file's bytes, or the built-in's. */
const char *sb_policy_default(void);

struct sb_collect_caps {
    uint64_t bytes;
    uint64_t files; /* files and folders */
    unsigned depth;
};

/* Copy what a finished run left in a kept folder to the new host folder dest: regular files
 * and folders only, beneath dir_fd, never following a link, never blocking on a FIFO or
 * device. The first thing that is not allowed ends the copy: false with SB_SPEC and a
 * message for the participant ("'out.csv' is a symbolic link"); over the caps it is
 * SB_OVER. A full host disk is SB_HOST. Executable bits are kept; modes become 0755 and
 * 0644. */
bool sb_collect(int dir_fd, const char *dest, const struct sb_collect_caps *caps,
                struct sb_error *err);

/* Which layers work here, each tried in a child: SB_LAYER bits. lines, if not NULL, gets
 * one line for each layer and limit: name, yes or no, and why or which version. */
unsigned sb_doctor(FILE *lines);

const char *sb_layer_name(unsigned bit);
const char *sb_end_name(enum sb_end end);

/* The result as a JSON object, as the tool podbox prints it. The caller decrefs. */
struct json_t *sb_result_json(const struct sb_result *result);

#endif
