#include "stage.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/xattr.h>
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

static bool is_own(const char *name)
{
    static const char *const own[] = {"attempt.c", "expect.c", "rival.c", "run_probes.c",
                                      "stage.c"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (strcmp(name, own[i]) == 0)
            return true;
    return false;
}

static bool is_source(const char *name)
{
    static const char *const suffixes[] = {".c",  ".sh", ".py",   ".cpp",
                                           ".rs", ".go", ".java", ".js"};
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot && i < sizeof suffixes / sizeof *suffixes; i++)
        if (strcmp(dot, suffixes[i]) == 0)
            return true;
    return strcmp(name, "start") == 0;
}

static bool stage_program(const char *programs, const char *source, const char *to)
{
    char path[1024], stem[256];
    (void)snprintf(stem, sizeof stem, "%.*s", (int)(strlen(source) - 2), source);
    (void)snprintf(path, sizeof path, "%s/%s", programs, stem);
    return copy(path, to, stem, 0755);
}

static bool stage_all(const char *sources, const char *programs, const char *to)
{
    struct dirent *entry;
    char path[1024];
    bool is_done = true;
    DIR *dir = opendir(sources);
    (void)snprintf(path, sizeof path, "%s/start", sources);
    bool has_start = access(path, R_OK) == 0;
    while (dir && is_done && (entry = readdir(dir))) {
        const char *name = entry->d_name, *dot = strrchr(name, '.');
        if (!is_source(name) || is_own(name))
            continue;
        (void)snprintf(path, sizeof path, "%s/%s", sources, name);
        is_done = copy(path, to, name, 0644);
        if (is_done && !has_start && dot && strcmp(dot, ".c") == 0)
            is_done = stage_program(programs, name, to);
    }
    if (dir)
        (void)closedir(dir); /* read only */
    return dir && is_done;
}

/* Where only the mount, not the mode, keeps others from writing. */
static bool lay_writable(const char *to)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/writable", to);
    if (mkdir(path, 0700) != 0 || chmod(path, 0777) != 0)
        return false;
    (void)snprintf(path, sizeof path, "%s/writable/file", to);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    return fd >= 0 && fchmod(fd, 0666) == 0 && close(fd) == 0;
}

/* A program that would have CAP_NET_RAW outside. Only root can give it that. */
static void lay_capable(const char *to)
{
    const struct vfs_cap_data raw = {
        .magic_etc = VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE,
        .data[0].permitted = 1u << CAP_NET_RAW,
    };
    char path[128];
    (void)snprintf(path, sizeof path, "%s/file_capability", to);
    (void)setxattr(path, "security.capability", &raw, sizeof raw, 0); /* not everywhere */
}

bool stage_make(const char *sources, const char *programs, char path[64])
{
    (void)snprintf(path, 64, "/tmp/podbox-probes-XXXXXX");
    if (!mkdtemp(path) || chmod(path, 0755) != 0 || !stage_all(sources, programs, path) ||
        !lay_writable(path)) {
        perror(sources);
        return false;
    }
    lay_capable(path);
    return true;
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

/* By status: a process that is not dumpable has a folder of root's. */
static bool is_survivor(const char *pid, uid_t uid, const char *name)
{
    char path[300], line[256], wanted[32];
    bool has_uid = false, has_name = !name;
    (void)snprintf(path, sizeof path, "/proc/%s/status", pid);
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    (void)snprintf(wanted, sizeof wanted, "Uid:\t%u\t", uid);
    while (fgets(line, sizeof line, file)) {
        has_uid = has_uid || strncmp(line, wanted, strlen(wanted)) == 0;
        has_name = has_name ||
                   (strncmp(line, "Name:\t", 6) == 0 && strncmp(line + 6, name, 15) == 0);
    }
    (void)fclose(file); /* read only */
    return has_uid && has_name;
}

int stage_survivors(uid_t uid, const char *name)
{
    DIR *dir = opendir("/proc");
    struct dirent *entry;
    int count = 0;
    while (dir && (entry = readdir(dir)))
        count += entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
                 is_survivor(entry->d_name, uid, name);
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
