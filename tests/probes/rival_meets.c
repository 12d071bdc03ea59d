/* expect: end=exit exit=0 beside=yes without=none|landlock|seccomp|seccomp+landlock */
/* ATTACKS 10, 27, 107, 113, 115, 145, 146: two entries at once. One leaves what the other
 * could find, listens, and goes on; the other looks for it everywhere and stops whom it
 * can. */
#include <dirent.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "probe.h"

static const char *const places[] = {"/dev/shm/rival", "/tmp/rival", "/out/rival"};
static const struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "\0rival"};
static const socklen_t name_size = offsetof(struct sockaddr_un, sun_path) + sizeof "rival";

static void lie_in_wait(void)
{
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    for (int i = 0; i < 3; i++)
        if (open(places[i], O_CREAT | O_EXCL | O_WRONLY, 0666) < 0)
            exit(1);
    if (bind(fd, (const struct sockaddr *)&name, name_size) != 0 || listen(fd, 8) != 0)
        exit(1);
    for (;;) {
        printf("here\n");
        if (fflush(stdout) != 0)
            exit(1);
        doze(20);
    }
}

static int count_processes(void)
{
    int count = 0;
    struct dirent *entry;
    DIR *dir = opendir("/proc");
    while (dir && (entry = readdir(dir)))
        count += entry->d_name[0] >= '1' && entry->d_name[0] <= '9';
    return count;
}

int main(int argc, char **argv)
{
    (void)argv;
    if (argc > 1)
        lie_in_wait();
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (connect(fd, (const struct sockaddr *)&name, name_size) == 0)
        HOLE("connected to the other entry");
    for (int i = 0; i < 3; i++)
        if (access(places[i], F_OK) == 0)
            HOLE("%s of the other entry", places[i]);
    if (count_processes() != 1)
        HOLE("%d processes can be seen", count_processes());
    for (int pid = 2; pid < 70000; pid++)
        if (pid != getpid() && kill(pid, SIGSTOP) == 0)
            HOLE("process %d stopped", pid);
    kill(-1, SIGSTOP);
    return 0;
}
