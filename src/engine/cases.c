#include "cases.h"

#include "base/fs.h"
#include "process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KEY_DIGITS = 16 };

/* What a set of cases is made from, and so what its folder is named by. */
static struct pod_digest digest_recipe(const struct case_set *set, const char *seed)
{
    struct pod_hash *hash = pod_hash_new();
    pod_hash_text(hash, "cases");
    pod_hash_text(hash, set->scorer.hex);
    pod_hash_text(hash, set->split);
    pod_hash_text(hash, seed);
    return pod_hash_finish_take(hash);
}

static bool digest_scorer(struct case_set *set, struct pod_error *err)
{
    pod_auto_free char *manifest = pod_path_join(set->task_folder, "task.json");
    pod_auto_free char *data = pod_path_join(set->task_folder, "data");
    pod_auto_free char *kit = pod_path_join(set->task_folder, "kit");
    struct pod_digest program, task, data_digest = {"none"}, kit_digest = {"none"};
    if (!pod_digest_file(set->program, &program, err) ||
        !pod_digest_file(manifest, &task, err) ||
        (pod_path_is_dir(data) && !pod_digest_tree(data, &data_digest, err)) ||
        (pod_path_is_dir(kit) && !pod_digest_tree(kit, &kit_digest, err)))
        return false;
    struct pod_hash *hash = pod_hash_new();
    pod_hash_text(hash, "scorer");
    pod_hash_text(hash, program.hex);
    pod_hash_text(hash, task.hex);
    pod_hash_text(hash, data_digest.hex);
    pod_hash_text(hash, kit_digest.hex); /* entries are built with it */
    set->scorer = pod_hash_finish_take(hash);
    return true;
}

static void digest_set(struct case_set *set)
{
    struct pod_hash *hash = pod_hash_new();
    pod_hash_text(hash, "set");
    pod_hash_text(hash, set->scorer.hex);
    pod_hash_text(hash, set->split);
    for (size_t i = 0; i < set->count; i++) {
        pod_hash_text(hash, set->items[i].id);
        pod_hash_text(hash, set->items[i].digest.hex);
    }
    set->key = pod_hash_finish_take(hash);
}

/* Run a verb of the task's program that fills a new folder; the folder appears whole. */
static bool fill_folder(const struct case_set *set, const char *const *verb,
                        size_t verb_count, struct pod_error *err)
{
    pod_auto_free char *part = pod_strf("%s.part-%d", set->folder, (int)getpid());
    if (!pod_dir_remove(part, err) || !pod_dir_make(part, err))
        return false;
    const char *argv[8] = {set->program};
    size_t count = 1;
    for (size_t i = 0; i < verb_count; i++)
        argv[count++] = verb[i];
    argv[count] = part;
    int status = 0;
    bool done = process_run(argv, set->task_folder, &status, err);
    if (done && status != 0)
        done = pod_fail(err, status == 2 ? POD_USAGE : POD_TASK,
                        "task '%s' could not %s its cases (exit status %d, see above)",
                        set->task.id, verb[0], status);
    /* What an import replaces goes only when the new one is whole. */
    done = done && pod_dir_remove(set->folder, err);
    if (done && rename(part, set->folder) < 0)
        done = pod_fail_errno(err, POD_HOST, "cannot rename '%s'", part);
    struct pod_error ignored = POD_ERROR_INIT;
    if (!done)
        (void)pod_dir_remove(part, &ignored); /* the first error is the one that counts */
    return done;
}

static bool add_case(struct case_set *set, const char *id, bool is_digested,
                     struct pod_error *err)
{
    struct one_case *one = &set->items[set->count++];
    one->id = pod_strdup(id);
    one->folder = pod_path_join(set->folder, id);
    if (!is_digested)
        return true;
    pod_auto_free char *input = pod_path_join(one->folder, "in");
    pod_auto_free char *reference = pod_path_join(one->folder, "ref");
    if (!pod_path_is_dir(input) || !pod_path_is_dir(reference))
        return pod_fail(err, POD_TASK,
                        "case '%s' has no in/ or no ref/: remove '%s' to make the cases "
                        "again",
                        one->folder, set->folder);
    return pod_digest_tree(one->folder, &one->digest, err);
}

static bool has_name(const struct pod_names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->items[i], name) == 0)
            return true;
    return false;
}

/* wanted: which ones to digest; NULL: all, and then the set gets its key. */
static bool list_cases(struct case_set *set, const struct pod_names *wanted,
                       struct pod_error *err)
{
    pod_auto_names struct pod_names names = POD_NAMES_INIT;
    if (!pod_dir_list(set->folder, &names, err))
        return false;
    set->items = pod_alloc(names.count + 1, sizeof *set->items);
    for (size_t i = 0; i < names.count; i++)
        if (!add_case(set, names.items[i],
                      wanted == NULL || has_name(wanted, names.items[i]), err))
            return false;
    if (set->count == 0)
        return pod_fail(err, POD_TASK, "task '%s' has no cases in '%s'", set->task.id,
                        set->folder);
    if (wanted == NULL)
        digest_set(set);
    return true;
}

/* Task, folder and program, before the split is looked at. */
static bool open_task(struct case_set *set, const struct place *place, const char *task,
                      struct pod_error *err)
{
    set->task_folder = place_task_folder(place, task);
    set->program = place_task_program(place, task);
    if (!pod_path_is_dir(set->task_folder))
        return pod_fail(err, POD_USAGE, "no task '%s': see podium task list", task);
    if (!task_load(set->task_folder, &set->task, err))
        return false;
    if (!pod_path_exists(set->program))
        return pod_fail(err, POD_TASK, "task '%s' has no program '%s': build it", task,
                        set->program);
    return digest_scorer(set, err);
}

static bool generate(struct case_set *set, const struct place *place, const char *seed,
                     struct pod_error *err)
{
    const char *from = seed ? seed : set->task.public_seed;
    if (seed == NULL && strcmp(set->split, "public") != 0)
        return pod_fail(err, POD_USAGE,
                        "the split '%s' of task '%s' needs its seed: give --seed FILE",
                        set->split, set->task.id);
    struct pod_digest key = digest_recipe(set, from);
    pod_auto_free char *cases = place_cases(place);
    set->folder =
        pod_strf("%s/%s/%s-%.*s", cases, set->task.id, set->split, KEY_DIGITS, key.hex);
    if (pod_path_is_dir(set->folder))
        return true;
    const char *verb[] = {"generate", "--split", set->split, "--seed", from};
    set->was_made = true;
    return fill_folder(set, verb, sizeof verb / sizeof verb[0], err);
}

static bool find_imported(struct case_set *set, const struct place *place,
                          struct pod_error *err)
{
    pod_auto_free char *cases = place_cases(place);
    set->folder = pod_strf("%s/%s/%s", cases, set->task.id, set->split);
    if (pod_path_is_dir(set->folder))
        return true;
    return pod_fail(err, POD_USAGE,
                    "no imported cases '%s' of task '%s': see podium task import",
                    set->split, set->task.id);
}

bool case_set_load(struct case_set *set, const struct place *place,
                   const struct case_choice *choice, struct pod_error *err)
{
    memset(set, 0, sizeof *set);
    if (!open_task(set, place, choice->task, err))
        return false;
    set->split = pod_strdup(choice->split ? choice->split : set->task.default_split);
    bool is_imported = strncmp(set->split, "import-", 7) == 0;
    return (is_imported ? find_imported(set, place, err)
                        : generate(set, place, choice->seed, err)) &&
           list_cases(set, NULL, err);
}

bool case_set_open(struct case_set *set, const struct place *place,
                   const struct case_home *home, struct pod_error *err)
{
    memset(set, 0, sizeof *set);
    if (!open_task(set, place, home->task, err))
        return false;
    set->split = pod_strdup(home->split);
    set->folder = pod_strdup(home->folder);
    return list_cases(set, home->wanted, err);
}

char *case_import_split(const struct case_import *import)
{
    return pod_strf("import-%s%s%s", import->format, import->part ? "-" : "",
                    import->part ? import->part : "");
}

bool case_set_import(const struct place *place, const struct case_import *import,
                     struct pod_error *err)
{
    struct case_set set;
    memset(&set, 0, sizeof set);
    pod_auto_free char *cases = place_cases(place);
    pod_auto_free char *split = case_import_split(import);
    pod_auto_free char *from = pod_path_real(import->source, err);
    set.folder = pod_strf("%s/%s/%s", cases, import->task, split);
    const char *verb[] = {"import", import->format, from, "--split", import->part};
    size_t words = import->part ? 5 : 3;
    bool done = from != NULL && open_task(&set, place, import->task, err) &&
                fill_folder(&set, verb, words, err);
    case_set_release(&set);
    return done;
}

void case_set_release(struct case_set *set)
{
    for (size_t i = 0; i < set->count; i++) {
        free(set->items[i].id);
        free(set->items[i].folder);
        free(set->items[i].prepared);
    }
    free(set->items);
    free(set->task_folder);
    free(set->program);
    free(set->split);
    free(set->folder);
    free(set->prepared);
    task_release(&set->task);
    memset(set, 0, sizeof *set);
}

static char *collection_of(const struct one_case *one)
{
    char *name = pod_strdup(one->id);
    for (char *at = name; *at != '\0'; at++)
        if (*at == '-')
            *at = ':';
    return name;
}

void cases_list_others(const struct case_set *sets, size_t set_count,
                       const struct one_case *own, struct pod_names *others)
{
    for (size_t s = 0; s < set_count; s++)
        for (size_t c = 0; c < sets[s].count; c++)
            if (&sets[s].items[c] != own)
                pod_names_add_take(others, collection_of(&sets[s].items[c]));
}
