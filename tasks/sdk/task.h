/* task.h - the main program of a task: verbs, options, exit statuses.
 *
 *     static const struct task_program program = {
 *         .id = "tile", .version = "1",
 *         .generate = generate, .import = import, .score = score,
 *         .prepare = task_reference_prepare,
 *     };
 *     int main(int argc, char **argv) { return task_main(&program, argc, argv); }
 *
 * Verbs of kind interact: `play [--text] CASE` speaks with an entry on descriptors 0 and 1.
 * Verbs: `generate --split public|hidden --seed HEX OUT`, `import FORMAT SOURCE OUT`,
 * `prepare CASE FILE`, `score [--lenient] [--other COLLECTION]... [--prepared FILE] CASE
 * OUTPUT`, and what the task adds. `prepare` writes whatever makes many runs of `score` on
 * the case fast, the same bytes each time; `score` with it gives the same verdict as
 * without. A task that has it says so in its task.json: "prepares": true.
 * Exit statuses: 0 done; 42 a verdict was written; 43 the output was rejected; 2 usage;
 * 3 a fault of the task or the host, one line on standard error.
 */
#ifndef TASK_TASK_H
#define TASK_TASK_H

#include "sdk/channel.h"
#include "sdk/error.h"
#include "sdk/rng.h"
#include "sdk/verdict.h"

#include <stdbool.h>
#include <stddef.h>

struct task_program;

struct task_generate {
    const struct task_program *program;
    const char *split; /* "public" or "hidden" */
    const char *seed;  /* lower-case hex, at least 32 digits */
    const char *out;   /* an existing, empty folder */
};

struct task_import {
    const struct task_program *program;
    const char *format; /* "tpugraphs" */
    const char *source;
    const char *out;
    const char *split; /* the source's split that is scored: "valid" unless --split says */
};

struct task_score {
    const char *case_dir;
    const char *output_dir;
    const char *prepared; /* what prepare made of the case; or NULL */
    bool is_lenient;
    const char *const *others;
    size_t other_count;
    struct task_verdict *verdict; /* filled by the function */
};

/* How long an entry may take, wall time. */
struct task_play_times {
    unsigned ready_ms;  /* usual: 10000 */
    unsigned answer_ms; /* usual: 1000 */
};

/* One dialogue with an entry. The function plays it to the end whatever the entry does, and
 * fills the verdict as score would. trivial_raw is the raw value of the trivial policy,
 * which is 0 points: if the entry was lost the verdict is brought down to it where it is
 * better, and loses its items. False: a fault of the task's or the host's whatever err
 * says, never charged to the entry; what is wrong with an answer, task_channel_refuse says.
 */
struct task_play {
    const char *case_dir;
    struct task_channel *channel;
    struct task_verdict *verdict;
    double trivial_raw;
};

/* A verb of the task's own, such as tile's `measure`: argv[0] is the verb. */
struct task_verb {
    const char *name;
    const char *usage; /* "--rounds N OUT" */
    bool (*run)(int argc, char **argv, struct task_error *err);
};

struct task_program {
    const char *id;
    const char *version; /* part of every random stream */
    bool (*generate)(const struct task_generate *job, struct task_error *err);
    bool (*import)(const struct task_import *job, struct task_error *err); /* or NULL */
    bool (*prepare)(const char *case_dir, const char *file,
                    struct task_error *err);                             /* or NULL */
    bool (*score)(const struct task_score *job, struct task_error *err); /* or NULL */
    bool (*play)(struct task_play *job,
                 struct task_error *err);       /* kind interact; or NULL */
    const struct task_message *const *messages; /* of play, ends with NULL */
    struct task_play_times times;               /* zero: the usual */
    const struct task_verb *verbs;              /* ends with a name of NULL; or NULL */
};

int task_main(const struct task_program *program, int argc, char **argv);

/* The stream of a job for a purpose and an index. */
void task_generate_rng(const struct task_generate *job, const char *purpose, uint64_t index,
                       struct task_rng *rng);

/* Whole decimal or fail with TASK_USAGE; for options of a task's own verbs. */
bool task_parse_integer(const char *text, int64_t low, int64_t high, int64_t *value,
                        struct task_error *err);

#endif
