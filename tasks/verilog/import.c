#include "import.h"

#include "derive.h"
#include "header.h"
#include "problem.h"

#include "sdk/file.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* VerilogEval v1: data/VerilogEval_NAME.jsonl with task_id, prompt (the header) and
 * canonical_solution, descriptions/VerilogDescription_NAME.jsonl with task_id and
 * detail_description. v2: folders of PROBLEM_prompt.txt and PROBLEM_ref.sv. */
enum { FILE_BYTES_MAX = 64 << 20, CASE_NAME_MAX = 36 };

/* One problem of the data set. */
struct given {
    const char *id;
    const char *prompt;
    const char *text;   /* Verilog that solves it */
    const char *module; /* its name in text */
    const char *asked;  /* the name that an entry must use */
};

/* An import at work. */
struct importing {
    struct vlog_simulator sim;
    struct vlog_case c;
    size_t left_out;
};

/* False: not this one, and why is in err as TASK_ENTRY or TASK_PACKAGE. */
static bool add_given(struct importing *im, const struct given *given,
                      struct task_error *err)
{
    struct vlog_problem problem = {.is_shifted = false};
    vlog_auto_vectors struct vlog_vectors vectors = VLOG_VECTORS_INIT;
    if (!vlog_is_id(given->id))
        return task_fail(err, TASK_PACKAGE, "this is no id");
    memcpy(problem.id, given->id, strlen(given->id) + 1);
    if (!vlog_header_read(given->text, strlen(given->text), given->module, &problem.face,
                          err))
        return false;
    const char *group = problem.face.clock < 0 ? "combinational" : "clocked";
    memcpy(problem.group, group, strlen(group) + 1);
    const struct vlog_module module = {&problem.face, given->text, strlen(given->text)};
    im->sim.cpu_s = 0; /* the data set is nobody's entry: no common budget */
    if (!vlog_derive(&im->sim, &module, given->id, &vectors, err))
        return false;
    memcpy(problem.face.module, given->asked, strlen(given->asked) + 1);
    return vlog_case_add(&im->c, &problem, given->prompt, &vectors, err);
}

/* What cannot be used is left out with a line. */
static bool add(struct importing *im, const struct given *given, struct task_error *err)
{
    struct task_error reason = TASK_ERROR_INIT;
    if (add_given(im, given, &reason))
        return true;
    if (reason.fault == TASK_HOST)
        return task_fail(err, TASK_HOST, "%s", reason.message);
    im->left_out++;
    (void)fprintf(stderr, "verilog: \"%s\" is left out: %s\n", given->id, reason.message);
    return true;
}

static bool end_case(struct importing *im, struct task_error *err)
{
    (void)fprintf(stderr, "verilog: %s: %zu problems, %zu left out\n", im->c.folder,
                  im->c.count, im->left_out);
    return vlog_case_end(&im->c, err);
}

/* "Human" and "Human_first20" become verilog-human and verilog-human-first20. */
static bool begin_case(struct importing *im, const char *out, const char *name,
                       struct task_error *err)
{
    char clean[CASE_NAME_MAX + 1] = "verilog-";
    size_t at = strlen(clean);
    for (; *name && at < CASE_NAME_MAX; name++) {
        char c = (char)tolower((unsigned char)*name);
        clean[at++] = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '-';
    }
    im->left_out = 0;
    return vlog_case_begin(&im->c, out, clean, err);
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

/* An array of the lines' objects; NULL with an error. */
static json_t *read_lines(const char *path, struct task_error *err)
{
    task_auto_buf struct task_buf text = TASK_BUF_INIT;
    if (!task_file_read(path, FILE_BYTES_MAX, &text, err))
        return NULL;
    json_t *lines = json_array();
    size_t number = 0;
    for (char *at = text.data; at && *at; number++) {
        json_error_t problem;
        size_t length = strcspn(at, "\n");
        json_t *line = length ? json_loadb(at, length, 0, &problem) : NULL;
        if (length && !json_is_object(line)) {
            (void)task_fail(err, TASK_PACKAGE, "%s: line %zu is no JSON object", path,
                            number + 1);
            json_decref(line);
            json_decref(lines);
            return NULL;
        }
        if (line)
            json_array_append_new(lines, line);
        at += length + (at[length] == '\n');
    }
    return lines;
}

static const char *description_of(const json_t *descriptions, const char *id)
{
    for (size_t i = 0; i < json_array_size(descriptions); i++) {
        const json_t *one = json_array_get(descriptions, i);
        if (strcmp(text_of(one, "task_id"), id) == 0)
            return text_of(one, "detail_description");
    }
    return "";
}

static bool add_line(struct importing *im, const json_t *line, const json_t *descriptions,
                     struct task_error *err)
{
    const char *id = text_of(line, "task_id"), *header = text_of(line, "prompt");
    task_auto_free char *text =
        task_strf("%s%s", header, text_of(line, "canonical_solution"));
    task_auto_free char *prompt =
        task_strf("%s\n\n%s", description_of(descriptions, id), header);
    return add(im, &(struct given){id, prompt, text, "top_module", "top_module"}, err);
}

static bool import_lines(const struct task_import *job, const char *path,
                         const char *descriptions_path, struct task_error *err)
{
    struct importing im = {.left_out = 0};
    const char *name = strstr(strrchr(path, '/'), "Eval_") + strlen("Eval_");
    task_auto_free char *case_name = task_strf("%.*s", (int)strcspn(name, "."), name);
    json_t *lines = read_lines(path, err);
    json_t *descriptions =
        lines && descriptions_path ? read_lines(descriptions_path, err) : NULL;
    bool done = lines && (descriptions || !descriptions_path) &&
                vlog_simulator_init(&im.sim, err) &&
                begin_case(&im, job->out, case_name, err);
    for (size_t i = 0; done && i < json_array_size(lines); i++)
        done = add_line(&im, json_array_get(lines, i), descriptions, err);
    done = done && end_case(&im, err);
    vlog_case_release(&im.c);
    vlog_simulator_release(&im.sim);
    json_decref(descriptions);
    json_decref(lines);
    return done;
}

/* All VerilogEval_*.jsonl of a folder, with descriptions beside them or in ../descriptions.
 */
static bool import_v1(const struct task_import *job, const char *folder, size_t *count,
                      struct task_error *err)
{
    task_auto_names struct task_names names = TASK_NAMES_INIT;
    if (!task_dir_exists(folder))
        return true;
    if (!task_dir_list(folder, ".jsonl", &names, err))
        return false;
    for (size_t i = 0; i < names.count; i++) {
        const char *name = names.items[i], *rest = strchr(name, '_');
        if (strncmp(name, "VerilogEval_", 12) != 0)
            continue;
        task_auto_free char *path = task_strf("%s/%s", folder, name);
        task_auto_free char *beside = task_strf("%s/VerilogDescription%s", folder, rest);
        task_auto_free char *apart =
            task_strf("%s/../descriptions/VerilogDescription%s", folder, rest);
        const char *found = access(beside, R_OK) == 0  ? beside
                            : access(apart, R_OK) == 0 ? apart
                                                       : NULL;
        (*count)++;
        if (!import_lines(job, path, found, err))
            return false;
    }
    return true;
}

static bool add_files(struct importing *im, const char *folder, const char *prompt_name,
                      struct task_error *err)
{
    static const char suffix[] = "_prompt.txt";
    task_auto_buf struct task_buf prompt = TASK_BUF_INIT, text = TASK_BUF_INIT;
    task_auto_free char *id =
        task_strf("%.*s", (int)(strlen(prompt_name) - strlen(suffix)), prompt_name);
    task_auto_free char *prompt_path = task_strf("%s/%s", folder, prompt_name);
    task_auto_free char *text_path = task_strf("%s/%s_ref.sv", folder, id);
    if (!task_file_read(prompt_path, FILE_BYTES_MAX, &prompt, err) ||
        !task_file_read(text_path, FILE_BYTES_MAX, &text, err))
        return false;
    if (prompt.length == 0 || text.length == 0)
        return task_fail(err, TASK_PACKAGE, "%s: an empty prompt or reference", id);
    return add(im, &(struct given){id, prompt.data, text.data, "RefModule", "TopModule"},
               err);
}

static bool import_v2(const struct task_import *job, const char *name, size_t *count,
                      struct task_error *err)
{
    struct importing im = {.left_out = 0};
    task_auto_names struct task_names names = TASK_NAMES_INIT;
    task_auto_free char *folder = task_strf("%s/dataset_%s", job->source, name);
    if (!task_dir_exists(folder))
        return true;
    (*count)++;
    bool done = task_dir_list(folder, "_prompt.txt", &names, err) &&
                vlog_simulator_init(&im.sim, err) && begin_case(&im, job->out, name, err);
    for (size_t i = 0; done && i < names.count; i++)
        done = add_files(&im, folder, names.items[i], err);
    done = done && end_case(&im, err);
    vlog_case_release(&im.c);
    vlog_simulator_release(&im.sim);
    return done;
}

bool vlog_import(const struct task_import *job, struct task_error *err)
{
    size_t count = 0;
    task_auto_free char *data = task_strf("%s/data", job->source);
    if (strcmp(job->format, "verilogeval") != 0)
        return task_fail(err, TASK_USAGE, "unknown format \"%s\": only verilogeval",
                         job->format);
    if (!import_v1(job, job->source, &count, err) || !import_v1(job, data, &count, err) ||
        !import_v2(job, "spec-to-rtl", &count, err) ||
        !import_v2(job, "code-complete-iccad2023", &count, err))
        return false;
    return count > 0 ||
           task_fail(err, TASK_USAGE,
                     "\"%s\" has no VerilogEval_*.jsonl, data, or dataset_*", job->source);
}
