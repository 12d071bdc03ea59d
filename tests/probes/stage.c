#include "stage.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

static bool copy(const char *from, const char *folder, const char *name, mode_t mode)
{
    char to[512];
    struct stat st;
    int in = open(from, O_RDONLY | O_CLOEXEC);
    (void)snprintf(to, sizeof to, "%s/%s", folder, name);
    int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    bool is_done = in >= 0 && out >= 0 && fstat(in, &st) == 0 &&
                   sendfile(out, in, NULL, (size_t)st.st_size) == st.st_size &&
                   fchmod(out, mode) == 0;
    if (in >= 0)
        close(in);
    if (out >= 0 && close(out) != 0)
        is_done = false;
    if (!is_done)
        perror(from);
    return is_done;
}

static bool is_probe(const char *name)
{
    static const char *const own[] = {"run_probes.c", "expect.c", "stage.c"};
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (strcmp(name, own[i]) == 0)
            return false;
    return dot && (!strcmp(dot, ".c") || !strcmp(dot, ".sh") || !strcmp(dot, ".py"));
}

static bool stage_one(const char *sources, const char *programs, const char *name,
                      const char *to)
{
    char path[1024], stem[256];
    (void)snprintf(path, sizeof path, "%s/%s", sources, name);
    if (!copy(path, to, name, 0644))
        return false;
    if (strcmp(strrchr(name, '.'), ".c") != 0)
        return true;
    (void)snprintf(stem, sizeof stem, "%.*s", (int)(strlen(name) - 2), name);
    (void)snprintf(path, sizeof path, "%s/%s", programs, stem);
    return copy(path, to, stem, 0755);
}

bool stage_make(const char *sources, const char *programs, char path[64])
{
    struct dirent *entry;
    bool is_done = true;
    DIR *dir = opendir(sources);
    (void)snprintf(path, 64, "/tmp/podbox-probes-XXXXXX");
    if (!dir || !mkdtemp(path) || chmod(path, 0755) != 0) {
        perror(sources);
        return false;
    }
    while (is_done && (entry = readdir(dir)))
        if (is_probe(entry->d_name))
            is_done = stage_one(sources, programs, entry->d_name, path);
    (void)closedir(dir); /* read only */
    return is_done;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st;
    (void)type;
    (void)at;
    return remove(path);
}

void stage_remove(const char *path)
{
    (void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS); /* what stays lies in /tmp */
}

static bool has_name(const char *pid, const char *name)
{
    char path[300], comm[32] = "";
    (void)snprintf(path, sizeof path, "/proc/%s/comm", pid);
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    bool is_same = fgets(comm, sizeof comm, file) && strncmp(comm, name, 15) == 0;
    (void)fclose(file); /* read only */
    return is_same;
}

int stage_survivors(uid_t uid, const char *name)
{
    DIR *dir = opendir("/proc");
    struct dirent *entry;
    int count = 0;
    while (dir && (entry = readdir(dir))) {
        struct stat st;
        if (entry->d_name[0] < '1' || entry->d_name[0] > '9')
            continue;
        if (fstatat(dirfd(dir), entry->d_name, &st, 0) == 0 && st.st_uid == uid &&
            (!name || has_name(entry->d_name, name)))
            count++;
    }
    if (dir)
        (void)closedir(dir);
    return count;
}

int stage_mounts(void)
{
    FILE *file = fopen("/proc/self/mountinfo", "re");
    int count = 0, c;
    while (file && (c = fgetc(file)) != EOF)
        count += c == '\n';
    if (file)
        (void)fclose(file);
    return count;
}

static int stale_in(const char *base)
{
    DIR *dir = opendir(base);
    struct dirent *entry;
    int count = 0;
    while (dir && (entry = readdir(dir))) {
        if (strncmp(entry->d_name, "run-", 4) != 0)
            continue;
        int fd = openat(dirfd(dir), entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        count += fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0;
        if (fd >= 0)
            close(fd);
    }
    if (dir)
        (void)closedir(dir);
    return count;
}

int stage_stale_cgroups(void)
{
    static const char *const bases[] = {
        "/sys/fs/cgroup/podbox",
        "/sys/fs/cgroup/memory/podbox",
        "/sys/fs/cgroup/pids/podbox",
        "/sys/fs/cgroup/cpuacct/podbox",
    };
    int count = 0;
    for (size_t i = 0; i < sizeof bases / sizeof *bases; i++)
        count += stale_in(bases[i]);
    return count;
}
