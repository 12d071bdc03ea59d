/* import_model of import.h: Hugging Face's config.json, and training.json. */
#include "import.h"

#include "sdk/file.h"

#include <string.h>
#include <unistd.h>

enum { BATCH = 1024, SEQUENCE = 4096 };

/* The names under which configurations have a number; the first that is there counts. */
static const char *const hidden_keys[] = {"hidden_size", "n_embd", "d_model", NULL};
static const char *const layer_keys[] = {"num_hidden_layers", "n_layer", NULL};
static const char *const head_keys[] = {"num_attention_heads", "n_head", NULL};
static const char *const kv_keys[] = {"num_key_value_heads", NULL};
static const char *const ffn_keys[] = {"intermediate_size", "n_inner", "ffn_dim", NULL};
static const char *const vocab_keys[] = {"vocab_size", NULL};
static const char *const sequence_keys[] = {"max_position_embeddings", "n_positions",
                                            "n_ctx", NULL};

/* missing: the value where no key is there, or where it is null; 0: that is a fault. */
static bool read_number(const struct doc *doc, const json_t *root, const char *const *keys,
                        int missing, int *number)
{
    const char *found = NULL;
    for (const char *const *key = keys; !found && *key; key++) {
        const json_t *value = json_object_get(root, *key);
        if (value && !json_is_null(value))
            found = *key;
    }
    if (found)
        return doc_integer(doc, root, found, (struct doc_range){1, 1 << 24}, number);
    *number = missing;
    return missing > 0 || task_fail(doc->err, doc->fault, "no key \"%s\"", keys[0]);
}

/* Families whose feed-forward part has a gate whatever their activation function is. */
static bool is_gated(const json_t *root)
{
    static const char *const families[] = {"llama",  "mistral", "qwen2", "gemma",
                                           "gemma2", "phi3",    NULL};
    const char *type = json_string_value(json_object_get(root, "model_type"));
    const char *function = json_string_value(json_object_get(root, "hidden_act"));
    for (const char *const *family = families; type && *family; family++) {
        if (strcmp(type, *family) == 0)
            return true;
    }
    return function && (strcmp(function, "silu") == 0 || strcmp(function, "swish") == 0);
}

static bool is_dense(const struct doc *doc, const json_t *root, const struct model *model)
{
    static const char *const experts[] = {"num_local_experts", "num_experts",
                                          "n_routed_experts", NULL};
    const json_t *width = json_object_get(root, "head_dim");
    for (const char *const *key = experts; *key; key++) {
        if (json_integer_value(json_object_get(root, *key)) > 1)
            return task_fail(doc->err, doc->fault,
                             "\"%s\": mixtures of experts are not modelled", *key);
    }
    if (json_is_integer(width) && json_integer_value(width) * model->heads != model->hidden)
        return task_fail(doc->err, doc->fault,
                         "heads of another width than hidden / heads are not modelled");
    return true;
}

static bool read_config(const struct doc *doc, const json_t *root, struct model *model)
{
    if (!json_is_object(root))
        return task_fail(doc->err, doc->fault, "is no object");
    if (!read_number(doc, root, hidden_keys, 0, &model->hidden) ||
        !read_number(doc, root, layer_keys, 0, &model->layers) ||
        !read_number(doc, root, head_keys, 0, &model->heads) ||
        !read_number(doc, root, kv_keys, model->heads, &model->kv_heads) ||
        !read_number(doc, root, ffn_keys, 4 * model->hidden, &model->ffn) ||
        !read_number(doc, root, vocab_keys, 0, &model->vocab) ||
        !read_number(doc, root, sequence_keys, SEQUENCE, &model->seq))
        return false;
    if (model->layers > MODEL_LAYERS)
        return task_fail(doc->err, doc->fault, "more than %d layers", MODEL_LAYERS);
    if (model->seq > SEQUENCE) /* what a model can read is longer than what it learns on */
        model->seq = SEQUENCE;
    model->gated = is_gated(root);
    return is_dense(doc, root, model);
}

static bool read_training(const char *folder, struct instance *instance,
                          struct task_error *err)
{
    static const char *const batch_keys[] = {"global_batch_size", NULL};
    static const char *const keys[] = {"sequence_length", NULL};
    const struct doc doc = {TASK_PACKAGE, err};
    task_auto_free char *path = task_strf("%s/training.json", folder);
    instance->batch = BATCH;
    if (access(path, F_OK) != 0)
        return true;
    doc_auto json_t *root = import_json(folder, "training.json", err);
    return root &&
           ((read_number(&doc, root, batch_keys, BATCH, &instance->batch) &&
             read_number(&doc, root, keys, instance->model.seq, &instance->model.seq)) ||
            task_wrap(err, "training.json"));
}

bool import_model(const char *folder, struct instance *instance, struct task_error *err)
{
    const struct doc doc = {TASK_PACKAGE, err};
    doc_auto json_t *root = import_json(folder, "config.json", err);
    return root &&
           (read_config(&doc, root, &instance->model) || task_wrap(err, "config.json")) &&
           read_training(folder, instance, err);
}
