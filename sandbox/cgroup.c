#include "cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "io.h"

static const char folder[] = "podbox";

/* Tasks leave a group a little after they were reaped: 2 s in all. */
enum { REMOVE_TRIES = 2000, REMOVE_PAUSE_NS = 1000000 };

enum { YOUNG_S = 2 };

static void clear(struct sb__cgroup *cg)
{
    *cg = (struct sb__cgroup){.kind = &sb__cgroup_none, .birth = -1};
    for (int i = 0; i < SB__CGROUP_PARTS; i++)
        cg->parent[i] = cg->group[i] = cg->join[i] = -1;
    for (int i = 0; i < SB__CGROUP_FILES; i++)
        cg->files[i] = -1;
}

/* Field 5 of a mountinfo line is the mount point; after " - " come type, source and
 * options, where v1 names its controllers. */
static bool line_matches(char *line, const char *controller, char **mount_point)
{
    char *tail = strstr(line, " - ");
    char *save = NULL;
    if (!tail)
        return false;
    *tail = '\0';
    char *type = strtok_r(tail + 3, " ", &save);
    (void)strtok_r(NULL, " ", &save);
    char *options = strtok_r(NULL, " ", &save);
    *mount_point = strtok_r(line, " ", &save);
    for (int i = 0; i < 4 && *mount_point; i++)
        *mount_point = strtok_r(NULL, " ", &save);
    if (!type || !*mount_point)
        return false;
    if (!controller)
        return strcmp(type, "cgroup2") == 0;
    if (strcmp(type, "cgroup") != 0 || !options)
        return false;
    for (char *o = strtok_r(options, ",", &save); o; o = strtok_r(NULL, ",", &save))
        if (strcmp(o, controller) == 0)
            return true;
    return false;
}

bool sb__cgroup_find(const char *mountinfo, const char *controller, char *path, size_t size)
{
    for (const char *next = mountinfo; *next;) {
        char line[1024];
        char *mount_point = NULL;
        size_t length = strcspn(next, "\n");
        const char *start = next;
        next += length + (next[length] == '\n');
        if (length >= sizeof line)
            continue; /* no cgroup mount has such a long line */
        memcpy(line, start, length);
        line[length] = '\0';
        if (line_matches(line, controller, &mount_point) && strlen(mount_point) < size) {
            memcpy(path, mount_point, strlen(mount_point) + 1);
            return true;
        }
    }
    return false;
}

static bool is_group_name(const char *name)
{
    return strncmp(name, "run-", 4) == 0;
}

/* A folder of this file system has a link for each folder in it, and two of its own. */
static bool has_groups(int base)
{
    struct stat st;
    return fstat(base, &st) != 0 || st.st_nlink != 2;
}

/* A group that another supervisor has just made is not locked yet. */
static bool is_young(int base, const char *name)
{
    struct stat st;
    struct timespec now;
    return fstatat(base, name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
           clock_gettime(CLOCK_REALTIME, &now) != 0 ||
           now.tv_sec - st.st_mtim.tv_sec < YOUNG_S;
}

/* Groups whose lock nobody holds: their supervisor is dead, and so are its tasks, which
 * died with it. One that still holds tasks stays (EBUSY) for the next sweep. */
static void sweep(int base)
{
    int fd = openat(base, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    struct dirent *entry;
    if (!dir) {
        sb__close(&fd);
        return;
    }
    while ((entry = readdir(dir))) {
        if (!is_group_name(entry->d_name) || is_young(base, entry->d_name))
            continue;
        SB__FD int group = openat(base, entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (group >= 0 && flock(group, LOCK_EX | LOCK_NB) == 0)
            (void)unlinkat(base, entry->d_name, AT_REMOVEDIR); /* EBUSY: see above */
    }
    (void)closedir(dir); /* read only */
}

/* A sweep of another supervisor may lock and remove the new group before it is locked
 * here: then it is gone, and is made again. */
static int make_locked(int base, const char *name)
{
    for (int tries = 0; tries < 16; tries++) {
        struct stat st;
        if (mkdirat(base, name, 0755) != 0 && errno != EEXIST)
            return -1;
        SB__FD int group = openat(base, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (group >= 0 && flock(group, LOCK_EX | LOCK_NB) == 0 &&
            fstatat(base, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
            return sb__steal(&group);
    }
    errno = EAGAIN;
    return -1;
}

bool sb__cgroup_make(struct sb__cgroup *cg, int part, const char *path,
                     struct sb_error *err)
{
    SB__FD int top = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (top < 0)
        return sb__fail_errno(err, SB_HOST, "cgroup '%s'", path);
    cg->parent[part] = openat(top, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (cg->parent[part] < 0 && errno == ENOENT) {
        if (mkdirat(top, folder, 0755) != 0 && errno != EEXIST)
            return sb__fail_errno(err, SB_HOST, "cannot make cgroup '%s/%s'", path, folder);
        cg->parent[part] = openat(top, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    }
    if (cg->parent[part] < 0)
        return sb__fail_errno(err, SB_HOST, "cgroup '%s/%s'", path, folder);
    if (has_groups(cg->parent[part]))
        sweep(cg->parent[part]);
    cg->group[part] = make_locked(cg->parent[part], cg->name);
    return cg->group[part] >= 0 ||
           sb__fail_errno(err, SB_HOST, "cannot make a cgroup in '%s/%s'", path, folder);
}

bool sb__cgroup_set(struct sb__cgroup *cg, int i, uint64_t limit, const char *none,
                    struct sb_error *err)
{
    char text[64];
    uint64_t back = 0;
    const char *file = cg->kind->files[i].name;
    if (snprintf(text, sizeof text, "%llu", (unsigned long long)limit) < 0)
        return sb__fail(err, SB_INTERNAL, "cannot print a limit");
    const char *value = limit ? text : none;
    if (pwrite(cg->files[i], value, strlen(value), 0) != (ssize_t)strlen(value))
        return sb__fail_errno(err, SB_HOST, "cannot write cgroup file '%s'", file);
    if (limit == 0)
        return true;
    if (sb__cgroup_get(cg, i, text, sizeof text) < 0)
        return sb__fail_errno(err, SB_HOST, "cannot read cgroup file '%s'", file);
    /* Memory is rounded down to whole pages. */
    if (!sb__parse_u64(text, &back) || back > limit || limit - back >= 65536)
        return sb__fail(err, SB_HOST, "cgroup file '%s' says %s after %llu was written",
                        file, text, (unsigned long long)limit);
    return true;
}

ssize_t sb__cgroup_get(const struct sb__cgroup *cg, int i, char *text, size_t size)
{
    ssize_t n = pread(cg->files[i], text, size - 1, 0);
    if (n >= 0)
        text[n] = '\0';
    return n;
}

bool sb__cgroup_get_u64(const struct sb__cgroup *cg, int i, uint64_t *value)
{
    char text[64];
    return sb__cgroup_get(cg, i, text, sizeof text) > 0 && sb__parse_u64(text, value);
}

static bool open_files(struct sb__cgroup *cg, struct sb_error *err)
{
    const struct sb__cgroup_file *files = cg->kind->files;
    for (int i = 0; files[i].name; i++) {
        cg->files[i] =
            openat(cg->group[files[i].part], files[i].name, files[i].flags | O_CLOEXEC);
        if (cg->files[i] < 0 && !files[i].may_lack)
            return sb__fail_errno(err, SB_HOST, "cgroup file '%s'", files[i].name);
    }
    return true;
}

static bool choose_name(struct sb__cgroup *cg, struct sb_error *err)
{
    uint64_t number;
    if (getrandom(&number, sizeof number, 0) != sizeof number ||
        snprintf(cg->name, sizeof cg->name, "run-%016llx", (unsigned long long)number) < 0)
        return sb__fail_errno(err, SB_HOST, "cannot name a cgroup");
    return true;
}

static void abandon(struct sb__cgroup *cg)
{
    struct sb_error ignored = {0};
    (void)sb__cgroup_close(cg, &ignored); /* the first error is the one to tell */
    cg->kind = &sb__cgroup_none;
}

static bool try_kind(struct sb__cgroup *cg, const struct sb__cgroup_kind *kind,
                     struct sb_error *err)
{
    cg->kind = kind;
    if (kind->open(cg, err) && open_files(cg, err))
        return true;
    abandon(cg);
    return false;
}

/* A controller is in one hierarchy only: where version 1 has the memory, version 2 cannot.
 * A line is "number:controllers:path"; the file is read in a fifth of the time that
 * mountinfo takes, and the init waits for this. */
static bool has_v1_memory(void)
{
    char text[4096];
    if (sb__read_file(AT_FDCWD, "/proc/self/cgroup", text, sizeof text) < 0)
        return false;
    for (char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        line += strspn(line, "0123456789");
        for (char *name = line; *name == ':' || *name == ',';) {
            size_t length = strcspn(++name, ",:\n");
            if (length == strlen("memory") && strncmp(name, "memory", length) == 0)
                return true;
            name += length;
            if (*name == ':')
                break; /* what follows is the path */
        }
    }
    return false;
}

bool sb__cgroup_open_v2(struct sb__cgroup *cg, struct sb_error *err)
{
    clear(cg);
    if (has_v1_memory())
        return sb__fail(err, SB_HOST, "memory is a controller of version 1");
    return choose_name(cg, err) && try_kind(cg, &sb__cgroup_v2, err);
}

bool sb__cgroup_open_v1(struct sb__cgroup *cg, struct sb_error *err)
{
    clear(cg);
    return choose_name(cg, err) && try_kind(cg, &sb__cgroup_v1, err);
}

/* What stands in for the kind's own open. */
static bool make_like(struct sb__cgroup *cg, const struct sb__cgroup *like,
                      struct sb_error *err)
{
    for (int i = 0; i < SB__CGROUP_PARTS && like->group[i] >= 0; i++) {
        cg->parent[i] = fcntl(like->parent[i], F_DUPFD_CLOEXEC, 0);
        if (cg->parent[i] >= 0)
            cg->group[i] = make_locked(cg->parent[i], cg->name);
        if (cg->group[i] >= 0 && like->join[i] >= 0)
            cg->join[i] = openat(cg->group[i], "tasks", O_WRONLY | O_CLOEXEC);
        if (cg->group[i] < 0 || (like->join[i] >= 0 && cg->join[i] < 0))
            return sb__fail_errno(err, SB_HOST, "cannot make a cgroup");
    }
    cg->birth = like->birth >= 0 ? cg->group[0] : -1;
    return true;
}

bool sb__cgroup_open_like(struct sb__cgroup *cg, const struct sb__cgroup *like,
                          struct sb_error *err)
{
    clear(cg);
    if (like->kind == &sb__cgroup_none)
        return true;
    cg->kind = like->kind;
    if (choose_name(cg, err) && make_like(cg, like, err) && open_files(cg, err))
        return true;
    abandon(cg);
    return false;
}

void sb__cgroup_open_none(struct sb__cgroup *cg)
{
    clear(cg);
}

bool sb__cgroup_join(const int *join, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (write(join[i], "0", 1) != 1)
            return false;
    return true;
}

void sb__cgroup_born(struct sb__cgroup *cg, pid_t init)
{
    cg->init = init;
}

bool sb__cgroup_begin(struct sb__cgroup *cg, const struct sb_limits *limits,
                      struct sb_error *err)
{
    cg->limits = *limits;
    cg->base = cg->seen = (struct sb__usage){0};
    if (cg->kind->limit && !cg->kind->limit(cg, err))
        return false;
    cg->counts_one_run = cg->kind->reset_peak && !cg->kind->reset_peak(cg);
    return cg->kind->read(cg, &cg->base, err);
}

/* The sum is exact; version 1 knows its parts by clock ticks, so they serve as a ratio. */
static void split_cpu(struct sb__usage *usage)
{
    uint64_t parts = usage->user_ns + usage->system_ns;
    if (parts == usage->cpu_ns)
        return;
    double share = parts > 0 ? (double)usage->user_ns / (double)parts : 1.0;
    usage->user_ns = (uint64_t)((double)usage->cpu_ns * share);
    if (usage->user_ns > usage->cpu_ns)
        usage->user_ns = usage->cpu_ns;
    usage->system_ns = usage->cpu_ns - usage->user_ns;
}

bool sb__cgroup_read(struct sb__cgroup *cg, struct sb__usage *usage, struct sb_error *err)
{
    const struct sb__usage *base = &cg->base;
    *usage = (struct sb__usage){0};
    if (!cg->kind->read(cg, usage, err))
        return false;
    usage->cpu_ns -= base->cpu_ns;
    usage->user_ns -= base->user_ns;
    usage->system_ns -= base->system_ns;
    usage->oom_kills -= base->oom_kills;
    usage->fork_failures -= base->fork_failures;
    split_cpu(usage);
    return true;
}

void sb__cgroup_kill(struct sb__cgroup *cg)
{
    if (cg->kind->kill)
        cg->kind->kill(cg);
}

static bool remove_group(int base, const char *name)
{
    for (int tries = 0; tries < REMOVE_TRIES; tries++) {
        struct timespec pause = {.tv_nsec = REMOVE_PAUSE_NS};
        if (unlinkat(base, name, AT_REMOVEDIR) == 0 || errno == ENOENT)
            return true;
        if (errno != EBUSY)
            return false;
        (void)nanosleep(&pause, NULL); /* cut short by a signal: one more try */
    }
    return false;
}

bool sb__cgroup_close(struct sb__cgroup *cg, struct sb_error *err)
{
    bool is_removed = true;
    for (int i = 0; i < SB__CGROUP_PARTS; i++) {
        if (cg->group[i] >= 0 && !remove_group(cg->parent[i], cg->name))
            is_removed =
                sb__fail_errno(err, SB_HOST, "cannot remove cgroup '%s'", cg->name);
        sb__close(&cg->group[i]);
        sb__close(&cg->parent[i]);
        sb__close(&cg->join[i]);
    }
    for (int i = 0; i < SB__CGROUP_FILES; i++)
        sb__close(&cg->files[i]);
    cg->birth = -1;
    return is_removed;
}
