/* cases.h - the cases of a task: made by its program once, then found by their digest.
 *
 * A set of cases lives in WORK/cases/TASK/SPLIT-KEY, where KEY is the digest of all that
 * goes into making them (the task's program, task.json, data and seed): a changed task
 * never meets old cases. A set appears whole, by rename, or not at all. Imported cases live
 * in WORK/cases/TASK/import-FORMAT and are used when the caller names that split.
 */
#ifndef ENGINE_CASES_H
#define ENGINE_CASES_H

#include "base/buf.h"
#include "model/task.h"
#include "place.h"

struct one_case {
    char *id;                 /* name of its folder */
    char *folder;             /* absolute; holds in/ and ref/ */
    struct pod_digest digest; /* of the folder, inputs and references */
    char *prepared; /* name in the set's folder of them; see prepared.h; or NULL */
};

struct case_set {
    struct task task;
    char *task_folder;
    char *program;
    char *split;
    char *folder;
    char *prepared;           /* folder of what was prepared for scoring; NULL before */
    struct pod_digest scorer; /* of the program, task.json, data and kit */
    struct pod_digest key;    /* of the scorer, the split and all cases */
    struct one_case *items;
    size_t count;
    bool was_made; /* this call generated them */
};

/* Which cases. All borrowed. */
struct case_choice {
    const char *task;
    const char *split; /* "public", "hidden" or "import-FORMAT"; NULL: the task's default */
    const char *seed;  /* NULL: the public split's own from task.json */
};

/* Find the cases, generating those of a split that are not there. */
bool case_set_load(struct case_set *set, const struct place *place,
                   const struct case_choice *choice, struct pod_error *err);

/* A set that somebody else found, by its folder, and which of its cases are to be run. All
 * borrowed. */
struct case_home {
    const char *task;
    const char *split;
    const char *folder;
    const struct pod_names *wanted;
};

/* Open it: nothing is made and no seed is needed. All its cases are there by name, but only
 * those that are wanted by digest: a large set is not read for the sake of one. The key of
 * the set stays empty. */
bool case_set_open(struct case_set *set, const struct place *place,
                   const struct case_home *home, struct pod_error *err);
void case_set_release(struct case_set *set);

/* The collections of all other cases of these sets: whose rows a file for the whole
 * competition may hold beside those of `own`. A case is named by its collection with ':' as
 * '-'. */
void cases_list_others(const struct case_set *sets, size_t set_count,
                       const struct one_case *own, struct pod_names *others);

/* An import. All borrowed. */
struct case_import {
    const char *task;
    const char *format; /* as the task names it: "tpugraphs" */
    const char *source; /* folder of the field's own data */
    const char *part;   /* which of its splits is scored; NULL: the task's own choice */
};

/* Run the task's importer into the split that case_import_split names, replacing it. */
bool case_set_import(const struct place *place, const struct case_import *import,
                     struct pod_error *err);

/* "import-tpugraphs", or "import-tpugraphs-test" where a part was chosen. The caller
 * frees. */
char *case_import_split(const struct case_import *import);

#endif
