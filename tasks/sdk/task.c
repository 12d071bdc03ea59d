#include "sdk/task.h"

#include "sdk/file.h"
#include "sdk/options.h"
#include "sdk/play.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The contract's exit statuses. */
enum { DONE = 0, USAGE = 2, FAULT = 3, SCORED = 42, REJECTED = 43, VERDICT_FD = 3 };

void task_generate_rng(const struct task_generate *job, const char *purpose, uint64_t index,
                       struct task_rng *rng)
{
    const struct task_stream stream = {.seed = job->seed,
                                       .task = job->program->id,
                                       .version = job->program->version,
                                       .split = job->split,
                                       .purpose = purpose,
                                       .index = index};
    task_rng_init(rng, &stream);
}

bool task_parse_integer(const char *text, int64_t low, int64_t high, int64_t *value,
                        struct task_error *err)
{
    char *end = NULL;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    bool is_whole = text[0] == '-' || (text[0] >= '0' && text[0] <= '9');
    if (errno != 0 || !is_whole || end == text || *end != '\0' || number < low ||
        number > high)
        return task_fail(err, TASK_USAGE, "\"%s\" is not a whole number from %lld to %lld",
                         text, (long long)low, (long long)high);
    *value = number;
    return true;
}

static bool check_out(const char *out, struct task_error *err)
{
    task_auto_names struct task_names names = TASK_NAMES_INIT;
    if (!task_dir_exists(out))
        return task_fail(err, TASK_USAGE, "\"%s\" is not an existing folder", out);
    if (!task_dir_list(out, "", &names, err))
        return false;
    if (names.count > 0)
        return task_fail(err, TASK_USAGE, "folder \"%s\" is not empty", out);
    return true;
}

/* A hidden set made from the published seed would be no secret. The task's folder is the
 * current one; without a manifest there is nothing to compare with. */
static bool check_hidden_seed(const char *seed, struct task_error *err)
{
    json_t *manifest = json_load_file("task.json", 0, NULL);
    const char *public_seed = NULL;
    if (manifest && json_unpack(manifest, "{s:{s:{s:s}}}", "splits", "public", "seed",
                                &public_seed) != 0)
        public_seed = NULL;
    bool is_public = public_seed && strcasecmp(public_seed, seed) == 0;
    json_decref(manifest);
    return !is_public ||
           task_fail(err, TASK_USAGE, "the hidden seed is the public one of task.json");
}

static bool copy_seed(const char *text, char *seed, size_t size, struct task_error *err)
{
    size_t length = strlen(text);
    if (length < 32 || length >= size || strspn(text, "0123456789abcdefABCDEF") != length)
        return task_fail(err, TASK_USAGE, "a seed is 32 to %zu hex digits", size - 1);
    for (size_t i = 0; i <= length; i++)
        seed[i] = (char)(text[i] >= 'A' && text[i] <= 'F' ? text[i] + 'a' - 'A' : text[i]);
    return true;
}

static int run_generate(const struct task_program *program,
                        const struct task_options *options, struct task_error *err)
{
    char seed[129];
    const char *split = options->split;
    if (!split || !options->seed)
        return task_fail(err, TASK_USAGE, "generate needs --split and --seed");
    if (strcmp(split, "public") != 0 && strcmp(split, "hidden") != 0)
        return task_fail(err, TASK_USAGE, "split \"%s\" is not public or hidden", split);
    if (!copy_seed(options->seed, seed, sizeof seed, err))
        return FAULT;
    if (strcmp(split, "hidden") == 0 && !check_hidden_seed(seed, err))
        return FAULT;
    struct task_generate job = {program, split, seed, options->words[0]};
    return check_out(job.out, err) && program->generate(&job, err) ? DONE : FAULT;
}

static int run_import(const struct task_program *program,
                      const struct task_options *options, struct task_error *err)
{
    struct task_import job = {program, options->words[0], options->words[1],
                              options->words[2], options->split ? options->split : "valid"};
    if (!program->import)
        return task_fail(err, TASK_USAGE, "task \"%s\" imports nothing", program->id);
    return check_out(job.out, err) && program->import(&job, err) ? DONE : FAULT;
}

static int run_prepare(const struct task_program *program,
                       const struct task_options *options, struct task_error *err)
{
    if (!program->prepare)
        return task_fail(err, TASK_USAGE, "task \"%s\" prepares nothing", program->id);
    return program->prepare(options->words[0], options->words[1], err) ? DONE : FAULT;
}

static int hand_over(const struct task_verdict *verdict, struct task_error *err)
{
    if (!task_verdict_write(verdict, VERDICT_FD, err))
        return FAULT;
    return verdict->is_rejected ? REJECTED : SCORED;
}

static int run_score(const struct task_program *program, const struct task_options *options,
                     struct task_error *err)
{
    struct task_verdict verdict = {0};
    struct task_score job = {.case_dir = options->words[0],
                             .output_dir = options->words[1],
                             .prepared = options->prepared,
                             .is_lenient = options->is_lenient,
                             .others = options->others,
                             .other_count = options->other_count,
                             .verdict = &verdict};
    if (!program->score)
        return task_fail(err, TASK_USAGE, "task \"%s\" scores no output", program->id);
    if (job.prepared && !program->prepare)
        return task_fail(err, TASK_USAGE, "task \"%s\" prepares nothing", program->id);
    bool is_scored = program->score(&job, err);
    if (!is_scored && err->fault == TASK_ENTRY) {
        verdict.is_rejected = true;
        verdict.message.length = 0;
        task_buf_escaped(&verdict.message, err->message, strlen(err->message), SIZE_MAX);
        *err = (struct task_error)TASK_ERROR_INIT;
        is_scored = true;
    }
    int status = is_scored ? hand_over(&verdict, err) : FAULT;
    task_verdict_release(&verdict);
    return status;
}

static int run_play(const struct task_program *program, const struct task_options *options,
                    struct task_error *err)
{
    struct task_verdict verdict = {0};
    if (!program->play)
        return task_fail(err, TASK_USAGE, "task \"%s\" is no dialogue", program->id);
    int status = FAULT;
    if (task_play_run(program, options->words[0], options->is_text, &verdict, err))
        status = hand_over(&verdict, err);
    task_verdict_release(&verdict);
    return status;
}

static const struct verb {
    const char *name;
    const char *usage;
    unsigned accepts;
    size_t words;
    int (*run)(const struct task_program *, const struct task_options *,
               struct task_error *);
} verbs[] = {
    {"generate", "--split public|hidden --seed HEX OUT", TASK_OPT_SPLIT | TASK_OPT_SEED, 1,
     run_generate},
    {"import", "[--split NAME] FORMAT SOURCE OUT", TASK_OPT_SPLIT, 3, run_import},
    {"prepare", "CASE FILE", 0, 2, run_prepare},
    {"score", "[--lenient] [--other COLLECTION]... [--prepared FILE] CASE OUTPUT",
     TASK_OPT_LENIENT | TASK_OPT_OTHER | TASK_OPT_PREPARED, 2, run_score},
    {"play", "[--text] CASE", TASK_OPT_TEXT, 1, run_play},
};
enum { VERB_COUNT = sizeof verbs / sizeof verbs[0] };

static int help(const struct task_program *program)
{
    for (size_t i = 0; i < VERB_COUNT; i++)
        printf("%s %s %s\n", program->id, verbs[i].name, verbs[i].usage);
    for (const struct task_verb *own = program->verbs; own && own->name; own++)
        printf("%s %s %s\n", program->id, own->name, own->usage);
    return fflush(stdout) == 0 ? DONE : FAULT;
}

static int run_verb(const struct task_program *program, int argc, char **argv,
                    struct task_error *err)
{
    for (size_t i = 0; i < VERB_COUNT; i++) {
        if (strcmp(argv[0], verbs[i].name) != 0)
            continue;
        struct task_options options = {0};
        int status = FAULT;
        if (task_options_parse(&options, argc, argv, verbs[i].accepts, err) &&
            options.word_count == verbs[i].words)
            status = verbs[i].run(program, &options, err);
        else
            (void)task_fail(err, TASK_USAGE, "usage: %s %s %s", program->id, verbs[i].name,
                            verbs[i].usage);
        task_options_release(&options);
        return status;
    }
    for (const struct task_verb *own = program->verbs; own && own->name; own++) {
        if (strcmp(argv[0], own->name) == 0)
            return own->run(argc, argv, err) ? DONE : FAULT;
    }
    (void)task_fail(err, TASK_USAGE, "unknown verb \"%s\"; see --help", argv[0]);
    return FAULT;
}

int task_main(const struct task_program *program, int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return help(program);
    struct task_error err = TASK_ERROR_INIT;
    int status = FAULT;
    if (argc < 2)
        (void)task_fail(&err, TASK_USAGE, "a verb is missing; see --help");
    else
        status = run_verb(program, argc - 1, argv + 1, &err);
    if (err.fault == TASK_OK)
        return status;
    (void)fprintf(stderr, "%s: %s\n", program->id, err.message);
    return err.fault == TASK_USAGE ? USAGE : FAULT;
}
