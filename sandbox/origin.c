#include "origin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A guest may have 65,530 mappings, and its supervisor has other things to do. Runtimes
 * have up to about two thousand. */
enum { MAX_BYTES = 1 << 20 };

/* One line of maps: "start-end mode offset device inode   path", numbers in base 16. */
struct mapping {
    uint64_t start, end, offset;
    char *path;
};

static char *skip_word(char *at)
{
    at += strcspn(at, " \n");
    return at + strspn(at, " ");
}

static bool parse(char *line, struct mapping *mapping)
{
    char *rest;
    mapping->start = strtoull(line, &rest, 16);
    if (*rest != '-')
        return false;
    mapping->end = strtoull(rest + 1, &rest, 16);
    if (*rest != ' ')
        return false;
    rest = skip_word(rest + 1);
    mapping->offset = strtoull(rest, &rest, 16);
    if (*rest != ' ')
        return false;
    mapping->path = skip_word(skip_word(rest + 1)); /* device, inode */
    mapping->path[strcspn(mapping->path, "\n")] = '\0';
    return true;
}

/* The file's own name, without the folders and without what the kernel adds. */
static void take_name(char *module, size_t size, char *path)
{
    static const char deleted[] = " (deleted)";
    size_t length = strlen(path);
    if (length >= sizeof deleted &&
        strcmp(path + length - (sizeof deleted - 1), deleted) == 0)
        path[length - (sizeof deleted - 1)] = '\0';
    char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    if (snprintf(module, size, "%s", *name ? name : "[anon]") < 0)
        module[0] = '\0';
    for (char *c = module; *c; c++)
        if (*c < ' ' || *c > '~')
            *c = '?'; /* it goes into JSON and onto terminals */
}

void sb__origin(pid_t pid, struct sb_refused *refused)
{
    char path[64], *line = NULL;
    size_t size = 0;
    struct mapping mapping;
    refused->module[0] = '\0';
    refused->module_offset = 0;
    FILE *maps = snprintf(path, sizeof path, "/proc/%d/maps", (int)pid) > 0
                     ? fopen(path, "re")
                     : NULL;
    if (!maps)
        return;
    ssize_t length;
    for (size_t sum = 0; sum < MAX_BYTES && (length = getline(&line, &size, maps)) > 0;
         sum += (size_t)length) {
        if (!parse(line, &mapping) || refused->pc < mapping.start ||
            refused->pc >= mapping.end)
            continue;
        take_name(refused->module, sizeof refused->module, mapping.path);
        refused->module_offset = refused->pc - mapping.start + mapping.offset;
        break;
    }
    free(line);
    (void)fclose(maps); /* read only */
}
