#include "vectors.h"

#include <string.h>

void vlog_vectors_release(struct vlog_vectors *vectors)
{
    task_buf_release(&vectors->stimuli);
    task_buf_release(&vectors->samples);
}

void vlog_vectors_print(const struct vlog_vectors *vectors, const struct vlog_face *face,
                        struct task_buf *out)
{
    size_t in = vlog_face_inputs(face), bits = vlog_face_outputs(face);
    size_t each = vlog_face_samples(face);
    for (size_t i = 0; i < vectors->count; i++) {
        if (in > 0)
            task_buf_append(out, vectors->stimuli.data + i * in, in);
        else
            task_buf_append(out, "-", 1);
        for (size_t k = 0; k < each; k++) {
            task_buf_append(out, " ", 1);
            task_buf_append(out, vectors->samples.data + (i * each + k) * bits, bits);
        }
        task_buf_append(out, "\n", 1);
    }
}

/* Takes count characters of a set and the one that follows them. */
static bool take(const char **at, const char *end, size_t count, const char *set,
                 char follower)
{
    if ((size_t)(end - *at) < count + 1 || (*at)[count] != follower)
        return false;
    for (size_t i = 0; i < count; i++)
        if ((*at)[i] == '\0' || !strchr(set, (*at)[i]))
            return false;
    *at += count + 1;
    return true;
}

static bool take_line(const char **at, const char *end, const struct vlog_face *face,
                      struct vlog_vectors *vectors)
{
    size_t in = vlog_face_inputs(face), bits = vlog_face_outputs(face);
    size_t each = vlog_face_samples(face);
    const char *start = *at;
    if (!(in > 0 ? take(at, end, in, "01", ' ') : take(at, end, 1, "-", ' ')))
        return false;
    task_buf_append(&vectors->stimuli, start, in);
    for (size_t k = 0; k < each; k++) {
        start = *at;
        if (!take(at, end, bits, "01x", k + 1 < each ? ' ' : '\n'))
            return false;
        task_buf_append(&vectors->samples, start, bits);
    }
    vectors->count++;
    return true;
}

bool vlog_vectors_parse(const char *text, size_t length, const struct vlog_face *face,
                        struct vlog_vectors *vectors, struct task_error *err)
{
    const char *at = text, *end = text + length;
    while (at < end)
        if (vectors->count == VLOG_VECTORS_MAX || !take_line(&at, end, face, vectors))
            return task_fail(err, TASK_PACKAGE, "line %zu is no vector of this module",
                             vectors->count + 1);
    return vectors->count > 0 || task_fail(err, TASK_PACKAGE, "no vectors");
}
