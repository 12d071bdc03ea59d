/* face.h - the ports of a module: what a bench connects and an entry is told.
 *
 * Plain data. A stimulus is one bit string for all inputs but the clock, a sample one for
 * all outputs; both in the order of the ports, most significant bit first.
 */
#ifndef VLOG_FACE_H
#define VLOG_FACE_H

#include "sdk/error.h"

#include <stdbool.h>
#include <stddef.h>

enum { VLOG_NAME = 64, VLOG_PORTS = 64, VLOG_WIDTH_MAX = 4096, VLOG_SAMPLES = 2 };

struct vlog_port {
    char name[VLOG_NAME];
    bool is_output;
    unsigned width; /* bits, from 1 */
};

struct vlog_face {
    char module[VLOG_NAME];
    struct vlog_port ports[VLOG_PORTS];
    size_t port_count;
    int clock; /* index of its port; -1: a module without clock */
};

/* Bits of a stimulus, and of a sample. */
size_t vlog_face_inputs(const struct vlog_face *face);
size_t vlog_face_outputs(const struct vlog_face *face);

/* Samples of a vector: one, and with a clock a second one after its rising edge. */
size_t vlog_face_samples(const struct vlog_face *face);

/* The output that bit number `bit` of a sample belongs to. */
const struct vlog_port *vlog_face_output_at(const struct vlog_face *face, size_t bit);

/* Names are simple identifiers and no keywords, none twice, widths in bounds, the clock is
 * an input of one bit, and there is an output: TASK_PACKAGE otherwise. */
bool vlog_face_check(const struct vlog_face *face, struct task_error *err);

#endif
