/* vectors.h - stimuli of a module and what its outputs must be, as bit strings.
 *
 * A vector is one stimulus and one or two samples (face.h). In a file each is a line: the
 * stimulus ('-' where there is no input) and its samples, separated by one space, of 0, 1
 * and, in samples, x for a bit that does not count.
 */
#ifndef VLOG_VECTORS_H
#define VLOG_VECTORS_H

#include "face.h"

#include "sdk/buf.h"

enum { VLOG_VECTORS_MAX = 4096 };

struct vlog_vectors {
    size_t count;
    struct task_buf stimuli; /* count strings of vlog_face_inputs bits, nothing between */
    struct task_buf samples; /* count x vlog_face_samples strings of vlog_face_outputs */
};
#define VLOG_VECTORS_INIT                                                                  \
    {                                                                                      \
        0, TASK_BUF_INIT, TASK_BUF_INIT                                                    \
    }

void vlog_vectors_release(struct vlog_vectors *vectors);
#define vlog_auto_vectors __attribute__((cleanup(vlog_vectors_release)))

void vlog_vectors_print(const struct vlog_vectors *vectors, const struct vlog_face *face,
                        struct task_buf *out);

/* TASK_PACKAGE, with line, where the text is none. */
bool vlog_vectors_parse(const char *text, size_t length, const struct vlog_face *face,
                        struct vlog_vectors *vectors, struct task_error *err);

#endif
