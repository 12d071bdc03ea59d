/* probe.h - for the hostile programs: a probe exits with 0 when it was held. */
#ifndef PROBE_H
#define PROBE_H

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* What must not be possible was possible. */
#define HOLE(...)                                                                          \
    do {                                                                                   \
        printf("hole: " __VA_ARGS__);                                                      \
        printf(" (errno %d)\n", errno);                                                    \
        exit(1);                                                                           \
    } while (0)

/* Not memset: a compiler removes what nobody reads. */
static inline void touch(volatile char *memory, size_t size)
{
    for (size_t i = 0; i < size; i += 4096)
        memory[i] = 1;
}

static inline void spin(double seconds)
{
    clock_t until = clock() + (clock_t)(seconds * CLOCKS_PER_SEC);
    while (clock() < until)
        ;
}

static inline void doze(long ms)
{
    struct timespec t = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&t, NULL);
}

#endif
