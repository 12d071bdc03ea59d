#include "face.h"

#include "lex.h"

#include <string.h>

static bool counts(const struct vlog_face *face, size_t i, bool is_output)
{
    return face->ports[i].is_output == is_output && (int)i != face->clock;
}

static size_t sum(const struct vlog_face *face, bool is_output)
{
    size_t bits = 0;
    for (size_t i = 0; i < face->port_count; i++)
        bits += counts(face, i, is_output) ? face->ports[i].width : 0;
    return bits;
}

size_t vlog_face_inputs(const struct vlog_face *face)
{
    return sum(face, false);
}

size_t vlog_face_outputs(const struct vlog_face *face)
{
    return sum(face, true);
}

size_t vlog_face_samples(const struct vlog_face *face)
{
    return face->clock < 0 ? 1 : VLOG_SAMPLES;
}

const struct vlog_port *vlog_face_output_at(const struct vlog_face *face, size_t bit)
{
    const struct vlog_port *last = NULL;
    for (size_t i = 0; i < face->port_count; i++) {
        if (!counts(face, i, true))
            continue;
        last = &face->ports[i];
        if (bit < last->width)
            break;
        bit -= last->width;
    }
    return last;
}

static bool check_port(const struct vlog_face *face, size_t i, struct task_error *err)
{
    const struct vlog_port *port = &face->ports[i];
    if (!vlog_is_name(port->name))
        return task_fail(err, TASK_PACKAGE, "port %zu: \"%s\" is no name", i, port->name);
    if (port->width < 1 || port->width > VLOG_WIDTH_MAX)
        return task_fail(err, TASK_PACKAGE, "port \"%s\" has %u bits, not 1 to %d",
                         port->name, port->width, VLOG_WIDTH_MAX);
    for (size_t k = 0; k < i; k++)
        if (strcmp(face->ports[k].name, port->name) == 0)
            return task_fail(err, TASK_PACKAGE, "two ports are \"%s\"", port->name);
    return true;
}

bool vlog_face_check(const struct vlog_face *face, struct task_error *err)
{
    if (!vlog_is_name(face->module))
        return task_fail(err, TASK_PACKAGE, "module \"%s\" is no name", face->module);
    for (size_t i = 0; i < face->port_count; i++)
        if (!check_port(face, i, err))
            return false;
    const struct vlog_port *clock = face->clock < 0 ? NULL : &face->ports[face->clock];
    if (face->clock >= (int)face->port_count ||
        (clock && (clock->is_output || clock->width != 1)))
        return task_fail(err, TASK_PACKAGE, "the clock is no input of one bit");
    return vlog_face_outputs(face) > 0 ||
           task_fail(err, TASK_PACKAGE, "module \"%s\" has no output", face->module);
}
