#include "expect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "podbox.h"

bool expect_load(struct expect *expect, const char *path)
{
    FILE *file = fopen(path, "re");
    char line[sizeof expect->line];
    char *start = NULL;
    if (!file)
        return false;
    if (fgets(line, sizeof line, file))
        start = strstr(line, "expect:");
    (void)fclose(file); /* read only */
    if (!start)
        return false;
    (void)snprintf(expect->line, sizeof expect->line, "%s", start + strlen("expect:"));
    return true;
}

bool expect_get(const struct expect *expect, const char *key, char value[128])
{
    size_t length = strlen(key);
    const char *at = expect->line;
    while ((at = strstr(at, key))) {
        if (at[length] == '=' && at[-1] == ' ') {
            size_t n = strcspn(at + length + 1, " \n");
            (void)snprintf(value, 128, "%.*s", (int)n, at + length + 1);
            return true;
        }
        at += length;
    }
    return false;
}

uint64_t expect_number(const struct expect *expect, const char *key, uint64_t fallback)
{
    char value[128], *end;
    if (!expect_get(expect, key, value))
        return fallback;
    uint64_t number = strtoull(value, &end, 10);
    return *end == 'm' ? number << 20 : number;
}

bool expect_has_word(const char *list, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = list; at; at = strpbrk(at, "|,")) {
        at += *at == '|' || *at == ',';
        if (strncmp(at, word, length) == 0 && strchr("|,", at[length]))
            return true;
    }
    return false;
}

static uint64_t seconds(const struct expect *expect, const char *key, double fallback)
{
    char value[128];
    double s = expect_get(expect, key, value) ? strtod(value, NULL) : fallback;
    return (uint64_t)(s * 1e9);
}

void expect_set_limits(const struct expect *expect, struct sb_spec *spec)
{
    struct sb_limits *limits = &spec->command.limits;
    limits->cpu_ns = seconds(expect, "cpu", 10);
    limits->wall_ns = seconds(expect, "wall", 20);
    limits->memory_bytes = expect_number(expect, "memory", 256u << 20);
    limits->file_bytes = expect_number(expect, "file", 64u << 20);
    limits->processes = expect_number(expect, "processes", 64);
    spec->tmp_bytes = expect_number(expect, "tmp", 16u << 20);
    spec->cpu = (int)expect_number(expect, "pin", UINT64_MAX);
    for (int i = 1; i < 3; i++)
        spec->command.streams[i].cap_bytes = expect_number(expect, "cap", 1u << 20);
}

static bool differs(char why[256], const char *key, const char *wanted, const char *got)
{
    (void)snprintf(why, 256, "%s is '%s', expected '%s'", key, got, wanted);
    return false;
}

static bool check_facts(const struct expect *expect, const struct sb_result *result,
                        char why[256])
{
    char wanted[128], got[16];
    (void)snprintf(got, sizeof got, "%d", result->exit_code);
    if (expect_get(expect, "exit", wanted) && strcmp(wanted, got) != 0)
        return differs(why, "exit", wanted, got);
    const char *signal = sigabbrev_np(result->signal);
    if (expect_get(expect, "signal", wanted) && (!signal || strcmp(wanted, signal) != 0))
        return differs(why, "signal", wanted, signal ? signal : "none");
    if (expect_get(expect, "call", wanted) &&
        !expect_has_word(wanted, result->refused.name))
        return differs(why, "call", wanted, result->refused.name);
    if (expect_get(expect, "idle", wanted) && !result->is_idle)
        return differs(why, "idle", wanted, "no");
    if (expect_get(expect, "cut", wanted) && !result->is_stream_cut[2])
        return differs(why, "cut", wanted, "none");
    return true;
}

bool expect_check(const struct expect *expect, const struct sb_result *result,
                  const char *output, char why[256])
{
    char wanted[128];
    const char *end = sb_end_name(result->end);
    if (expect_get(expect, "end", wanted) && !expect_has_word(wanted, end)) {
        (void)snprintf(
            why, 256, "end is %s (exit %d, signal %d, call %s), expected %.60s; %.60s", end,
            result->exit_code, result->signal, result->refused.name, wanted, output);
        return false;
    }
    if (!check_facts(expect, result, why)) {
        size_t used = strlen(why);
        (void)snprintf(why + used, 256 - used, "; %.99s", output);
        return false;
    }
    if (expect_get(expect, "stdout", wanted) && !strstr(output, wanted))
        return differs(why, "stdout", wanted, output);
    return true;
}
