/* package.h - a case on disk.
 *
 *   in/README.txt       what an entry may see: words only
 *   ref/reference.json  {"schema":"podium.llmserve/1","name":"13b-a100-40-1","m0":0.55,
 *                        "engine":"13B/A100-40","m1":0.99,"loads":[0.4,0.6,0.75,0.9,1.05]}
 *   ref/requests.csv    run,arrival_us,app,kind,prompt,output,ttft_us,tpot_us,timeout_us
 */
#ifndef LLMSERVE_PACKAGE_H
#define LLMSERVE_PACKAGE_H

#include "engine.h"
#include "request.h"

#include "sdk/error.h"

enum { PACKAGE_NAME_BYTES = 37 };

struct package {
    char name[PACKAGE_NAME_BYTES]; /* of the case: a folder, and part of its items' ids */
    struct engine engine;
    struct run runs[RUNS];
    double m0; /* mean attainment of policy_chunked_fcfs: 0 points */
    double m1; /* mean of bound_attainment: 100 points */
};

void package_release(struct package *p);
#define package_auto __attribute__((cleanup(package_release)))

/* Works out m0 and m1, and makes OUT/<name>/. Refuses m1 <= m0. */
bool package_write(struct package *p, const char *out, struct task_error *err);

/* Refuses with TASK_PACKAGE what could not have been written. */
bool package_load(const char *case_dir, struct package *p, struct task_error *err);

#endif
