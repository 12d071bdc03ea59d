#include "package.h"

#include "doc.h"
#include "draw.h"
#include "planner.h"
#include "sdk/file.h"

#include <math.h>
#include <string.h>

enum { REFERENCE_BYTES = 4096, EVALUATOR_BYTES = 1 << 20 };

/* Relative to the task's folder. */
static const char EVALUATOR[] = "data/evaluator.py";

static const char README[] =
    "llmtrain: train one language model on a fleet of chips in several places.\n"
    "\n"
    "instance.json  model, batch, chips, pods and the network between regions\n"
    "trivial.json   a plan that is feasible and worth 0 points\n"
    "evaluator.py   time and memory of a plan: evaluator.evaluate(instance, plan)\n"
    "\n"
    "Write plan.json to PODIUM_OUTPUT: pipelines (groups of count equal ones), each a "
    "list\n"
    "of stages of tp chips in one host of a pod. The task's README.md has every rule and\n"
    "formula; `llmtrain evaluate instance.json plan.json` prints what the scorer sees.\n";

static bool write_file(const char *folder, const char *name, const char *bytes,
                       size_t length, struct task_error *err)
{
    task_auto_free char *path = task_strf("%s/%s", folder, name);
    return task_file_write(path, bytes, length, err);
}

static bool write_input(const char *folder, const struct instance *instance,
                        const struct plan *trivial, struct task_error *err)
{
    task_auto_buf struct task_buf text = TASK_BUF_INIT;
    task_auto_buf struct task_buf plan = TASK_BUF_INIT;
    task_auto_buf struct task_buf evaluator = TASK_BUF_INIT;
    instance_print(instance, &text);
    plan_print(trivial, &plan);
    return task_dir_make(folder, err) &&
           task_file_read(EVALUATOR, EVALUATOR_BYTES, &evaluator, err) &&
           write_file(folder, "instance.json", text.data, text.length, err) &&
           write_file(folder, "trivial.json", plan.data, plan.length, err) &&
           write_file(folder, "evaluator.py", evaluator.data, evaluator.length, err) &&
           write_file(folder, "README.txt", README, sizeof README - 1, err);
}

static bool write_reference(const char *folder, const struct reference *reference,
                            struct task_error *err)
{
    task_auto_free char *text =
        task_strf("{\"group\":\"%s\",\"trivial_s\":%.17g,\"bound_s\":%.17g}\n",
                  reference->group, reference->trivial_s, reference->bound_s);
    return task_dir_make(folder, err) &&
           write_file(folder, "reference.json", text, strlen(text), err);
}

bool package_write(const char *out, const struct instance *instance, const char *group,
                   struct task_error *err)
{
    task_auto_free char *input = task_strf("%s/llmtrain-%s/in", out, instance->name);
    task_auto_free char *hidden = task_strf("%s/llmtrain-%s/ref", out, instance->name);
    struct plan trivial;
    struct reference reference = {.bound_s = planner_bound(instance)};
    memcpy(reference.group, group, strnlen(group, INSTANCE_NAME - 1));
    if (!planner_trivial(instance, &trivial, &reference.trivial_s))
        return task_fail(err, TASK_PACKAGE,
                         "instance \"%s\": the trivial planner finds no feasible plan",
                         instance->name);
    if (reference.trivial_s <= reference.bound_s)
        return task_fail(err, TASK_PACKAGE,
                         "instance \"%s\": the trivial plan takes %g s, no longer than the "
                         "bound of %g s",
                         instance->name, reference.trivial_s, reference.bound_s);
    return write_input(input, instance, &trivial, err) &&
           write_reference(hidden, &reference, err);
}

static bool read_reference(const struct doc *doc, json_t *root, struct reference *reference)
{
    static const char *const keys[] = {"group", "trivial_s", "bound_s", NULL};
    const struct doc_range seconds = {1e-12, 1e15};
    const char *group = NULL;
    if (!doc_object(doc, root, keys) ||
        !(group = doc_text(doc, root, "group", INSTANCE_NAME - 1)) ||
        !doc_number(doc, root, "trivial_s", seconds, &reference->trivial_s) ||
        !doc_number(doc, root, "bound_s", seconds, &reference->bound_s))
        return false;
    memcpy(reference->group, group, strlen(group) + 1);
    return reference->trivial_s > reference->bound_s ||
           task_fail(doc->err, doc->fault, "trivial_s is not above bound_s");
}

bool package_load(const char *case_dir, struct instance *instance,
                  struct reference *reference, struct task_error *err)
{
    const struct doc doc = {TASK_PACKAGE, err};
    task_auto_free char *input = task_strf("%s/in/instance.json", case_dir);
    task_auto_free char *hidden = task_strf("%s/ref/reference.json", case_dir);
    task_auto_buf struct task_buf bytes = TASK_BUF_INIT;
    if (!instance_load(input, instance, err) ||
        !task_file_read(hidden, REFERENCE_BYTES, &bytes, err))
        return false;
    doc_auto json_t *root = doc_parse(&doc, bytes.length ? bytes.data : "", bytes.length);
    return (root && read_reference(&doc, root, reference)) ||
           task_wrap(err, "\"%s\"", hidden);
}

bool package_generate(const struct task_generate *job, struct task_error *err)
{
    for (int kind = 0; kind < DRAW_CLASSES; kind++) {
        for (int i = 0; i < DRAW_EACH; i++) {
            struct instance instance;
            if (!draw_instance(job, kind, i, &instance, err) ||
                !package_write(job->out, &instance, draw_class_name(kind), err))
                return false;
        }
    }
    return true;
}
