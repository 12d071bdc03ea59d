#include "problem.h"

#include "sdk/file.h"

#include <stdlib.h>
#include <string.h>

static const char schema[] = "podium.verilog/1";
static const char readme[] =
    "Write a Verilog module for each line of problems.jsonl to <id>.v in the output "
    "folder.\n"
    "\n"
    "problems.jsonl   id, module (its name), prompt (what it does), ports (name, "
    "direction,\n"
    "                 width in bits; \"clock\" marks the clock)\n"
    "examples.jsonl   problems of the same kinds that are not scored, with their first\n"
    "                 vectors: a line is the inputs but the clock, then the outputs "
    "before\n"
    "                 the rising edge, then, if there is a clock, after it; ports in "
    "order,\n"
    "                 most significant bit first, x where it does not matter\n"
    "\n"
    "Each file is compiled by Icarus Verilog (-g2012) and simulated. It may have modules "
    "of\n"
    "its own beside the one asked for. Not allowed: compiler directives (`timescale, "
    "`define),\n"
    "strings, escaped names, hierarchical names, attributes, system calls but $signed,\n"
    "$unsigned, $clog2 and $bits, real numbers, inout, and all words for verification\n"
    "(fork, force, wait, class, program, import and such). Comments are fine.\n";

enum { EXAMPLE_VECTORS = 12, REFERENCE_BYTES_MAX = 16 << 20 };

static json_t *ports_json(const struct vlog_face *face)
{
    json_t *ports = json_array();
    for (size_t i = 0; i < face->port_count; i++) {
        const struct vlog_port *port = &face->ports[i];
        json_t *one =
            json_pack("{s:s, s:s, s:i}", "name", port->name, "direction",
                      port->is_output ? "output" : "input", "width", (int)port->width);
        if ((int)i == face->clock)
            json_object_set_new(one, "clock", json_true());
        json_array_append_new(ports, one);
    }
    return ports;
}

static bool put_line(struct task_buf *out, json_t *value, struct task_error *err)
{
    char *text = value ? json_dumps(value, JSON_COMPACT | JSON_ENSURE_ASCII) : NULL;
    json_decref(value);
    if (!text)
        return task_fail(err, TASK_PACKAGE, "a prompt or name is not UTF-8");
    task_buf_append(out, text, strlen(text));
    task_buf_append(out, "\n", 1);
    free(text);
    return true;
}

static json_t *asked(const struct vlog_problem *problem, const char *prompt)
{
    return json_pack("{s:s, s:s, s:s, s:o}", "id", problem->id, "module",
                     problem->face.module, "prompt", prompt, "ports",
                     ports_json(&problem->face));
}

bool vlog_case_begin(struct vlog_case *c, const char *out, const char *name,
                     struct task_error *err)
{
    *c = (struct vlog_case){.folder = task_strf("%s/%s", out, name),
                            .references = json_array()};
    task_auto_free char *in = task_strf("%s/in", c->folder);
    task_auto_free char *ref = task_strf("%s/ref", c->folder);
    return task_dir_make(in, err) && task_dir_make(ref, err);
}

void vlog_case_release(struct vlog_case *c)
{
    task_buf_release(&c->problems);
    task_buf_release(&c->examples);
    json_decref(c->references);
    free(c->folder);
}

static bool is_passed_by_zeros(const struct vlog_vectors *vectors)
{
    return memchr(vectors->samples.data, '1', vectors->samples.length) == NULL;
}

bool vlog_case_add(struct vlog_case *c, const struct vlog_problem *problem,
                   const char *prompt, const struct vlog_vectors *vectors,
                   struct task_error *err)
{
    task_auto_buf struct task_buf text = TASK_BUF_INIT;
    task_auto_free char *path = task_strf("%s/ref/%s.txt", c->folder, problem->id);
    if (!vlog_is_id(problem->id))
        return task_fail(err, TASK_PACKAGE, "\"%s\" is no id", problem->id);
    if (!vlog_face_check(&problem->face, err))
        return task_wrap(err, "%s", problem->id);
    vlog_vectors_print(vectors, &problem->face, &text);
    c->count++;
    c->trivial += is_passed_by_zeros(vectors);
    json_array_append_new(c->references,
                          json_pack("{s:s, s:s, s:b, s:s, s:o}", "id", problem->id, "group",
                                    problem->group, "shifted", (int)problem->is_shifted,
                                    "module", problem->face.module, "ports",
                                    ports_json(&problem->face)));
    return put_line(&c->problems, asked(problem, prompt), err) &&
           task_file_write(path, text.data, text.length, err);
}

bool vlog_case_example(struct vlog_case *c, const struct vlog_problem *problem,
                       const char *prompt, const struct vlog_vectors *vectors,
                       struct task_error *err)
{
    task_auto_buf struct task_buf text = TASK_BUF_INIT;
    struct vlog_vectors few = *vectors;
    if (few.count > EXAMPLE_VECTORS)
        few.count = EXAMPLE_VECTORS;
    vlog_vectors_print(&few, &problem->face, &text);
    json_t *line = asked(problem, prompt), *list = json_array();
    for (char *at = text.data; at && *at; at = strchr(at, '\n') + 1)
        json_array_append_new(list, json_stringn(at, strcspn(at, "\n")));
    json_object_set_new(line, "family", json_string(problem->group));
    json_object_set_new(line, "vectors", list);
    return put_line(&c->examples, line, err);
}

bool vlog_case_end(struct vlog_case *c, struct task_error *err)
{
    const struct {
        const char *name;
        const char *text;
        size_t length;
    } files[] = {{"in/problems.jsonl", c->problems.data, c->problems.length},
                 {"in/examples.jsonl", c->examples.data, c->examples.length},
                 {"in/README.txt", readme, sizeof readme - 1}};
    if (c->count == 0)
        return task_fail(err, TASK_PACKAGE, "no problem for \"%s\"", c->folder);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        task_auto_free char *path = task_strf("%s/%s", c->folder, files[i].name);
        if (!task_file_write(path, files[i].text ? files[i].text : "", files[i].length,
                             err))
            return false;
    }
    task_auto_buf struct task_buf text = TASK_BUF_INIT;
    task_auto_free char *path = task_strf("%s/ref/reference.json", c->folder);
    double m0 = (double)c->trivial / (double)c->count;
    return put_line(&text,
                    json_pack("{s:s, s:f, s:O}", "schema", schema, "m0", m0, "problems",
                              c->references),
                    err) &&
           task_file_write(path, text.data, text.length, err);
}

bool vlog_is_id(const char *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789_-";
    size_t length = strlen(text);
    return length > 0 && length < VLOG_NAME && strspn(text, letters) == length;
}

static bool read_name(const json_t *from, const char *key, char *name,
                      struct task_error *err)
{
    const char *text = json_string_value(json_object_get(from, key));
    if (!text || !vlog_is_id(text))
        return task_fail(err, TASK_PACKAGE, "\"%s\" is no name", key);
    memcpy(name, text, strlen(text) + 1);
    return true;
}

static bool read_port(const json_t *from, struct vlog_face *face, struct task_error *err)
{
    struct vlog_port *port = &face->ports[face->port_count];
    const char *direction = json_string_value(json_object_get(from, "direction"));
    json_int_t width = json_integer_value(json_object_get(from, "width"));
    if (!read_name(from, "name", port->name, err))
        return false;
    if (!direction || width < 1 || width > VLOG_WIDTH_MAX)
        return task_fail(err, TASK_PACKAGE, "port \"%s\" has no direction or width",
                         port->name);
    port->is_output = strcmp(direction, "output") == 0;
    port->width = (unsigned)width;
    if (json_is_true(json_object_get(from, "clock")))
        face->clock = (int)face->port_count;
    face->port_count++;
    return true;
}

static bool read_problem(const json_t *from, struct vlog_problem *problem,
                         struct task_error *err)
{
    const json_t *ports = json_object_get(from, "ports");
    *problem = (struct vlog_problem){.face.clock = -1};
    problem->is_shifted = json_is_true(json_object_get(from, "shifted"));
    if (!read_name(from, "id", problem->id, err) ||
        !read_name(from, "group", problem->group, err) ||
        !read_name(from, "module", problem->face.module, err))
        return false;
    if (json_array_size(ports) > VLOG_PORTS)
        return task_fail(err, TASK_PACKAGE, "more than %d ports", VLOG_PORTS);
    for (size_t i = 0; i < json_array_size(ports); i++)
        if (!read_port(json_array_get(ports, i), &problem->face, err))
            return false;
    return vlog_face_check(&problem->face, err);
}

static bool read_reference(const json_t *root, struct vlog_reference *ref,
                           struct task_error *err)
{
    const json_t *list = json_object_get(root, "problems"),
                 *m0 = json_object_get(root, "m0");
    const char *found = json_string_value(json_object_get(root, "schema"));
    size_t count = json_array_size(list);
    if (!found || strcmp(found, schema) != 0 || !json_is_number(m0))
        return task_fail(err, TASK_PACKAGE, "no schema \"%s\" or no m0", schema);
    if (count == 0 || count > VLOG_PROBLEMS_MAX)
        return task_fail(err, TASK_PACKAGE, "%zu problems, not 1 to %d", count,
                         VLOG_PROBLEMS_MAX);
    ref->m0 = json_number_value(m0);
    ref->problems = task_alloc(count, sizeof *ref->problems);
    for (; ref->count < count; ref->count++)
        if (!read_problem(json_array_get(list, ref->count), &ref->problems[ref->count],
                          err))
            return task_wrap(err, "problem %zu", ref->count);
    return ref->m0 >= 0 && ref->m0 < 1
               ? true
               : task_fail(err, TASK_PACKAGE, "m0 is not in [0, 1)");
}

bool vlog_reference_load(const char *case_dir, struct vlog_reference *ref,
                         struct task_error *err)
{
    task_auto_buf struct task_buf text = TASK_BUF_INIT;
    task_auto_free char *path = task_strf("%s/ref/reference.json", case_dir);
    json_error_t problem;
    if (!task_file_read(path, REFERENCE_BYTES_MAX, &text, err))
        return false;
    json_t *root = json_loadb(text.data ? text.data : "", text.length,
                              JSON_REJECT_DUPLICATES, &problem);
    bool done = root ? read_reference(root, ref, err)
                     : task_fail(err, TASK_PACKAGE, "%s", problem.text);
    json_decref(root);
    return done || task_wrap(err, "%s", path);
}

void vlog_reference_release(struct vlog_reference *ref)
{
    free(ref->problems);
    *ref = (struct vlog_reference){0};
}

bool vlog_reference_vectors(const char *case_dir, const struct vlog_problem *problem,
                            struct vlog_vectors *vectors, struct task_error *err)
{
    task_auto_buf struct task_buf text = TASK_BUF_INIT;
    task_auto_free char *path = task_strf("%s/ref/%s.txt", case_dir, problem->id);
    return task_file_read(path, REFERENCE_BYTES_MAX, &text, err) &&
           (vlog_vectors_parse(text.data ? text.data : "", text.length, &problem->face,
                               vectors, err) ||
            task_wrap(err, "%s", path));
}
