/* json.c: just enough JSON for files that the organizer wrote. A value is the text from its
 * first character on. */
#include "search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *skip_space(const char *at)
{
    return at + strspn(at, " \t\r\n");
}

/* What follows the value. */
static const char *skip_value(const char *at)
{
    int depth = 0;
    do {
        at = skip_space(at);
        if (*at == '"') {
            for (at++; *at && *at != '"'; at++)
                at += *at == '\\' && at[1];
            at += *at == '"';
        } else if (*at == '{' || *at == '[') {
            depth++;
            at++;
        } else if (*at == '}' || *at == ']') {
            depth--;
            at++;
        } else if (*at == ',' || *at == ':') {
            at++;
        } else {
            at += strcspn(at, " \t\r\n,:{}[]\"");
        }
    } while (*at && depth > 0);
    return skip_space(at);
}

/* The value of a key, or NULL. */
static const char *find(const char *object, const char *key)
{
    const size_t length = strlen(key);
    if (!object || *object != '{')
        return NULL;
    for (const char *at = skip_space(object + 1); *at == '"';) {
        const bool is_it = strncmp(at + 1, key, length) == 0 && at[1 + length] == '"';
        at = skip_value(at);
        const char *value = skip_space(at + (*at == ':'));
        if (is_it)
            return value;
        at = skip_value(value);
        at = skip_space(at + (*at == ','));
    }
    return NULL;
}

/* Element i, or NULL. */
static const char *element(const char *array, int i)
{
    if (!array || *array != '[')
        return NULL;
    const char *at = skip_space(array + 1);
    for (; i > 0 && *at && *at != ']'; i--) {
        at = skip_value(at);
        at = skip_space(at + (*at == ','));
    }
    return *at && *at != ']' ? at : NULL;
}

static double number(const char *object, const char *key)
{
    const char *value = find(object, key);
    return value ? strtod(value, NULL) : 0;
}

static void text(const char *object, const char *key, char *out, size_t size)
{
    const char *value = find(object, key);
    const size_t length = value && *value == '"' ? strcspn(value + 1, "\"") : 0;
    snprintf(out, size, "%.*s", (int)length, value ? value + 1 : "");
}

static void read_chip(const char *value, struct chip *chip)
{
    text(value, "name", chip->name, sizeof chip->name);
#define READ(key) chip->key = number(value, #key)
    READ(host);
    READ(peak);
    READ(mem);
    READ(hbm);
    READ(emax);
    READ(m0);
    READ(n0);
    READ(k0);
    READ(eb);
    READ(t0);
    READ(fa);
    READ(ia);
    READ(ib);
    READ(nic);
    READ(na);
    READ(sys);
#undef READ
}

static void read_pod(const char *value, int p, struct instance *in)
{
    char name[64];
    text(value, "chip", name, sizeof name);
    while (in->pod_chip[p] < in->chips - 1 &&
           strcmp(in->chip[in->pod_chip[p]].name, name) != 0)
        in->pod_chip[p]++;
    in->pod_region[p] = (int)number(value, "region");
    in->pod_size[p] = (int)(number(value, "hosts") * in->chip[in->pod_chip[p]].host);
}

static void read_wan(const char *wan, struct instance *in)
{
    const char *bandwidth = find(wan, "bandwidth"), *latency = find(wan, "latency");
    for (; in->regions < REGIONS && element(bandwidth, in->regions); in->regions++) {
        const char *fast = element(bandwidth, in->regions);
        const char *late = element(latency, in->regions);
        for (int j = 0; j < REGIONS && element(fast, j) && element(late, j); j++) {
            in->bandwidth[in->regions][j] = strtod(element(fast, j), NULL);
            in->latency[in->regions][j] = strtod(element(late, j), NULL);
        }
    }
}

static void read_model(const char *model, struct instance *in)
{
#define READ(key) in->key = number(model, #key)
    READ(layers);
    READ(hidden);
    READ(heads);
    READ(kv_heads);
    READ(ffn);
    READ(vocab);
    READ(seq);
#undef READ
    const char *gated = find(model, "gated");
    in->gated = gated && *gated == 't';
}

/* The whole file; the caller frees. */
static char *slurp(const char *folder, const char *name)
{
    char path[4096];
    char *bytes = calloc(1, (1 << 20) + 1);
    snprintf(path, sizeof path, "%s/%s", folder ? folder : ".", name);
    FILE *file = fopen(path, "r");
    if (file && bytes)
        (void)!fread(bytes, 1, 1 << 20, file);
    if (file)
        fclose(file);
    return bytes;
}

bool instance_read(struct instance *in)
{
    char *bytes = slurp(getenv("PODIUM_INPUT"), "instance.json");
    const char *root = bytes ? skip_space(bytes) : "";
    memset(in, 0, sizeof *in);
    read_model(find(root, "model"), in);
    in->batch = (int)number(root, "batch");
    in->grad_bytes = number(root, "grad_bytes");
    for (const char *at;
         in->chips < CHIPS && (at = element(find(root, "chips"), in->chips));)
        read_chip(at, &in->chip[in->chips++]);
    for (const char *at; in->pods < PODS && (at = element(find(root, "pods"), in->pods));)
        read_pod(at, in->pods++, in);
    read_wan(find(root, "wan"), in);
    free(bytes);
    return in->pods > 0 && in->chips > 0 && in->regions > 0 && in->layers > 0;
}

static void write_group(FILE *file, const struct group *g)
{
    fprintf(file, "{\"count\":%d,\"microbatch\":%d,\"microbatches\":%d,\"virtual\":%d,",
            g->count, g->microbatch, g->microbatches, g->virtual);
    fprintf(file, "\"stages\":[");
    for (int i = 0; i < g->stages; i++) {
        const struct stage *s = &g->stage[i];
        fprintf(file, "%s{\"pod\":%d,\"tp\":%d,\"layers\":%d,\"recompute\":\"%s\"}",
                i ? ",\n  " : "\n  ", s->pod, s->tp, s->layers,
                s->is_full ? "full" : "none");
    }
    fprintf(file, "]}");
}

bool plan_write(const struct plan *plan)
{
    char path[4096];
    const char *folder = getenv("PODIUM_OUTPUT");
    snprintf(path, sizeof path, "%s/plan.json", folder ? folder : ".");
    FILE *file = fopen(path, "w");
    if (!file)
        return false;
    fprintf(file, "{\"zero1\":true,\"groups\":[\n");
    for (int g = 0; g < plan->groups; g++) {
        fputs(g ? ",\n" : "", file);
        write_group(file, &plan->group[g]);
    }
    fprintf(file, "]}\n");
    return fclose(file) == 0;
}
