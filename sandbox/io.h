/* io.h - descriptors, small files and messages with descriptors.
 *
 * Nothing here allocates, so that all of it may be called between clone and exec. Failure
 * is false or -1 with errno set.
 */
#ifndef SB_IO_H
#define SB_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* A local of this kind closes its descriptor when it goes out of scope; it starts at -1. */
#define SB__FD __attribute__((cleanup(sb__close)))

void sb__close(int *fd); /* close unless -1, and set to -1 */
int sb__steal(int *fd);  /* hand over: the value, and *fd becomes -1 */

bool sb__write_all(int fd, const void *data, size_t size);

/* One write of text to an existing kernel file (cgroup, /proc): a second write would be a
 * second command. */
bool sb__write_file(int dir_fd, const char *name, const char *text);

/* Reads a small file whole into buffer and ends it with NUL; EFBIG if it does not fit. */
ssize_t sb__read_file(int dir_fd, const char *name, char *buffer, size_t size);

/* Decimal digits, then the end or white space; no sign. */
bool sb__parse_u64(const char *text, uint64_t *value);

/* The number after `key` and one blank at the start of a line, as in memory.events. */
bool sb__find_u64(const char *text, const char *key, uint64_t *value);

uint64_t sb__now_ns(void); /* CLOCK_MONOTONIC */
uint64_t sb__cpu_ns(void); /* of this process */

/* One message of a SOCK_SEQPACKET socket with descriptors, 32 at most; sb__send: with one
 * if fd is not -1. */
bool sb__send_fds(int sock, const void *data, size_t size, const int *fds, size_t count);
bool sb__send(int sock, const void *data, size_t size, int fd);

/* Returns the size, 0 at the end; *count says how many descriptors fit and then how many
 * came; *fd is the descriptor that came, or -1. */
ssize_t sb__receive_fds(int sock, void *data, size_t size, int *fds, size_t *count);
ssize_t sb__receive(int sock, void *data, size_t size, int *fd);

#endif
