#include "plan.h"

#include "doc.h"

#include <string.h>

const char *const recompute_names[RECOMPUTES] = {"none", "selective", "full"};

static bool read_recompute(const struct doc *doc, json_t *value, enum recompute *out)
{
    const char *name = json_string_value(json_object_get(value, "recompute"));
    for (int i = 0; name && i < RECOMPUTES; i++) {
        if (strcmp(name, recompute_names[i]) == 0) {
            *out = (enum recompute)i;
            return true;
        }
    }
    return task_fail(doc->err, doc->fault,
                     "\"recompute\" is none of none, selective, full");
}

static bool read_stage(const struct doc *doc, json_t *value, struct stage *stage)
{
    static const char *const keys[] = {
#define GROUP(key, low, high)
#define STAGE(key, low, high) #key,
#include "plan_field.def"
#undef STAGE
        "recompute", NULL};
#define STAGE(key, low, high)                                                              \
    &&doc_integer(doc, value, #key, (struct doc_range){low, high}, &stage->key)
    return doc_object(doc, value, keys)
#include "plan_field.def"
#undef STAGE
#undef GROUP
           && read_recompute(doc, value, &stage->recompute);
}

static bool read_group(const struct doc *doc, json_t *value, struct group *group)
{
    static const char *const keys[] = {
#define GROUP(key, low, high) #key,
#define STAGE(key, low, high)
#include "plan_field.def"
#undef GROUP
        "stages", NULL};
#define GROUP(key, low, high)                                                              \
    &&doc_integer(doc, value, #key, (struct doc_range){low, high}, &group->key)
    if (!(doc_object(doc, value, keys)
#include "plan_field.def"
              ))
        return false;
#undef STAGE
#undef GROUP
    json_t *stages = doc_array(doc, value, "stages", PLAN_STAGES);
    group->stage_count = (int)json_array_size(stages);
    for (int i = 0; i < group->stage_count; i++) {
        if (!read_stage(doc, json_array_get(stages, (size_t)i), &group->stages[i]))
            return task_wrap(doc->err, "stages[%d]", i);
    }
    return stages != NULL;
}

static bool read_plan(const struct doc *doc, json_t *root, struct plan *plan)
{
    static const char *const keys[] = {"zero1", "groups", NULL};
    if (!doc_object(doc, root, keys) || !doc_bool(doc, root, "zero1", &plan->zero1))
        return false;
    json_t *groups = doc_array(doc, root, "groups", PLAN_GROUPS);
    plan->group_count = (int)json_array_size(groups);
    for (int g = 0; g < plan->group_count; g++) {
        if (!read_group(doc, json_array_get(groups, (size_t)g), &plan->groups[g]))
            return task_wrap(doc->err, "groups[%d]", g);
    }
    return groups != NULL;
}

bool plan_parse(const char *bytes, size_t length, struct plan *plan, struct task_error *err)
{
    const struct doc doc = {TASK_ENTRY, err};
    memset(plan, 0, sizeof *plan);
    if (length > PLAN_BYTES)
        return task_fail(err, TASK_ENTRY, "has more than %d bytes", PLAN_BYTES);
    doc_auto json_t *root = doc_parse(&doc, bytes, length);
    return root && read_plan(&doc, root, plan);
}

static void print_stage(const struct stage *stage, struct task_buf *out)
{
    task_buf_printf(out, "{");
#define GROUP(key, low, high)
#define STAGE(key, low, high) task_buf_printf(out, "\"" #key "\":%d,", stage->key);
#include "plan_field.def"
#undef GROUP
#undef STAGE
    task_buf_printf(out, "\"recompute\":\"%s\"}", recompute_names[stage->recompute]);
}

static void print_group(const struct group *group, struct task_buf *out)
{
    task_buf_printf(out, "  {");
#define GROUP(key, low, high) task_buf_printf(out, "\"" #key "\":%d,", group->key);
#define STAGE(key, low, high)
#include "plan_field.def"
#undef GROUP
#undef STAGE
    task_buf_printf(out, "\"stages\":[");
    for (int i = 0; i < group->stage_count; i++) {
        task_buf_printf(out, i ? ",\n    " : "\n    ");
        print_stage(&group->stages[i], out);
    }
    task_buf_printf(out, "]}");
}

void plan_print(const struct plan *plan, struct task_buf *out)
{
    task_buf_printf(out, "{\"zero1\":%s,\"groups\":[", plan->zero1 ? "true" : "false");
    for (int g = 0; g < plan->group_count; g++) {
        task_buf_printf(out, g ? ",\n" : "\n");
        print_group(&plan->groups[g], out);
    }
    task_buf_printf(out, "]}\n");
}
