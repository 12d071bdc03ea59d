#include "tasks.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "io.h"

static const int input_calls[] = {
    SYS_read,       SYS_readv,       SYS_preadv2,      SYS_recvfrom, SYS_recvmsg,
    SYS_recvmmsg,   SYS_poll,        SYS_ppoll,        SYS_select,   SYS_pselect6,
    SYS_epoll_wait, SYS_epoll_pwait, SYS_epoll_pwait2, SYS_splice,
};

/* Calls visit for each thread of pid with the open folder of threads and the thread's
 * number as text. */
static void each_thread(pid_t pid, void (*visit)(int folder, const char *tid, void *arg),
                        void *arg)
{
    char path[64];
    struct dirent *entry;
    DIR *dir = NULL;
    if (snprintf(path, sizeof path, "/proc/%d/task", (int)pid) > 0)
        dir = opendir(path);
    while (dir && (entry = readdir(dir)))
        if (entry->d_name[0] != '.')
            visit(dirfd(dir), entry->d_name, arg);
    if (dir)
        (void)closedir(dir); /* read only */
}

struct list {
    pid_t *pids;
    size_t count;
};

/* The children that one thread made: pids with a blank after each. */
static void add_children_of(int folder, const char *tid, void *arg)
{
    struct list *list = arg;
    char path[64], text[32768];
    char *next = text;
    if (snprintf(path, sizeof path, "%.20s/children", tid) < 0 ||
        sb__read_file(folder, path, text, sizeof text) <= 0)
        return;
    while (next && list->count < SB__MAX_TASKS) {
        uint64_t child = 0;
        if (!sb__parse_u64(next, &child))
            break;
        list->pids[list->count++] = (pid_t)child;
        next = strchr(next, ' ');
        next = next ? next + 1 : NULL;
    }
}

size_t sb__processes(pid_t init, pid_t *list)
{
    struct list found = {list, 1};
    list[0] = init;
    for (size_t i = 0; i < found.count; i++)
        each_thread(list[i], add_children_of, &found);
    return found.count;
}

struct look {
    bool has_waiter;
    bool has_other; /* at work, or about to be */
};

static bool is_input_call(const char *text)
{
    uint64_t nr = 0;
    if (!sb__parse_u64(text, &nr))
        return false; /* "-1": it sleeps for a signal */
    for (size_t i = 0; i < sizeof input_calls / sizeof *input_calls; i++)
        if ((uint64_t)input_calls[i] == nr)
            return true;
    return false;
}

static void look_at(int folder, const char *tid, void *arg)
{
    struct look *look = arg;
    char path[64], text[256];
    if (snprintf(path, sizeof path, "%.20s/syscall", tid) < 0 ||
        sb__read_file(folder, path, text, sizeof text) <= 0) {
        /* It ended meanwhile; or it hides from an ordinary user (PR_SET_DUMPABLE). */
        look->has_other = look->has_other || (errno != ENOENT && errno != ESRCH);
        return;
    }
    if (strncmp(text, "running", 7) == 0)
        look->has_other = true;
    else if (is_input_call(text))
        look->has_waiter = true;
}

bool sb__waits_for_input(pid_t init)
{
    struct look look = {0};
    pid_t *list = malloc(SB__MAX_TASKS * sizeof *list);
    size_t count = list ? sb__processes(init, list) : 0;
    for (size_t i = 1; i < count; i++)
        each_thread(list[i], look_at, &look);
    free(list);
    return look.has_waiter && !look.has_other;
}
