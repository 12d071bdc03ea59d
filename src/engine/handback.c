#include "handback.h"

#include "base/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { EXIT_SCORED = 42, EXIT_REJECTED = 43, VERDICT_FD = 3 };

bool handback_open(struct handback *handback, struct pod_error *err)
{
    handback->verdict_fd = memfd_create("verdict", MFD_CLOEXEC);
    handback->words_fd = memfd_create("log", MFD_CLOEXEC);
    return (handback->verdict_fd >= 0 && handback->words_fd >= 0 &&
            fcntl(handback->words_fd, F_SETFL, O_APPEND) == 0) ||
           pod_fail_errno(err, POD_HOST, "cannot make a memory file");
}

void handback_close(struct handback *handback)
{
    if (handback->verdict_fd >= 0)
        close(handback->verdict_fd);
    if (handback->words_fd >= 0)
        close(handback->words_fd);
    *handback = (struct handback)HANDBACK_INIT;
}

void handback_give(struct handback *handback, struct guest *guest)
{
    guest->verdict_fd = (struct sb_pass_fd){handback->verdict_fd, VERDICT_FD};
    guest->spec.command.pass_fds = &guest->verdict_fd;
    guest->spec.command.pass_fd_count = 1;
}

static bool read_memory(int fd, struct pod_buf *bytes, struct pod_error *err)
{
    off_t size = lseek(fd, 0, SEEK_END);
    if (size < 0 || lseek(fd, 0, SEEK_SET) < 0)
        return pod_fail_errno(err, POD_HOST, "cannot read what a scorer wrote");
    if (size > VERDICT_OBJECT_BYTES)
        return pod_fail(err, POD_TASK, "it wrote %lld bytes, more than %d", (long long)size,
                        VERDICT_OBJECT_BYTES);
    while ((off_t)bytes->length < size) {
        char chunk[65536];
        ssize_t got = read(fd, chunk, sizeof chunk);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return pod_fail_errno(err, POD_HOST, "cannot read what a scorer wrote");
        pod_buf_append(bytes, chunk, (size_t)got);
    }
    return true;
}

/* JE, and the entry's own facts stay as they are. */
static void blame_task(struct case_result *result, const char *what, const char *why)
{
    result->verdict = VERDICT_JE;
    free(result->message);
    result->message = pod_strf("%s: %s", what, why);
}

static void blame_task_for_end(const struct handback_from *from, const struct pod_buf *said,
                               struct case_result *result)
{
    pod_auto_buf struct pod_buf shown = POD_BUF_INIT;
    pod_buf_escaped(&shown, said->length ? said->data : "", said->length);
    pod_auto_free char *why = pod_strf(
        "ended by '%s' (exit status %d, signal %d): %.300s", sb_end_name(from->run->end),
        from->run->exit_code, from->run->signal, shown.length ? shown.data : "no words");
    blame_task(result, from->what, why);
}

static bool take_verdict(const struct handback *handback, const struct handback_from *from,
                         struct case_result *result, enum dialogue_fault *fault,
                         struct pod_error *err)
{
    bool is_rejected = from->run->exit_code == EXIT_REJECTED;
    pod_auto_buf struct pod_buf bytes = POD_BUF_INIT;
    verdict_object_auto struct verdict_object object = VERDICT_OBJECT_INIT;
    struct pod_error problem = POD_ERROR_INIT;
    if (!read_memory(handback->verdict_fd, &bytes, &problem) ||
        !verdict_object_parse(bytes.length ? bytes.data : "", bytes.length, is_rejected,
                              &object, &problem)) {
        if (problem.fault == POD_HOST)
            return pod_fail(err, POD_HOST, "%s", problem.message);
        blame_task(result, from->what, problem.message);
        return true;
    }
    *fault = object.fault;
    result->verdict = is_rejected ? VERDICT_WA : VERDICT_OK;
    case_result_take_object(result, &object);
    return true;
}

/* Kept where there is something to keep: a file for each case is dear on many disks, and
 * most programs say nothing. */
static bool keep_words(const struct handback_from *from, const struct pod_buf *said,
                       struct pod_error *err)
{
    return said->length == 0 || pod_file_put(from->log, said->data, said->length, err);
}

bool handback_take(const struct handback *handback, const struct handback_from *from,
                   struct case_result *result, enum dialogue_fault *fault,
                   struct pod_error *err)
{
    const struct sb_result *run = from->run;
    pod_auto_buf struct pod_buf said = POD_BUF_INIT;
    *fault = DIALOGUE_FINE;
    if (!read_memory(handback->words_fd, &said, err) || !keep_words(from, &said, err))
        return false;
    if (run->end == SB_END_EXIT &&
        (run->exit_code == EXIT_SCORED || run->exit_code == EXIT_REJECTED))
        return take_verdict(handback, from, result, fault, err);
    blame_task_for_end(from, &said, result);
    return true;
}
