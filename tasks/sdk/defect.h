/* defect.h - what was found in a submission, and whether it rejects. Private to the SDK. */
#ifndef TASK_DEFECT_H
#define TASK_DEFECT_H

#include "sdk/buf.h"

#include <stdbool.h>

enum task_defect {
#define X(name, strict, lenient, remedy) TASK_DEFECT_##name,
#include "sdk/defect.def"
#undef X
};

enum { TASK_MESSAGES = 20, TASK_SHOWN_BYTES = 48 };

struct task_defects {
    bool is_lenient;
    size_t rejecting;
    size_t warnings;
    struct task_buf rejections; /* the first TASK_MESSAGES lines of each kind */
    struct task_buf warned;
};

/* Notes a defect at line:column of submission.csv (line 0: of the file as a whole). */
void task_defect_note(struct task_defects *defects, enum task_defect defect,
                      const size_t where[2], const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The lines that decide (rejections, else warnings), and "and N more". */
void task_defects_print(const struct task_defects *defects, struct task_buf *out);
void task_defects_release(struct task_defects *defects);

#endif
