/* podbox.h - run hostile commands under full isolation and say what happened to them.
 *
 * Calling sequence for one command: fill a struct sb_spec (sb_spec_init gives defaults),
 * sb_run, read the struct sb_result, collect what it left in kept folders with sb_collect,
 * sb_result_release.
 *
 * For many commands of one entry: sb_worker_new assembles the sandbox once, then for each
 * command sb_worker_run; sb_worker_free. For several workers in one poll loop, instead of
 * sb_worker_run: sb_worker_start, poll sb_worker_fd for POLLIN, and sb_worker_step whenever
 * it is readable, until that no longer says SB_RUNNING. Nothing passes from one command to
 * the next: every task is dead, /tmp, /dev/shm and kept folders are new if they were
 * touched, counters and limits are set again. A worker must not be used for two entries.
 *
 * What is passed in is borrowed: for the call by sb_run; until sb_worker_free a worker's
 * spec with all it points to; until the end of the run a command and a result. No mutable
 * global state is kept. A worker belongs to the thread that made it: if that thread ends,
 * the kernel kills the sandbox.
 *
 * A run is done (true, SB_ENDED) when the command ran and its end is known, whatever that
 * end is. It has failed (false, SB_FAILED) when the harness or the host did; then nothing
 * may be held against the guest. Whatever a layer that was asked for lacks is a failure,
 * unless waived by name.
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

/* What runs, once. */
struct sb_command {
    const char *const *argv; /* argv[0] is looked up inside: an absolute path, or in PATH */
    const char *const *env;  /* the whole environment, NULL-terminated */
    const char *cwd;         /* inside */
    struct sb_stream streams[3]; /* in, out, err */
    const struct sb_pass_fd *pass_fds;
    size_t pass_fd_count;
    struct sb_limits limits;
};

struct sb_policy;
struct sb_ground;

/* What /proc shows beside the guest's own processes. */
enum sb_proc {
    SB_PROC_RUNTIME, /* cpuinfo, meminfo, stat, filesystems, uptime: torch, joblib and Java
                        read them; every other name is covered */
    SB_PROC_PIDS,    /* nothing (subset=pid): tighter, and a launch is a fifth faster */
};

/* Where it runs. */
struct sb_spec {
    struct sb_command command; /* of sb_run; a worker takes its own */
    const char *hostname;
    const struct sb_mount *mounts; /* beside the default root, see sandbox/README.md */
    size_t mount_count;
    int cpu;                        /* pin to this processor; -1: not pinned */
    const struct sb_policy *policy; /* NULL: the built-in default */
    unsigned waived;    /* enum sb_layer bits that may be missing; not namespaces, root */
    unsigned disabled;  /* bits, also waived, left out on purpose: to test the guards */
    uint64_t tmp_bytes; /* size of /tmp; /dev/shm gets the same */
    uint64_t tmp_inodes;
    enum sb_proc proc;
    struct sb_ground *ground; /* NULL: all is made for each launch anew */
    unsigned uid_slot;        /* as root: which uid of the private range; see uid_base */
    unsigned uid_base;        /* as root: first uid of that range; rootless: not used */
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
    SB_END_STOPPED,   /* sb_worker_stop: the caller ended it */
};

struct sb_refused {
    int nr; /* -1: none */
    char name[32];
    uint64_t args[6];
    bool is_loud;    /* it ended the run; otherwise the guest got an errno */
    uint64_t pc;     /* instruction pointer behind the call */
    char module[64]; /* file name that is mapped there, "[anon]"; "": not known. The guest
                        chooses what it maps: a hint for people, not a fact */
    uint64_t module_offset; /* of pc in that file */
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

void sb_command_init(struct sb_command *command);
void sb_spec_init(struct sb_spec *spec); /* its command too */
bool sb_run(const struct sb_spec *spec, struct sb_result *result, struct sb_error *err);
void sb_result_release(struct sb_result *result);

enum sb_progress { SB_RUNNING, SB_ENDED, SB_FAILED };

struct sb_worker;

/* NULL with err set if the spec cannot be honoured or the host lacks a layer. */
struct sb_worker *sb_worker_new(const struct sb_spec *spec, struct sb_error *err);

/* Kills and reaps whatever still runs, removes the cgroup. False: something was left. */
bool sb_worker_free(struct sb_worker *worker, struct sb_error *err);

/* Starts a command and returns at once. One at a time. False: nothing runs. */
bool sb_worker_start(struct sb_worker *worker, const struct sb_command *command,
                     struct sb_result *result, struct sb_error *err);

/* Readable when sb_worker_step has something to do. The same for the worker's life. */
int sb_worker_fd(const struct sb_worker *worker);

/* Does what is due and never waits for the guest. SB_ENDED: the result of sb_worker_start
 * is filled. SB_FAILED: err is, and the result is empty. The worker may be used again after
 * either: what was spoilt is made anew by the next start. */
enum sb_progress sb_worker_step(struct sb_worker *worker, struct sb_error *err);

/* Ends the running command, if any, as SB_END_STOPPED; step on until SB_ENDED. */
void sb_worker_stop(struct sb_worker *worker);

/* Start, and step until the end. */
bool sb_worker_run(struct sb_worker *worker, const struct sb_command *command,
                   struct sb_result *result, struct sb_error *err);

/* Two commands that talk: what one writes to its descriptor 1 the other reads from its 0.
 * The entry is the one to be judged, the peer is trusted to know the rules: an interactor,
 * a simulator. Each runs in a worker of its own (as root with a uid_slot of its own), with
 * its own limits; on one processor (spec.cpu) a strict dialogue is fastest. To talk with a
 * process that is not sandboxed, give a command one end of a pipe as SB_STREAM_FD. */
enum sb_side { SB_ENTRY, SB_PEER };

enum sb_wire {
    SB_WIRE_PIPES,  /* nothing of ours is in between: who closes its output has said all and
                       may still read; the other side sees it at once */
    SB_WIRE_SOCKET, /* descriptors 0 and 1 are one socket; shutdown(2) says the same. An end
                       is seen by the other side only after we know it, so ends are in
                       order; what was unread then, the other side gets ECONNRESET for */
};

struct sb_talk_side {
    struct sb_worker *worker;
    const struct sb_command *command; /* its streams 0 and 1 are not looked at */
    struct sb_result *result;
    /* After the other one's end it is stopped (SB_END_STOPPED) so much later; 0: never, its
     * own limits stop it. An entry that was told the end has little to do, while a peer may
     * have to bring a long game to its end alone. */
    uint64_t linger_ns;
};

enum sb_hung {
    SB_HUNG_NOBODY, /* no wall limit fell, or neither waited for the other */
    SB_HUNG_ENTRY,  /* it had something to read, or the peer was waiting for it */
    SB_HUNG_PEER, /* the entry waited with nothing to read, the peer was at work or slept */
};

/* One look at one instant says who hung: an entry that answers at the last moment finds the
 * peer at work and is seen to wait. It is a hint where to look, and no excuse.
 * Over pipes an end that follows from the other one may be told as the first, by some
 * milliseconds on a busy machine, because a process closes its descriptors before it is
 * known to be dead; there a death by SIGPIPE counts as the second, though an entry may send
 * that to itself. */
struct sb_talk_result {
    enum sb_side first; /* whose command ended first */
    uint64_t gap_ns;    /* until the other one did */
    enum sb_hung hung;
    /* When the first wall limit fell, just before the kill: */
    uint64_t unread_bytes[2]; /* sent to that side, and not read */
    bool waits[2]; /* all its threads slept, one in a call that waits for input */
};

struct sb_talk;

/* Starts both, the peer first. All is borrowed until sb_talk_free. NULL with err set:
 * nothing runs. */
struct sb_talk *sb_talk_new(const struct sb_talk_side sides[2], enum sb_wire wire,
                            struct sb_talk_result *result, struct sb_error *err);

/* As those of a worker, whose own descriptors are left alone meanwhile. SB_ENDED: all three
 * results are filled. SB_FAILED: none. */
int sb_talk_fd(const struct sb_talk *talk);
enum sb_progress sb_talk_step(struct sb_talk *talk, struct sb_error *err);
void sb_talk_stop(struct sb_talk *talk);

/* Ends what still runs; its results are empty then. The workers may be used again. */
void sb_talk_free(struct sb_talk *talk);

/* New, step until the end, free. */
bool sb_talk_run(const struct sb_talk_side sides[2], enum sb_wire wire,
                 struct sb_talk_result *result, struct sb_error *err);

/* The result of a talk as a JSON object, with both sides'. The caller decrefs. */
struct json_t *sb_talk_json(const struct sb_talk_result *talk,
                            const struct sb_result *entry, const struct sb_result *peer);

/* A seccomp policy, read and compiled once, for any number of workers. NULL with err set
 * if it cannot be read or is wrong. path NULL: the built-in default. */
struct sb_policy *sb_policy_load(const char *path, struct sb_error *err);
void sb_policy_free(struct sb_policy *policy);

/* What one launch after another may stand on, kept by the caller as a policy is, because to
 * make it anew is dear:
 * - An empty network namespace.
 * - From Linux 6.15 on, the default root with the places for the spec's mounts. The first
 *   launch makes it, and one with other targets, or a file where a folder was, makes it
 *   anew. It is the host's as that was then: what the host mounts later does not appear,
 *   and a file that it replaces (/etc/ld.so.cache) is still the old one, while what changes
 *   in a folder (/usr) shows at once. Make a new ground when the host was changed; the file
 *   systems that it binds stay in use until sb_ground_free.
 * - A fresh cgroup for the next run, made while a guest runs; it is removed at the end.
 * Nothing that a guest does to any of them outlasts it, and they have one sandbox at a
 * time: a run or a worker that finds its ground taken is refused (SB_SPEC); a worker has it
 * until sb_worker_free. NULL with err set: needs root, without which each launch makes all
 * itself. Free it when nothing uses it. */
struct sb_ground *sb_ground_new(struct sb_error *err);
void sb_ground_free(struct sb_ground *ground);

/* The digest-worthy text of the built-in policy. */
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
