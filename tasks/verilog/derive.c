#include "derive.h"

#include "lex.h"

#include "sdk/rng.h"

#include <stdlib.h>
#include <string.h>

enum { HELD = 2, WITH_RESETS = 500, PHASE = 25, BITS_MAX = 2048 };
static const double reset_rate = 1 / 32.;

/* "resetn", "rst_n": active low. */
static bool is_reset(const char *name, bool *is_low)
{
    size_t length = strlen(name);
    *is_low = length > 0 && name[length - 1] == 'n';
    return strstr(name, "reset") || strstr(name, "rst");
}

/* A bit string: any value, all equal, one odd bit out, or the one before. */
static void draw_wide(struct task_rng *rng, unsigned width, const char *before, char *bits)
{
    uint64_t kind = task_rng_below(rng, 8);
    if (kind == 0 && before) {
        memcpy(bits, before, width);
        return;
    }
    char fill = (char)('0' + task_rng_below(rng, 2));
    for (unsigned i = 0; i < width; i++)
        bits[i] = kind <= 2 ? fill : (char)('0' + task_rng_below(rng, 2));
    if (kind == 2) {
        uint64_t odd = task_rng_below(rng, width);
        bits[odd] = fill == '0' ? '1' : '0';
    }
}

/* A port of one bit in vector number; phases make some inputs rare and some frequent for a
 * while. */
static void draw_bit(struct task_rng *rng, const struct vlog_port *port, size_t number,
                     size_t index, char *bits)
{
    static const double rates[] = {.1, .5, .5, .9};
    bool is_low = false;
    bool is_one = task_rng_chance(rng, rates[(number / PHASE + index) % 4]);
    if (is_reset(port->name, &is_low)) {
        bool is_active =
            number < HELD || (number < WITH_RESETS && task_rng_chance(rng, reset_rate));
        is_one = is_active != is_low;
    }
    bits[0] = (char)('0' + is_one);
}

static void draw_stimuli(const struct vlog_face *face, struct task_rng *rng,
                         struct vlog_vectors *vectors)
{
    size_t bits = vlog_face_inputs(face);
    for (size_t i = 0; i < vectors->count; i++) {
        char *row = task_buf_reserve(&vectors->stimuli, bits);
        vectors->stimuli.length += bits;
        for (size_t k = 0; k < face->port_count; k++) {
            const struct vlog_port *port = &face->ports[k];
            if (port->is_output || (int)k == face->clock)
                continue;
            if (port->width > 1)
                draw_wide(rng, port->width, i > 0 ? row - bits : NULL, row);
            else
                draw_bit(rng, port, i, k, row);
            row += port->width;
        }
    }
}

/* Bits that are x or z do not count; false where hardly any is left. */
static bool mark_unknown(struct task_buf *samples)
{
    size_t known = 0;
    for (size_t i = 0; i < samples->length; i++) {
        if (samples->data[i] != '0' && samples->data[i] != '1')
            samples->data[i] = 'x';
        known += samples->data[i] != 'x';
    }
    return known * 4 >= samples->length;
}

bool vlog_derive(struct vlog_simulator *sim, const struct vlog_module *module,
                 const char *name, struct vlog_vectors *vectors, struct task_error *err)
{
    task_auto_buf struct task_buf accepted = TASK_BUF_INIT;
    const struct vlog_face *face = module->face;
    const struct task_stream stream = {"derive", "verilog", "1", "import", name, 0};
    struct task_rng rng;
    if (vlog_face_inputs(face) > BITS_MAX || vlog_face_outputs(face) > BITS_MAX)
        return task_fail(err, TASK_ENTRY, "more than %d bits of ports", BITS_MAX);
    if (!vlog_accept(module->text, module->length, face->module, &accepted, err))
        return false;
    task_rng_init(&rng, &stream);
    vectors->count = face->clock < 0 ? VLOG_DERIVED_COMB : VLOG_DERIVED_CLOCKED;
    draw_stimuli(face, &rng, vectors);
    const struct vlog_module checked = {face, accepted.data, accepted.length};
    if (!vlog_simulate(sim, &checked, vectors, &vectors->samples, err))
        return false;
    return mark_unknown(&vectors->samples) ||
           task_fail(err, TASK_ENTRY, "most bits of its outputs are unknown");
}
