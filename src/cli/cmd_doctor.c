#include "cmd.h"

#include "base/fs.h"
#include "base/json.h"
#include "engine/executor.h"
#include "engine/noise.h"
#include "engine/place.h"
#include "opt.h"
#include "podbox.h"

#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

static const struct argp ARGP = {
    .parser = opt_parse_alone,
    .doc =
        "Try each layer of the sandbox for real, look for what entries and tasks need, and "
        "name what makes times differ."
        "\vExit status 0: everything is here; 3: something is missing, each named with "
        "what to do. Noise is no failure.",
    .children = opt_children,
};

/* What sample entries and most participants use. */
static const struct {
    const char *path;
    const char *need;
} TOOLS[] = {
    {"/usr/bin/cc", "entries in C build with it: apt-get install gcc"},
    {"/usr/bin/make", "entries in C build with it: apt-get install make"},
    {"/usr/bin/python3", "entries in Python run on it: apt-get install python3"},
};

enum { TOOL_COUNT = sizeof TOOLS / sizeof TOOLS[0], NOISE_WINDOW_MS = 500 };

static unsigned all_layers(void)
{
    return (SB_LAYER_CGROUP << 1) - 1;
}

static json_t *check_layers(unsigned layers)
{
    json_t *object = json_object();
    for (unsigned bit = SB_LAYER_NAMESPACES; bit <= SB_LAYER_CGROUP; bit <<= 1)
        json_object_set_new(object, sb_layer_name(bit), json_boolean(layers & bit));
    return object;
}

static json_t *check_tools(bool *is_complete)
{
    json_t *object = json_object();
    for (size_t i = 0; i < TOOL_COUNT; i++) {
        bool is_there = access(TOOLS[i].path, X_OK) == 0;
        *is_complete &= is_there;
        json_object_set_new(object, TOOLS[i].path, json_boolean(is_there));
    }
    return object;
}

static json_t *check_noise(void)
{
    struct noise noise;
    json_t *lines = json_array();
    noise_look("", NOISE_WINDOW_MS, &noise);
    for (size_t i = 0; i < noise.count; i++) {
        const struct noise_line *line = &noise.lines[i];
        json_array_append_new(
            lines, json_pack("{s:s, s:b, s:s, s:s*}", "source", line->source, "is_quiet",
                             line->is_quiet, "found", line->found, "advice", line->advice));
    }
    noise_release(&noise);
    return lines;
}

static json_t *check_host(const struct place *place)
{
    struct utsname host;
    struct statvfs disk;
    size_t cpus = 0;
    free(executor_cpus(&cpus));
    memset(&host, 0, sizeof host);
    memset(&disk, 0, sizeof disk);
    (void)uname(&host);
    (void)statvfs(place->work, &disk);
    double free_gib = (double)disk.f_bavail * (double)disk.f_frsize / (1 << 30);
    return json_pack("{s:s, s:I, s:b, s:f}", "kernel", host.release, "processors",
                     (json_int_t)cpus, "is_root", geteuid() == 0, "work_free_gib",
                     free_gib);
}

static void print_text(json_t *all, const char *lines)
{
    json_t *host = json_object_get(all, "host");
    printf("kernel %s, %lld processors, %s, %.1f GiB free in the working folder\n\n",
           json_string_value(json_object_get(host, "kernel")),
           (long long)json_integer_value(json_object_get(host, "processors")),
           json_is_true(json_object_get(host, "is_root")) ? "root" : "not root",
           json_real_value(json_object_get(host, "work_free_gib")));
    fputs(lines, stdout);
    putchar('\n');
    for (size_t i = 0; i < TOOL_COUNT; i++) {
        bool is_there =
            json_is_true(json_object_get(json_object_get(all, "tools"), TOOLS[i].path));
        printf("%-18s %s%s%s\n", TOOLS[i].path, is_there ? "yes" : "no",
               is_there ? "" : ": ", is_there ? "" : TOOLS[i].need);
    }
}

static void print_noise(const json_t *lines)
{
    size_t index;
    json_t *line;
    printf("\nnoise in times:\n");
    json_array_foreach (lines, index, line) {
        const char *advice = json_string_value(json_object_get(line, "advice"));
        printf("%-10s %-5s %s%s%s\n", json_string_value(json_object_get(line, "source")),
               advice ? "look" : "ok", json_string_value(json_object_get(line, "found")),
               advice ? ": " : "", advice ? advice : "");
    }
}

static bool examine(const struct opt *opt, int *status, struct pod_error *err)
{
    struct place place;
    bool done = place_init(&place, opt->tasks, opt->work, err);
    if (!done) {
        place_release(&place);
        return false;
    }
    char *lines = NULL;
    size_t length = 0;
    FILE *memory = open_memstream(&lines, &length);
    if (memory == NULL) {
        place_release(&place);
        return pod_fail_errno(err, POD_HOST, "cannot open a memory stream");
    }
    unsigned layers = sb_doctor(memory);
    if (fclose(memory) != 0) {
        place_release(&place);
        return pod_fail_errno(err, POD_HOST, "cannot write to a memory stream");
    }
    bool is_complete = (layers | opt->waived) == all_layers();
    pod_auto_json json_t *all =
        json_pack("{s:s, s:o, s:o, s:o, s:o}", "schema", "podium.doctor/1", "host",
                  check_host(&place), "layers", check_layers(layers), "tools",
                  check_tools(&is_complete), "noise", check_noise());
    place_release(&place);
    *status = is_complete ? 0 : pod_exit_status(POD_HOST);
    if (opt->is_json) {
        pod_auto_free char *text = pod_json_print(all);
        fputs(text, stdout);
    } else {
        print_text(all, lines);
        print_noise(json_object_get(all, "noise"));
    }
    free(lines);
    return true;
}

bool cmd_doctor(int argc, char **argv, int *status, struct pod_error *err)
{
    struct opt opt = {.tasks = NULL};
    opt_parse(&ARGP, argc, argv, &opt);
    return examine(&opt, status, err);
}
