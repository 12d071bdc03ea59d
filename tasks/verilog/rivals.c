#include "rivals.h"

#include <stdlib.h>
#include <string.h>

static bool has_same_ports(const struct vlog_spec *a, const struct vlog_spec *b)
{
    for (size_t i = 0; i < VLOG_ROLES; i++)
        if (a->roles[i].width != b->roles[i].width ||
            (a->roles[i].width && strcmp(a->roles[i].key, b->roles[i].key) != 0))
            return false;
    return true;
}

static void add(const struct vlog_spec *spec, const struct vlog_spec *rival,
                struct vlog_spec *list, size_t *count)
{
    struct vlog_spec whole = *rival;
    vlog_spec_ports(&whole);
    if (*count < VLOG_RIVALS_MAX && has_same_ports(spec, &whole))
        list[(*count)++] = whole;
}

/* The values next to a knob's own. */
static void add_knobs(const struct vlog_spec *spec, struct vlog_spec *list, size_t *count)
{
    for (size_t i = 0; spec->family->knobs[i].key; i++) {
        const struct vlog_knob *knob = &spec->family->knobs[i];
        int low = spec->is_shifted ? knob->shifted_low : knob->low;
        int high = spec->is_shifted ? knob->shifted_high : knob->high;
        for (int value = spec->p[i] - 1; value <= spec->p[i] + 1; value += 2) {
            struct vlog_spec rival = *spec;
            rival.p[i] = value;
            if (value >= low && value <= high)
                add(spec, &rival, list, count);
        }
    }
}

static void add_clocking(const struct vlog_spec *spec, struct vlog_spec *list,
                         size_t *count)
{
    struct vlog_spec rival = *spec;
    rival.clocking.is_async = !spec->clocking.is_async;
    add(spec, &rival, list, count);
    rival = *spec;
    rival.clocking.is_falling = !spec->clocking.is_falling;
    add(spec, &rival, list, count);
    rival = *spec;
    rival.clocking.is_delayed = !spec->clocking.is_delayed;
    add(spec, &rival, list, count);
    if (spec->clocking.enable == VLOG_ENABLE_NONE)
        return;
    rival = *spec; /* the other polarity, by which it hardly ever works */
    rival.clocking.enable =
        spec->clocking.enable == VLOG_ENABLE_HIGH ? VLOG_ENABLE_LOW : VLOG_ENABLE_HIGH;
    add(spec, &rival, list, count);
}

size_t vlog_rivals(const struct vlog_spec *spec, struct vlog_spec *list)
{
    size_t count = 0;
    add_knobs(spec, list, &count);
    if (spec->clocking.is_clocked)
        add_clocking(spec, list, &count);
    return count;
}

static bool is_told(const struct vlog_sample *own, const struct vlog_sample *other,
                    size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (own[i].is_known && memcmp(own[i].out, other[i].out, sizeof own[i].out) != 0)
            return true;
    return false;
}

size_t vlog_rivals_told(const struct vlog_spec *spec, const struct vlog_spec *list,
                        size_t rivals, const uint64_t *in, size_t count)
{
    size_t samples = count * (spec->clocking.is_clocked ? VLOG_SAMPLES : 1), told = 0;
    struct vlog_sample *own = task_alloc(samples, sizeof *own);
    struct vlog_sample *other = task_alloc(samples, sizeof *other);
    vlog_respond(spec, in, count, own);
    for (size_t i = 0; i < rivals; i++) {
        vlog_respond(&list[i], in, count, other);
        told += is_told(own, other, samples);
    }
    free(own);
    free(other);
    return told;
}
