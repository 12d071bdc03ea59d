#include "reader.h"

#include "base/buf.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A tar is read by two readers: packed undoes the compression, members reads what comes out
 * of it. So there is one layer at most, the position in each is known, and both can be seen
 * to end where they should. A zip needs members only. */
struct reader {
    int fd;
    uint64_t file_bytes;
    char magic[8];
    bool is_zip;
    struct archive *packed;
    struct archive *members;
    int64_t member_end; /* of the last one, in the tar */
};

enum {
    BLOCK_BYTES = 16384, /* small, so that reading ahead hardly counts as use */
    TAR_BLOCK = 512,
    PADDING_MAX = 1 << 20, /* tar -b 1024 pads to half of it */
    ZIP_TAIL = 16384,      /* where libarchive looks for the end record */
    ZIP_END_BYTES = 22,    /* APPNOTE 4.3.16, then the comment */
};

static const char *text_of(struct archive *archive)
{
    const char *text = archive_error_string(archive);
    return text ? text : "no reason is known";
}

/* What went wrong with the bytes is the archive's fault, unless they could not be read. */
static bool fail(struct archive *archive, struct pod_error *err)
{
    int reason = archive_errno(archive);
    if (reason == EIO)
        return pod_fail(err, POD_HOST, "cannot read the archive: %s", text_of(archive));
    if (reason == ENOMEM)
        return pod_fail(
            err, POD_ENTRY,
            "needs too much memory to unpack (%s): pack it with a smaller window",
            text_of(archive));
    if (strcmp(text_of(archive), "Unrecognized archive format") == 0)
        return pod_fail(err, POD_ENTRY,
                        "is neither a tar, packed once at most by gzip, bzip2, xz or zstd, "
                        "nor a zip");
    return pod_fail(err, POD_ENTRY, "cannot be unpacked: %s", text_of(archive));
}

/* By its first bytes and not by libarchive's own choice, which piles up filters: one that
 * unpacks to what another one has to unpack, without a member ever, is endless work. */
static const struct {
    const char *magic;
    size_t length;
    int code;
} filters[] = {
    {"\x1f\x8b", 2, ARCHIVE_FILTER_GZIP},
    {"BZh", 3, ARCHIVE_FILTER_BZIP2},
    {"\xfd"
     "7zXZ",
     6, ARCHIVE_FILTER_XZ},
    {"\x28\xb5\x2f\xfd", 4, ARCHIVE_FILTER_ZSTD},
};

/* ARCHIVE_WARN would mean that a program of the host's is to be run. */
static bool enable_tar(struct reader *reader)
{
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++)
        if (memcmp(reader->magic, filters[i].magic, filters[i].length) == 0 &&
            archive_read_append_filter(reader->packed, filters[i].code) != ARCHIVE_OK)
            return false;
    return archive_read_set_format(reader->packed, ARCHIVE_FORMAT_RAW) == ARCHIVE_OK &&
           archive_read_support_format_tar(reader->members) == ARCHIVE_OK;
}

static la_ssize_t next_block(struct archive *members, void *data, const void **bytes)
{
    struct reader *reader = data;
    size_t length = 0;
    la_int64_t offset = 0;
    for (;;) {
        int got = archive_read_data_block(reader->packed, bytes, &length, &offset);
        if (got == ARCHIVE_EOF)
            return 0;
        if (got != ARCHIVE_OK) {
            archive_set_error(members, archive_errno(reader->packed), "%s",
                              text_of(reader->packed));
            return -1;
        }
        if (length > 0) /* 0 would be the end */
            return (la_ssize_t)length;
    }
}

static bool open_tar(struct reader *reader, struct pod_error *err)
{
    reader->packed = archive_read_new();
    if (!reader->packed || !enable_tar(reader))
        return pod_fail(err, POD_HOST, "libarchive lacks a reader that podium needs");
    struct archive_entry *whole = NULL;
    if (archive_read_open_fd(reader->packed, reader->fd, BLOCK_BYTES) != ARCHIVE_OK ||
        archive_read_next_header(reader->packed, &whole) != ARCHIVE_OK)
        return fail(reader->packed, err);
    if (archive_read_open(reader->members, reader, NULL, next_block, NULL) != ARCHIVE_OK)
        return fail(reader->members, err);
    return true;
}

/* The last record that libarchive would find, and nothing but its own comment after it. */
static bool check_zip_end(const struct reader *reader, struct pod_error *err)
{
    unsigned char tail[ZIP_TAIL];
    uint64_t length = reader->file_bytes < ZIP_TAIL ? reader->file_bytes : ZIP_TAIL;
    off_t start = (off_t)(reader->file_bytes - length);
    if (pread(reader->fd, tail, (size_t)length, start) != (ssize_t)length)
        return pod_fail_errno(err, POD_HOST, "cannot read the archive");
    for (uint64_t at = length; at-- > 0;) {
        uint64_t left = length - at;
        if (left < ZIP_END_BYTES || memcmp(tail + at, "PK\5\6", 4) != 0)
            continue;
        uint64_t comment = tail[at + 20] + 256u * tail[at + 21];
        if (left == ZIP_END_BYTES + comment)
            return true;
        return pod_fail(err, POD_ENTRY, "is damaged: its end record is not at its end");
    }
    return pod_fail(err, POD_ENTRY, "is truncated: a zip without its end record");
}

static bool open_zip(struct reader *reader, struct pod_error *err)
{
    if (!check_zip_end(reader, err))
        return false;
    /* Not the reader that takes a zip as a stream: the two can see different members. */
    if (archive_read_support_format_zip_seekable(reader->members) != ARCHIVE_OK)
        return pod_fail(err, POD_HOST, "libarchive lacks its reader of zip");
    if (archive_read_open_fd(reader->members, reader->fd, BLOCK_BYTES) != ARCHIVE_OK)
        return fail(reader->members, err);
    return true;
}

static bool open_file(struct reader *reader, struct pod_error *err)
{
    struct stat st;
    if (fstat(reader->fd, &st) != 0 || lseek(reader->fd, 0, SEEK_SET) != 0)
        return pod_fail_errno(err, POD_HOST, "cannot read the archive");
    reader->file_bytes = (uint64_t)st.st_size;
    if (st.st_size == 0)
        return pod_fail(err, POD_ENTRY, "is empty");
    if (pread(reader->fd, reader->magic, sizeof reader->magic, 0) < 0)
        return pod_fail_errno(err, POD_HOST, "cannot read the archive");
    reader->is_zip =
        memcmp(reader->magic, "PK\3\4", 4) == 0 || memcmp(reader->magic, "PK\5\6", 4) == 0;
    reader->members = archive_read_new();
    if (!reader->members)
        return pod_fail(err, POD_HOST, "libarchive gives no reader");
    return reader->is_zip ? open_zip(reader, err) : open_tar(reader, err);
}

struct reader *reader_new(int fd, struct pod_error *err)
{
    struct reader *reader = pod_alloc(1, sizeof *reader);
    reader->fd = fd;
    if (open_file(reader, err))
        return reader;
    reader_free(reader);
    return NULL;
}

void reader_free(struct reader *reader)
{
    if (!reader)
        return;
    (void)archive_read_free(reader->members); /* of NULL it does nothing */
    (void)archive_read_free(reader->packed);
    free(reader);
}

bool reader_is_zip(const struct reader *reader)
{
    return reader->is_zip;
}

uint64_t reader_file_bytes(const struct reader *reader)
{
    return reader->file_bytes;
}

uint64_t reader_used_bytes(const struct reader *reader)
{
    la_int64_t used = reader->packed ? archive_filter_bytes(reader->packed, -1) : 0;
    return used > 0 ? (uint64_t)used : 0;
}

static const char *kind_refusal(struct archive_entry *entry)
{
    if (archive_entry_hardlink(entry))
        return "is a hard link";
    switch (archive_entry_filetype(entry)) {
    case AE_IFREG:
    case AE_IFDIR:
        return NULL;
    case AE_IFLNK:
        return "is a symbolic link";
    case AE_IFIFO:
        return "is a FIFO";
    case AE_IFCHR:
    case AE_IFBLK:
        return "is a device";
    case AE_IFSOCK:
        return "is a socket";
    default:
        return "is neither a file nor a folder";
    }
}

/* libarchive takes more methods in a zip than people's tools do, and has no switch for
 * them; but it names the one in use: "ZIP 2.0 (deflation)". */
static bool is_zip_method_taken(struct archive *members)
{
    const char *name = archive_format_name(members);
    return name && (strstr(name, "(deflation)") || strstr(name, "(uncompressed)"));
}

static const char *member_refusal(const struct reader *reader, struct archive_entry *entry)
{
    const char *kind = kind_refusal(entry);
    if (kind)
        return kind;
    if (archive_entry_is_encrypted(entry))
        return "is encrypted";
    bool is_folder = archive_entry_filetype(entry) == AE_IFDIR;
    if (reader->is_zip && !is_folder && !is_zip_method_taken(reader->members))
        return "is compressed by a method that is not taken: use deflate or none";
    if (!archive_entry_size_is_set(entry) || archive_entry_size(entry) < 0)
        return "does not say its size";
    if (is_folder && archive_entry_size(entry) > 0)
        return "is a folder that has bytes";
    return NULL;
}

bool reader_next(struct reader *reader, struct reader_member *member, bool *is_end,
                 struct pod_error *err)
{
    struct archive_entry *entry = NULL;
    reader->member_end = archive_filter_bytes(reader->members, -1);
    int got = archive_read_next_header(reader->members, &entry);
    *is_end = got == ARCHIVE_EOF;
    if (*is_end)
        return true;
    if (got != ARCHIVE_OK) /* a warning is doubt about what the member is */
        return fail(reader->members, err);
    *member = (struct reader_member){
        .path = archive_entry_pathname(entry),
        .refusal = member_refusal(reader, entry),
        .bytes = (uint64_t)archive_entry_size(entry),
        .is_folder = archive_entry_filetype(entry) == AE_IFDIR,
        .is_executable = archive_entry_perm(entry) & 0111,
    };
    return true;
}

bool reader_read(struct reader *reader, struct reader_piece *piece, struct pod_error *err)
{
    la_int64_t offset = 0;
    *piece = (struct reader_piece){NULL, 0, 0};
    while (piece->length == 0) {
        int got = archive_read_data_block(reader->members, &piece->bytes, &piece->length,
                                          &offset);
        if (got == ARCHIVE_EOF) {
            piece->length = 0;
            return true;
        }
        if (got != ARCHIVE_OK)
            return fail(reader->members, err);
    }
    if (offset < 0)
        return pod_fail(err, POD_ENTRY, "has bytes before its start");
    piece->offset = (uint64_t)offset;
    return true;
}

static bool is_zeros(const char *bytes, size_t length)
{
    return length == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, length - 1) == 0);
}

/* tar's own padding is all that may follow. */
static bool drain_padding(struct reader *reader, struct pod_error *err)
{
    uint64_t total = 0;
    for (;;) {
        const void *bytes = NULL;
        la_ssize_t got = next_block(reader->members, reader, &bytes);
        if (got < 0)
            return fail(reader->members, err);
        if (got == 0)
            return true;
        total += (uint64_t)got;
        if (total > PADDING_MAX || !is_zeros(bytes, (size_t)got))
            return pod_fail(err, POD_ENTRY, "something follows the end of the tar in it");
    }
}

bool reader_finish(struct reader *reader, struct pod_error *err)
{
    if (reader->is_zip)
        return true;
    /* Between the last member and the end there is its padding, under a block, and then the
     * end marker; libarchive takes a tar that just stops there for whole. */
    if (archive_filter_bytes(reader->members, -1) < reader->member_end + TAR_BLOCK)
        return pod_fail(err, POD_ENTRY, "is truncated: the end of the tar is missing");
    if (!drain_padding(reader, err))
        return false;
    uint64_t used = reader_used_bytes(reader);
    if (used >= reader->file_bytes)
        return true;
    return pod_fail(err, POD_ENTRY, "%llu bytes of something else follow its end",
                    (unsigned long long)(reader->file_bytes - used));
}
