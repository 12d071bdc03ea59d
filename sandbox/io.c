#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

void sb__close(int *fd)
{
    int saved = errno;
    if (*fd >= 0)
        (void)close(*fd); /* nothing here is written through a buffer */
    *fd = -1;
    errno = saved;
}

int sb__steal(int *fd)
{
    int value = *fd;
    *fd = -1;
    return value;
}

bool sb__write_all(int fd, const void *data, size_t size)
{
    const char *next = data;
    while (size > 0) {
        ssize_t n = write(fd, next, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        next += n;
        size -= (size_t)n;
    }
    return true;
}

bool sb__write_file(int dir_fd, const char *name, const char *text)
{
    SB__FD int fd = openat(dir_fd, name, O_WRONLY | O_CLOEXEC);
    size_t size = strlen(text);
    return fd >= 0 && write(fd, text, size) == (ssize_t)size;
}

ssize_t sb__read_file(int dir_fd, const char *name, char *buffer, size_t size)
{
    SB__FD int fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC);
    size_t used = 0;
    if (fd < 0)
        return -1;
    while (used < size) {
        ssize_t n = read(fd, buffer + used, size - used);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (n == 0) {
            buffer[used] = '\0';
            return (ssize_t)used;
        }
        used += (size_t)n;
    }
    errno = EFBIG;
    return -1;
}

bool sb__parse_u64(const char *text, uint64_t *value)
{
    uint64_t sum = 0;
    const char *next = text;
    for (; *next >= '0' && *next <= '9'; next++) {
        unsigned digit = (unsigned)(*next - '0');
        if (sum > (UINT64_MAX - digit) / 10)
            return false;
        sum = sum * 10 + digit;
    }
    if (next == text || (*next && !strchr(" \t\n", *next)))
        return false;
    *value = sum;
    return true;
}

bool sb__find_u64(const char *text, const char *key, uint64_t *value)
{
    size_t length = strlen(key);
    for (const char *line = text; line && *line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, key, length) == 0 && line[length] == ' ')
            return sb__parse_u64(line + length + 1, value);
    }
    return false;
}

static uint64_t read_clock(clockid_t clock)
{
    struct timespec now = {0};
    (void)clock_gettime(clock, &now); /* fails only for a bad pointer */
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t sb__now_ns(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

uint64_t sb__cpu_ns(void)
{
    return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

enum { MAX_FDS = 32 };

union control {
    char space[CMSG_SPACE(MAX_FDS * sizeof(int))];
    struct cmsghdr align;
};

bool sb__send_fds(int sock, const void *data, size_t size, const int *fds, size_t count)
{
    struct iovec part = {.iov_base = (void *)(uintptr_t)data, .iov_len = size};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    union control control;
    if (count > 0 && count <= MAX_FDS) {
        message.msg_control = &control;
        message.msg_controllen = CMSG_SPACE(count * sizeof *fds);
        memset(&control, 0, message.msg_controllen);
        struct cmsghdr *head = CMSG_FIRSTHDR(&message);
        head->cmsg_level = SOL_SOCKET;
        head->cmsg_type = SCM_RIGHTS;
        head->cmsg_len = CMSG_LEN(count * sizeof *fds);
        memcpy(CMSG_DATA(head), fds, count * sizeof *fds);
    }
    ssize_t n;
    do
        n = sendmsg(sock, &message, MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    return n == (ssize_t)size;
}

bool sb__send(int sock, const void *data, size_t size, int fd)
{
    return sb__send_fds(sock, data, size, &fd, fd >= 0);
}

ssize_t sb__receive_fds(int sock, void *data, size_t size, int *fds, size_t *count)
{
    struct iovec part = {.iov_base = data, .iov_len = size};
    union control control;
    size_t room = *count < MAX_FDS ? *count : MAX_FDS;
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = CMSG_SPACE(room * sizeof *fds)};
    ssize_t n;
    *count = 0;
    /* Once, ECONNRESET says that the other end died with something unread; what it had sent
     * before, such as why, comes after that. */
    do
        n = recvmsg(sock, &message, MSG_CMSG_CLOEXEC);
    while (n < 0 && (errno == EINTR || errno == ECONNRESET));
    struct cmsghdr *head = n < 0 ? NULL : CMSG_FIRSTHDR(&message);
    if (head && head->cmsg_type == SCM_RIGHTS) {
        *count = (head->cmsg_len - CMSG_LEN(0)) / sizeof *fds;
        memcpy(fds, CMSG_DATA(head), *count * sizeof *fds);
    }
    return n;
}

ssize_t sb__receive(int sock, void *data, size_t size, int *fd)
{
    size_t count = 1;
    *fd = -1;
    return sb__receive_fds(sock, data, size, fd, &count);
}
