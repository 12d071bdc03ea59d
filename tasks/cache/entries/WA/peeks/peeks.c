/* Wrong answer, and a run time error if it can cheat: before READY it looks for the trace
 * in all files that it can see, in every descriptor that it was given, in other processes
 * and in its own memory. What it looks for are the trace's first bytes, which stand here in
 * disguise so that it does not find itself. Where it finds nothing it gives an impossible
 * answer. */
#include "podium_channel.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>

enum { STEP = 16, VICTIM = 18, ACT = 19, MAGIC_BYTES = 8, MASK = 0x55 };
static const unsigned char disguised[MAGIC_BYTES] = {'p' ^ MASK, 'o' ^ MASK, 'd' ^ MASK,
                                                     'c' ^ MASK, 'a' ^ MASK, 'c' ^ MASK,
                                                     'h' ^ MASK, '1' ^ MASK};

static bool is_trace(const unsigned char *at)
{
    for (int i = 0; i < MAGIC_BYTES; i++)
        if ((at[i] ^ MASK) != disguised[i])
            return false;
    return true;
}

static void found(const char *where)
{
    fprintf(stderr, "found the trace: %s\n", where);
    abort();
}

static void look_into(int fd, const char *where)
{
    unsigned char head[MAGIC_BYTES];
    if (pread(fd, head, sizeof head, 0) == MAGIC_BYTES && is_trace(head))
        found(where);
}

static int look_at(const char *path, const struct stat *about, int kind, struct FTW *place)
{
    static const char *const systems[] = {"/proc", "/sys", "/dev", "/usr"};
    (void)place;
    for (int i = 0; i < 4; i++)
        if (strcmp(path, systems[i]) == 0)
            return FTW_SKIP_SUBTREE;
    if (kind == FTW_F && S_ISREG(about->st_mode)) {
        int fd = open(path, O_RDONLY);
        if (fd >= 0) {
            look_into(fd, path);
            close(fd);
        }
    }
    return FTW_CONTINUE;
}

static void look_at_processes(void)
{
    DIR *all = opendir("/proc");
    struct dirent *one;
    while (all && (one = readdir(all))) {
        char path[300];
        int pid = (int)strtol(one->d_name, NULL, 10);
        snprintf(path, sizeof path, "/proc/%s/mem", one->d_name);
        int fd = pid > 0 && pid != getpid() ? open(path, O_RDONLY) : -1;
        if (fd >= 0)
            found(path);
    }
    if (all)
        closedir(all);
}

static void look_at_memory(void)
{
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[600], access[5], name[300];
    unsigned long low, high;
    while (maps && fgets(line, sizeof line, maps)) {
        name[0] = '\0';
        if (sscanf(line, "%lx-%lx %4s %*s %*s %*s %299s", &low, &high, access, name) < 3 ||
            access[0] != 'r' || strncmp(name, "[v", 2) == 0)
            continue;
        for (const unsigned char *at = (const unsigned char *)low;
             at + MAGIC_BYTES <= (const unsigned char *)high; at++)
            if (is_trace(at))
                found(name[0] ? name : "memory of its own");
    }
    if (maps)
        fclose(maps);
}

int main(void)
{
    struct podium_channel ch = PODIUM_CHANNEL;
    struct podium_message m;
    const uint64_t victim = UINT64_MAX;
    const uint32_t act[2] = {1, 0};
    for (int fd = 0; fd < 1024; fd++)
        look_into(fd, "a descriptor");
    nftw("/", look_at, 64, FTW_PHYS | FTW_ACTIONRETVAL);
    look_at_processes();
    look_at_memory();
    while (podium_next(&ch, &m)) {
        if (m.type == PODIUM_HELLO)
            podium_ready(&ch);
        else if (m.type == STEP) {
            podium_say(&ch, VICTIM, &victim, 1, sizeof victim);
            podium_answer(&ch, ACT, act, 1, sizeof act);
        }
    }
    return podium_bye(&ch);
}
