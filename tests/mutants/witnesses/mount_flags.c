/* expect: end=exit exit=0 */
/* ATTACKS 33, 101, 120: every mount is nosuid, nodev but for the device nodes, and
 * read-only but for the three that are meant to be written. */
#include "../../probes/probe.h"

/* The options of the mount, field 6, hold this word. */
static int has(const char *options, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = options; (at = strstr(at, word)); at += length)
        if ((at == options || at[-1] == ',') && (at[length] == ',' || !at[length]))
            return 1;
    return 0;
}

static int is_one_of(const char *path, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(path, *list) == 0)
            return 1;
    return 0;
}

int main(void)
{
    static const char *const writable[] = {"/tmp", "/dev/shm", "/out", NULL};
    static const char *const devices[] = {"/dev/null",   "/dev/zero",    "/dev/full",
                                          "/dev/random", "/dev/urandom", NULL};
    static char line[4096], path[1024], options[1024];
    FILE *file = fopen("/proc/self/mountinfo", "r");
    int count = 0;
    while (file && fgets(line, sizeof line, file)) {
        if (sscanf(line, "%*s %*s %*s %*s %1023s %1023s", path, options) != 2)
            return 2;
        int is_device = is_one_of(path, devices) || strncmp(path, "/proc/", 6) == 0;
        if (!has(options, "nosuid") || (!is_device && !has(options, "nodev")))
            HOLE("%s is %s", path, options);
        if (!is_one_of(path, writable) && !has(options, "ro"))
            HOLE("%s is %s", path, options);
        if (strcmp(path, "/proc") == 0 && !has(options, "noexec"))
            HOLE("%s is %s", path, options);
        count++;
    }
    return count > 8 ? 0 : 3;
}
