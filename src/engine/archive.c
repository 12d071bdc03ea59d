#include "archive.h"

#include "base/fs.h"
#include "outcome.h"
#include "unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* For a whole entry (unpack_caps). bzip2 unpacks some 15 MB a second, so a full gigabyte
 * has its time. Memory is the files, which lie in it, and what the unpacker allows itself.
 */
static const struct task_limits UNPACK_LIMITS = {
    .cpu_s = 120,
    .wall_s = 240,
    .memory_mib = 1024 + 256,
    .processes = 4,
    .output_mib = 1024,
    .output_files = 20000,
    .log_kib = 16,
};

/* src/unpack/main.c; 1 and 3 are those of libraries that run out of memory. */
enum { EXIT_DONE = 0, EXIT_LIBRARY = 1, EXIT_MEMORY = 3, EXIT_REFUSED = 43 };

static const char unpacker[] = "_unpack";

/* O_NOFOLLOW, O_NONBLOCK: a link or FIFO in a folder of archives is somebody's trick. */
static int open_source(const struct archive_job *job, struct pod_error *err)
{
    int fd = open(job->source, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW);
    struct stat st;
    if (fd < 0 && errno == ELOOP) {
        pod_fail(err, POD_ENTRY, "is a link, expected an archive");
        return -1;
    }
    if (fd < 0 || fstat(fd, &st) != 0) {
        pod_fail_errno(err, errno == ENOENT ? POD_USAGE : POD_HOST, "cannot open \"%s\"",
                       job->source);
    } else if (!S_ISREG(st.st_mode)) {
        pod_fail(err, POD_ENTRY, "is no regular file, expected an archive");
    } else {
        return fd;
    }
    pod_cleanup_fd(&fd);
    return -1;
}

/* The first line of what the unpacker said. It has read the archive, so it may be lying. */
static char *said(const char *log)
{
    pod_auto_buf struct pod_buf text = POD_BUF_INIT;
    struct pod_error ignored = POD_ERROR_INIT;
    (void)pod_file_read(log, 1 << 20, &text, &ignored); /* its words are a bonus */
    if (text.length == 0)
        return pod_strdup("no reason is known");
    text.data[strcspn(text.data, "\n")] = '\0';
    return pod_str_shown(text.data, 700);
}

static bool judge(const struct guest *guest, const char *log, struct pod_error *err)
{
    const struct sb_result *run = &guest->result;
    pod_auto_free char *line = said(log);
    if (run->end != SB_END_EXIT) {
        case_result_auto struct case_result result = CASE_RESULT_INIT;
        outcome_judge(run, &guest->spec.command.limits, &result);
        return pod_fail(err, POD_ENTRY, "the unpacker was stopped: %s", result.message);
    }
    switch (run->exit_code) {
    case EXIT_DONE:
        return true;
    case EXIT_REFUSED:
        return pod_fail(err, POD_ENTRY, "%s", line);
    case EXIT_LIBRARY:
    case EXIT_MEMORY:
        return pod_fail(err, POD_ENTRY, "needs too much memory to unpack");
    default:
        return pod_fail(err, POD_HOST, "the unpacker failed with exit status %d: %s %s",
                        run->exit_code, line, run->notes);
    }
}

static bool collect(const struct archive_job *job, struct guest *guest,
                    struct pod_error *err)
{
    char why[512] = "";
    const struct pod_tree_caps caps = unpack_caps(job->place);
    switch (guest_collect(guest, job->dest, &caps, why, err)) {
    case GUEST_COLLECTED:
        return true;
    case GUEST_FAILED:
        break;
    case GUEST_TOO_MUCH:
    case GUEST_NOT_ALLOWED:
        pod_fail(err, POD_ENTRY, "%s", why);
    }
    struct pod_error ignored = POD_ERROR_INIT;
    (void)pod_dir_remove(job->dest, &ignored); /* the first error is the one that counts */
    return false;
}

static bool run(const struct archive_job *job, struct guest *guest, const char *log,
                struct pod_error *err)
{
    const struct pod_tree_caps caps = unpack_caps(job->place);
    pod_auto_names struct pod_names command = POD_NAMES_INIT;
    pod_names_add_take(&command, pod_strf("/podium/bin/%s", unpacker));
    pod_names_add_take(&command, pod_strf("%llu", (unsigned long long)caps.bytes));
    pod_names_add_take(&command, pod_strf("%llu", (unsigned long long)caps.files));
    /* One more than the entry may have, for a top folder that is dropped. */
    pod_names_add_take(&command, pod_strf("%u", caps.depth + 1));
    guest_bind(guest, job->place->programs, "/podium/bin");
    guest_folder(guest, NULL, "/podium/out", &caps);
    return guest_run(guest, &command, "/podium/out", log, err);
}

bool archive_unpack(const struct archive_job *job, struct archive_cost *cost,
                    struct pod_error *err)
{
    pod_auto_fd int fd = open_source(job, err);
    if (fd < 0)
        return false;
    if (pod_path_exists(job->dest))
        return pod_fail(err, POD_HOST, "\"%s\" is there already", job->dest);
    pod_auto_free char *log = pod_strf("%s.log", job->dest);
    struct guest_options options = *job->options;
    options.cpu_limit_s = 0;
    struct guest guest;
    guest_init(&guest, &options);
    guest_limits(&guest, &UNPACK_LIMITS, &options);
    guest.spec.command.streams[0] = (struct sb_stream){.kind = SB_STREAM_FD, .fd = fd};
    bool is_run = run(job, &guest, log, err);
    if (is_run && cost)
        *cost = (struct archive_cost){guest.result.peak_memory_bytes, guest.result.cpu_ns,
                                      guest.result.wall_ns};
    bool is_done = is_run && judge(&guest, log, err) && collect(job, &guest, err);
    guest_release(&guest);
    (void)unlink(log); /* what matters of it is in err */
    return is_done;
}
