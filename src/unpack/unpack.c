#include "unpack.h"

#include "base/buf.h"
#include "member.h"
#include "reader.h"
#include "tree.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

struct unpack {
    const struct unpack_caps *caps;
    struct reader *reader;
    struct tree tree;
    uint64_t members;
    uint64_t bytes;  /* declared by the members so far */
    uint64_t used;   /* of the file when excess was last looked at */
    uint64_t excess; /* unpacked beyond the ratio */
};

static bool fail_ratio(struct pod_error *err)
{
    return pod_fail(err, POD_ENTRY,
                    "unpacks to more than %d times its size and %d MiB: an archive bomb",
                    UNPACK_RATIO, UNPACK_SLACK >> 20);
}

/* The excess never falls below 0: who packed badly before may not be wasteful later. */
static bool meter(struct unpack *unpack, uint64_t bytes, struct pod_error *err)
{
    if (reader_is_zip(unpack->reader))
        return true; /* known from its table: check_declared */
    uint64_t used = reader_used_bytes(unpack->reader);
    uint64_t allowed = UNPACK_RATIO * (used - unpack->used);
    uint64_t excess = unpack->excess + bytes;
    unpack->used = used;
    unpack->excess = excess > allowed ? excess - allowed : 0;
    return unpack->excess <= UNPACK_SLACK || fail_ratio(err);
}

/* Before anything is unpacked: more than the rest of the file can be worth is refused. What
 * a zip declares is compared with the whole file, so that members that overlap, each with
 * the same packed bytes, are a bomb too. */
static bool check_declared(struct unpack *unpack, const struct reader_member *member,
                           struct pod_error *err)
{
    if (member->bytes > unpack->caps->bytes - unpack->bytes)
        return pod_fail(err, POD_ENTRY, "makes it more than %llu bytes unpacked",
                        (unsigned long long)unpack->caps->bytes);
    unpack->bytes += member->bytes;
    uint64_t rest = reader_file_bytes(unpack->reader) - reader_used_bytes(unpack->reader);
    uint64_t asked = reader_is_zip(unpack->reader) ? unpack->bytes : member->bytes;
    return asked <= UNPACK_SLACK + UNPACK_RATIO * rest || fail_ratio(err);
}

static bool check_member(struct unpack *unpack, const struct reader_member *member,
                         char *path, struct pod_error *err)
{
    if (++unpack->members > unpack->caps->files)
        return pod_fail(err, POD_ENTRY, "is one more than %llu files and folders",
                        (unsigned long long)unpack->caps->files);
    const char *why = member_path(member->path, unpack->caps->depth, path);
    if (!why)
        why = member->refusal;
    if (!why && !member->is_folder && *path == '\0')
        why = "is a file without a name";
    if (why)
        return pod_fail(err, POD_ENTRY, "%s", why);
    return check_declared(unpack, member, err);
}

static bool put(int fd, const struct reader_piece *piece, struct pod_error *err)
{
    const char *at = piece->bytes;
    for (size_t done = 0; done < piece->length;) {
        ssize_t put =
            pwrite(fd, at + done, piece->length - done, (off_t)(piece->offset + done));
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return pod_fail_errno(err, POD_HOST, "cannot write");
        done += (size_t)put;
    }
    return true;
}

/* Pieces come in order, within what was declared. A hole is metered as if it were full. */
static bool fill(struct unpack *unpack, const struct reader_member *member, int fd,
                 struct pod_error *err)
{
    uint64_t end = 0;
    for (;;) {
        struct reader_piece piece;
        if (!reader_read(unpack->reader, &piece, err))
            return false;
        if (piece.length == 0)
            break;
        if (piece.offset < end || piece.offset > member->bytes ||
            piece.length > member->bytes - piece.offset)
            return pod_fail(err, POD_ENTRY, "has more bytes than it declares");
        uint64_t next = piece.offset + piece.length;
        if (!meter(unpack, next - end, err) || !put(fd, &piece, err))
            return false;
        end = next;
    }
    if (!meter(unpack, member->bytes - end, err))
        return false;
    if (end < member->bytes && ftruncate(fd, (off_t)member->bytes) != 0)
        return pod_fail_errno(err, POD_HOST, "cannot write");
    return true;
}

static bool make_file(struct unpack *unpack, const struct reader_member *member,
                      const char *path, struct pod_error *err)
{
    int fd = tree_file(&unpack->tree, path, member->is_executable, err);
    if (fd < 0)
        return false;
    bool is_filled = fill(unpack, member, fd, err);
    if (close(fd) != 0 && is_filled)
        return pod_fail_errno(err, POD_HOST, "cannot write");
    return is_filled;
}

static bool make(struct unpack *unpack, const struct reader_member *member,
                 const char *path, struct pod_error *err)
{
    if (!member->is_folder)
        return make_file(unpack, member, path, err);
    return *path == '\0' || tree_folder(&unpack->tree, path, err);
}

static bool walk(struct unpack *unpack, bool is_making, struct pod_error *err)
{
    for (;;) {
        struct reader_member member = {0};
        bool is_end = false;
        if (!reader_next(unpack->reader, &member, &is_end, err))
            return unpack->members > 0 &&
                   pod_wrap(err, "after member %llu", (unsigned long long)unpack->members);
        if (is_end)
            return reader_finish(unpack->reader, err);
        char path[MEMBER_PATH_MAX + 1];
        if (!check_member(unpack, &member, path, err) ||
            (is_making && !make(unpack, &member, path, err))) {
            pod_auto_free char *shown = pod_str_shown(member.path ? member.path : "?", 200);
            return pod_wrap(err, "member \"%s\"", shown);
        }
    }
}

static bool walk_once(int fd, const struct unpack_caps *caps, bool is_making, bool *is_zip,
                      struct pod_error *err)
{
    struct unpack unpack = {.caps = caps, .tree = {.files_max = caps->files}};
    unpack.reader = reader_new(fd, err);
    if (!unpack.reader)
        return false;
    *is_zip = reader_is_zip(unpack.reader);
    bool is_done = walk(&unpack, is_making || !*is_zip, err);
    reader_free(unpack.reader);
    return is_done;
}

bool unpack_archive(int fd, const struct unpack_caps *caps, struct pod_error *err)
{
    bool is_zip = false;
    if (!walk_once(fd, caps, false, &is_zip, err))
        return false;
    if (is_zip && !walk_once(fd, caps, true, &is_zip, err))
        return false;
    return tree_settle(err);
}
