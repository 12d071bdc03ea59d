#include "fetch_part.h"

#include "base/buf.h"
#include "base/fs.h"
#include "base/json.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NOTE_EVERY = 16 << 20, NOTE_MAX = 16 << 10 };

static const char schema[] = "podium.part/1";

static bool fail_write(const struct part *part, struct pod_error *err)
{
    return pod_fail_errno(err, POD_HOST, "cannot write \"%s\"", part->path);
}

/* The note. */

struct note {
    char *url;
    char *validator;
    int64_t bytes;
};

static const struct pod_field note_fields[] = {
    {"url", POD_FIELD_STRING, offsetof(struct note, url), true, 0, 0},
    {"validator", POD_FIELD_STRING, offsetof(struct note, validator), true, 1, 255},
    {"bytes", POD_FIELD_INT, offsetof(struct note, bytes), true, 0, 9007199254740992.0},
    {.key = NULL},
};

/* Any defect means that there is nothing to go on with. */
static bool read_note(const struct part *part, struct note *note)
{
    struct pod_error ignored = POD_ERROR_INIT;
    pod_auto_json json_t *root =
        pod_json_load(part->note, part->note, NOTE_MAX, POD_HOST, &ignored);
    return root && pod_json_schema(root, part->note, schema, POD_HOST, &ignored) &&
           pod_json_fill(root, &(struct pod_json_place){part->note, "", POD_HOST},
                         note_fields, note, &ignored) &&
           strcmp(note->url, part->url) == 0;
}

static bool write_note(struct part *part, struct pod_error *err)
{
    if (fdatasync(part->fd) != 0)
        return fail_write(part, err);
    pod_auto_json json_t *root =
        json_pack("{s:s, s:s, s:s, s:I}", "schema", schema, "url", part->url, "validator",
                  part->validator, "bytes", (json_int_t)part->bytes);
    if (!root)
        pod_out_of_memory();
    part->noted_bytes = part->bytes;
    return pod_json_write(part->note, root, err);
}

/* The part. */

static void take_up(struct part *part, uint64_t cap_bytes)
{
    struct note note = {0};
    struct stat st;
    if (read_note(part, &note) && fstat(part->fd, &st) == 0 && st.st_size >= note.bytes &&
        (uint64_t)note.bytes <= cap_bytes) {
        part->bytes = (uint64_t)note.bytes;
        part->noted_bytes = part->bytes;
        (void)snprintf(part->validator, sizeof part->validator, "%s", note.validator);
    }
    free(note.url);
    free(note.validator);
}

bool part_open(struct part *part, const char *dest, const char *url, uint64_t cap_bytes,
               struct pod_error *err)
{
    *part = (struct part){
        .dest = pod_strdup(dest),
        .path = pod_strf("%s.part", dest),
        .note = pod_strf("%s.part.json", dest),
        .url = pod_strdup(url),
    };
    part->fd =
        open(part->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644);
    if (part->fd < 0) {
        pod_fail_errno(err, POD_HOST, "cannot create \"%s\"", part->path);
        part_close(part, true);
        return false;
    }
    take_up(part, cap_bytes);
    return true;
}

bool part_restart(struct part *part, const char *validator, struct pod_error *err)
{
    part->bytes = 0;
    part->noted_bytes = 0;
    (void)snprintf(part->validator, sizeof part->validator, "%s", validator);
    /* The old note goes first: it would speak of bytes that are no more. */
    if (unlink(part->note) != 0 && errno != ENOENT)
        return pod_fail_errno(err, POD_HOST, "cannot remove \"%s\"", part->note);
    return ftruncate(part->fd, 0) == 0 || fail_write(part, err);
}

bool part_append(struct part *part, const void *bytes, uint64_t length,
                 struct pod_error *err)
{
    const char *at = bytes;
    while (length > 0) {
        ssize_t done = pwrite(part->fd, at, (size_t)length, (off_t)part->bytes);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return fail_write(part, err);
        at += done;
        length -= (uint64_t)done;
        part->bytes += (uint64_t)done;
    }
    if (part->validator[0] == '\0' || part->bytes - part->noted_bytes < NOTE_EVERY)
        return true;
    return write_note(part, err);
}

bool part_is_resumable(const struct part *part)
{
    return part->bytes > 0 && part->validator[0] != '\0';
}

/* Bytes of an earlier call may lie behind what was received in this one. */
bool part_settle(struct part *part, struct pod_error *err)
{
    if (ftruncate(part->fd, (off_t)part->bytes) != 0 || fsync(part->fd) != 0)
        return fail_write(part, err);
    if (rename(part->path, part->dest) != 0)
        return pod_fail_errno(err, POD_HOST, "cannot rename \"%s\"", part->path);
    if (!pod_parent_sync(part->dest, err)) {
        (void)unlink(part->dest); /* it is not known to be there */
        return false;
    }
    return true;
}

void part_close(struct part *part, bool is_kept)
{
    struct pod_error ignored = POD_ERROR_INIT;
    if (is_kept && part->fd >= 0 && part_is_resumable(part))
        is_kept = write_note(part, &ignored); /* else it is fetched anew */
    if (part->fd >= 0)
        (void)close(part->fd); /* what counts was synced */
    if (!is_kept) {
        (void)unlink(part->path);
        (void)unlink(part->note);
    }
    free(part->dest);
    free(part->path);
    free(part->note);
    free(part->url);
}
