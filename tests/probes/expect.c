#include "expect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "podbox.h"

/* The rest of a C comment that its first line does not end: lines " * key=value", or
 * " * |WORD|WORD" to go on with a list. */
static void load_rest(FILE *file, struct expect *expect)
{
    char line[256];
    while (!strstr(expect->line, "*/") && fgets(line, sizeof line, file) &&
           strncmp(line, " *", 2) == 0) {
        size_t used = strcspn(expect->line, "\n");
        const char *rest = line + 2 + strspn(line + 2, " ");
        (void)snprintf(expect->line + used, sizeof expect->line - used, "%s%s",
                       *rest == '|' ? "" : " ", line[2] == '/' ? line + 1 : rest);
    }
}

bool expect_load(struct expect *expect, const char *path)
{
    FILE *file = fopen(path, "re");
    char line[256];
    char *start = NULL;
    if (!file)
        return false;
    if (fgets(line, sizeof line, file))
        start = strstr(line, "expect:");
    *expect = (struct expect){.word = ""};
    if (start)
        (void)snprintf(expect->line, sizeof expect->line, "%s", start + strlen("expect:"));
    if (start && strncmp(line, "/*", 2) == 0)
        load_rest(file, expect);
    (void)fclose(file); /* read only */
    return start;
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
    for (const char *at = list; at; at = strpbrk(at, "|+,")) {
        at += *at == '|' || *at == '+' || *at == ',';
        if (strncmp(at, word, length) == 0 && strchr("|+,", at[length]))
            return true;
    }
    return false;
}

bool expect_word(const char *list, unsigned i, char word[64])
{
    for (; i > 0 && list; i--) {
        list = strchr(list, '|');
        list += list != NULL;
    }
    if (!list)
        return false;
    (void)snprintf(word, 64, "%.*s", (int)strcspn(list, "|"), list);
    return true;
}

bool expect_pick(const struct expect *whole, unsigned i, struct expect *one)
{
    char list[512], *brace;
    const char *at = whole->line;
    *one = *whole;
    if (!(at = strstr(at, " each=")))
        return i == 0;
    (void)snprintf(list, sizeof list, "%.*s", (int)strcspn(at + 6, " \n"), at + 6);
    if (!expect_word(list, i, one->word))
        return false;
    while ((brace = strstr(one->line, "{}"))) {
        char rest[sizeof one->line];
        (void)snprintf(rest, sizeof rest, "%s", brace + 2);
        (void)snprintf(brace, sizeof one->line - (size_t)(brace - one->line), "%s%s",
                       one->word, rest);
    }
    return true;
}

static bool is_layer(const char *word)
{
    for (unsigned bit = 1; bit & SB_LAYER_ALL; bit <<= 1)
        if (strcmp(word, sb_layer_name(bit)) == 0)
            return true;
    return false;
}

bool expect_left_out(const struct expect *expect, unsigned i, unsigned *layers,
                     char why[256])
{
    char list[128], set[64];
    *layers = 0;
    if (!expect_get(expect, "without", list))
        return i == 0;
    if (!expect_word(list, i, set))
        return false;
    for (unsigned bit = 1; bit & SB_LAYER_ALL; bit <<= 1)
        if (expect_has_word(set, sb_layer_name(bit)))
            *layers |= bit;
    char first[64];
    (void)snprintf(first, sizeof first, "%.*s", (int)strcspn(set, "+"), set);
    if (is_layer(first) || strcmp(set, "none") == 0)
        return true;
    (void)snprintf(why, 256, "without: there is no layer '%s'", set);
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
    char proc[128];
    if (expect_get(expect, "proc", proc))
        spec->proc = SB_PROC_PIDS;
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

/* Counters that must not lie below *_over or above *_under. */
static bool check_counters(const struct expect *expect, const struct sb_result *result,
                           char why[256])
{
    const struct {
        const char *name;
        uint64_t value;
        bool is_time;
    } counters[] = {{"cpu", result->cpu_ns, true},
                    {"wall", result->wall_ns, true},
                    {"peak", result->peak_memory_bytes, false}};
    for (size_t i = 0; i < sizeof counters / sizeof *counters; i++) {
        char over[16], under[16];
        uint64_t value = counters[i].value;
        (void)snprintf(over, sizeof over, "%s_over", counters[i].name);
        (void)snprintf(under, sizeof under, "%s_under", counters[i].name);
        bool is_time = counters[i].is_time;
        uint64_t least =
            is_time ? seconds(expect, over, 0) : expect_number(expect, over, 0);
        uint64_t most = is_time ? seconds(expect, under, 1e9)
                                : expect_number(expect, under, UINT64_MAX);
        if (value >= least && value <= most)
            continue;
        (void)snprintf(why, 256, "%s is %llu, expected %llu to %llu", counters[i].name,
                       (unsigned long long)value, (unsigned long long)least,
                       (unsigned long long)most);
        return false;
    }
    return true;
}

/* Only the first refused call has a name in the result. */
static bool check_refused(const struct expect *expect, const struct sb_result *result,
                          char why[256])
{
    char wanted[128];
    if (!expect_get(expect, "refused", wanted) || result->refused_count == 0 ||
        expect_has_word(wanted, result->refused.name))
        return true;
    (void)snprintf(why, 256, "%llu calls are refused, first %s, expected %.99s",
                   (unsigned long long)result->refused_count, result->refused.name, wanted);
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
    return check_refused(expect, result, why) && check_counters(expect, result, why);
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
