#include "family.h"

#include "clocking.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct vlog_group vlog_groups[] = {
    {"comb", {&vlog_encoder, &vlog_alu, &vlog_code, NULL}},
    {"count", {&vlog_counter, &vlog_shift, &vlog_lfsr, NULL}},
    {"control", {&vlog_arbiter, &vlog_detector, &vlog_debouncer, NULL}},
    {"store", {&vlog_fifo, &vlog_divider, &vlog_regfile, NULL}},
    {NULL, {NULL, NULL, NULL, NULL}},
};

unsigned vlog_bits(uint64_t n)
{
    unsigned bits = 1;
    while (bits < 63 && UINT64_C(1) << bits < n)
        bits++;
    return bits;
}

static void set_role(struct vlog_spec *spec, int number, const struct vlog_role *role)
{
    struct vlog_role *to = &spec->roles[number];
    if (role->width > 63)
        abort(); /* a family's mistake: a value is one word */
    to->key = role->key;
    to->names = role->names;
    to->is_output = role->is_output;
    to->width = role->width;
}

void vlog_in(struct vlog_spec *spec, int role, const char *key, const char *names,
             unsigned width)
{
    set_role(spec, role, &(struct vlog_role){key, names, false, width, ""});
}

void vlog_out(struct vlog_spec *spec, int role, const char *key, const char *names,
              unsigned width)
{
    set_role(spec, role, &(struct vlog_role){key, names, true, width, ""});
}

void vlog_spec_ports(struct vlog_spec *spec)
{
    for (size_t i = 0; i < VLOG_ROLES; i++)
        spec->roles[i].width = 0;
    spec->family->ports(spec);
    vlog_clocking_ports(spec);
}

static void draw_name(struct vlog_role *role, struct task_rng *rng)
{
    uint64_t count = 1;
    const char *name = role->names;
    for (const char *p = name; *p; p++)
        count += *p == ' ';
    for (uint64_t skip = task_rng_below(rng, count); skip > 0; skip--)
        name = strchr(name, ' ') + 1;
    int length =
        snprintf(role->name, sizeof role->name, "%.*s", (int)strcspn(name, " "), name);
    if (length < 0 || (size_t)length >= sizeof role->name)
        abort(); /* a family's mistake */
}

static bool has_twins(const struct vlog_spec *spec)
{
    for (size_t i = 0; i < VLOG_ROLES; i++)
        for (size_t k = 0; k < i; k++)
            if (spec->roles[i].width > 0 && spec->roles[k].width > 0 &&
                strcmp(spec->roles[i].name, spec->roles[k].name) == 0)
                return true;
    return false;
}

static void draw_names(struct vlog_spec *spec, struct task_rng *rng)
{
    do
        for (size_t i = 0; i < VLOG_ROLES; i++)
            if (spec->roles[i].width > 0)
                draw_name(&spec->roles[i], rng);
    while (has_twins(spec));
}

void vlog_spec_draw(struct vlog_spec *spec, const struct vlog_family *family,
                    bool is_shifted, struct task_rng *rng)
{
    *spec = (struct vlog_spec){.family = family, .is_shifted = is_shifted};
    for (size_t i = 0; family->knobs[i].key; i++) {
        const struct vlog_knob *knob = &family->knobs[i];
        spec->p[i] = (int)task_rng_between(rng, is_shifted ? knob->shifted_low : knob->low,
                                           is_shifted ? knob->shifted_high : knob->high);
    }
    family->shape(spec, rng);
    vlog_clocking_draw(spec, rng);
    vlog_spec_ports(spec);
    draw_names(spec, rng);
}

void vlog_spec_face(const struct vlog_spec *spec, struct task_rng *rng,
                    struct vlog_face *face, int *order)
{
    uint32_t shuffled[VLOG_ROLES];
    *face = (struct vlog_face){.module = "top_module", .clock = -1};
    task_rng_permutation(rng, shuffled, VLOG_ROLES);
    for (size_t i = 0; i < VLOG_ROLES; i++) {
        const struct vlog_role *role = &spec->roles[shuffled[i]];
        if (role->width == 0)
            continue;
        struct vlog_port *port = &face->ports[face->port_count];
        memcpy(port->name, role->name, sizeof port->name);
        port->is_output = role->is_output;
        port->width = role->width;
        if (shuffled[i] == VLOG_CLOCK)
            face->clock = (int)face->port_count;
        order[face->port_count++] = (int)shuffled[i];
    }
}
