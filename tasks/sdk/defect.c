#include "sdk/defect.h"

#include <stdarg.h>
#include <stdio.h>

static const struct {
    bool rejects_strict;
    bool rejects_lenient;
    const char *remedy;
} rules[] = {
#define REJECT true
#define WARN false
#define X(name, strict, lenient, remedy) {strict, lenient, remedy},
#include "sdk/defect.def"
#undef X
};

void task_defect_note(struct task_defects *defects, enum task_defect defect,
                      const size_t where[2], const char *format, ...)
{
    bool rejects =
        defects->is_lenient ? rules[defect].rejects_lenient : rules[defect].rejects_strict;
    struct task_buf *out = rejects ? &defects->rejections : &defects->warned;
    size_t *count = rejects ? &defects->rejecting : &defects->warnings;
    if ((*count)++ >= TASK_MESSAGES)
        return;
    char text[512];
    va_list args;
    va_start(args, format);
    int length = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (length < 0)
        return;
    task_buf_printf(out, "%ssubmission.csv:", out->length ? "\n" : "");
    if (where[0] > 0)
        task_buf_printf(out, "%zu:%zu:", where[0], where[1]);
    task_buf_printf(out, " %s%s", text, defects->is_lenient ? rules[defect].remedy : "");
}

void task_defects_print(const struct task_defects *defects, struct task_buf *out)
{
    bool is_rejected = defects->rejecting > 0;
    const struct task_buf *lines = is_rejected ? &defects->rejections : &defects->warned;
    size_t count = is_rejected ? defects->rejecting : defects->warnings;
    if (lines->length > 0)
        task_buf_append(out, lines->data, lines->length);
    if (count > TASK_MESSAGES)
        task_buf_printf(out, "\nand %zu more", count - TASK_MESSAGES);
}

void task_defects_release(struct task_defects *defects)
{
    task_buf_release(&defects->rejections);
    task_buf_release(&defects->warned);
}
