/* problem.h - the files of a case: problems for the entry, references for the scorer.
 *
 * in/problems.jsonl has a line for each problem: id, module, prompt, ports (name, direction
 * "input" or "output", width, and "clock": true at the clock). in/examples.jsonl has lines
 * of the same form with "family" and "vectors" beside. ref/reference.json:
 * {"schema":"podium.verilog/1","m0":0,"problems":[{"id","group","shifted","module",
 * "ports"}]}, and ref/<id>.txt are the vectors (vectors.h).
 */
#ifndef VLOG_PROBLEM_H
#define VLOG_PROBLEM_H

#include "face.h"
#include "vectors.h"

#include <jansson.h>

enum { VLOG_ID = 33, VLOG_PROBLEMS_MAX = 1000 };

struct vlog_problem {
    char id[VLOG_NAME]; /* 32 hex digits, or an imported name */
    char group[VLOG_NAME];
    bool is_shifted;
    struct vlog_face face;
};

/* 1 to 63 letters, digits, '_' and '-': what may be an id, which is a file's name. */
bool vlog_is_id(const char *text);

/* A case being written. Starts zeroed, ends with vlog_case_release. */
struct vlog_case {
    char *folder;
    struct task_buf problems; /* text of in/problems.jsonl */
    struct task_buf examples;
    json_t *references;
    size_t count;
    size_t trivial; /* problems that outputs of 0 pass */
};

bool vlog_case_begin(struct vlog_case *c, const char *out, const char *name,
                     struct task_error *err);
void vlog_case_release(struct vlog_case *c);

/* Adds a problem with its vectors. */
bool vlog_case_add(struct vlog_case *c, const struct vlog_problem *problem,
                   const char *prompt, const struct vlog_vectors *vectors,
                   struct task_error *err);

/* Adds an example, which is not scored and shows the first vectors. */
bool vlog_case_example(struct vlog_case *c, const struct vlog_problem *problem,
                       const char *prompt, const struct vlog_vectors *vectors,
                       struct task_error *err);

/* Writes what is left. Refuses a case without problems. */
bool vlog_case_end(struct vlog_case *c, struct task_error *err);

/* A case's reference. */
struct vlog_reference {
    double m0; /* raw value of outputs tied to 0 */
    struct vlog_problem *problems;
    size_t count;
};
bool vlog_reference_load(const char *case_dir, struct vlog_reference *ref,
                         struct task_error *err);
void vlog_reference_release(struct vlog_reference *ref);
bool vlog_reference_vectors(const char *case_dir, const struct vlog_problem *problem,
                            struct vlog_vectors *vectors, struct task_error *err);

#endif
