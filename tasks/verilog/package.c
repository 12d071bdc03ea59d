#include "package.h"

#include "clocking.h"
#include "problem.h"
#include "rivals.h"

#include "sdk/sha256.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Problems of a family in a case. Examples are never scored. */
static const struct counts {
    int scored, shifted, examples;
} counts_public = {8, 0, 1}, counts_hidden = {12, 6, 1};

/* A module with its vectors, which move every output. */
struct made {
    struct vlog_spec spec;
    struct vlog_ordered ordered;
    struct vlog_vectors vectors;
};

static bool moves(const struct vlog_spec *spec, const struct vlog_sample *samples,
                  size_t count)
{
    uint64_t seen[2][VLOG_ROLES] = {{0}};
    for (size_t i = 0; i < count; i++)
        for (int k = 0; k < VLOG_ROLES && samples[i].is_known; k++) {
            seen[0][k] |= ~samples[i].out[k];
            seen[1][k] |= samples[i].out[k];
        }
    for (int k = 0; k < VLOG_ROLES; k++)
        if (spec->roles[k].is_output && spec->roles[k].width > 0 &&
            (seen[0][k] & seen[1][k]) == 0)
            return false;
    return true;
}

/* What a stimulus is worth: nothing if it leaves an output as it is, for then it tests
 * nothing, and else as much as rivals are told by it. */
struct choice {
    struct vlog_spec rivals[VLOG_RIVALS_MAX];
    size_t rival_count;
    struct vlog_sample samples[VLOG_COUNT_CLOCKED * VLOG_SAMPLES];
    uint64_t in[VLOG_COUNT_CLOCKED * VLOG_ROLES], best[VLOG_COUNT_CLOCKED * VLOG_ROLES];
    size_t worth;
};

static void try_stimulus(struct choice *choice, const struct vlog_spec *spec, size_t count,
                         struct task_rng *rng)
{
    size_t each = spec->clocking.is_clocked ? VLOG_SAMPLES : 1;
    vlog_stimulate(spec, rng, choice->in, count);
    vlog_respond(spec, choice->in, count, choice->samples);
    if (!moves(spec, choice->samples, count * each))
        return;
    size_t worth =
        1 + vlog_rivals_told(spec, choice->rivals, choice->rival_count, choice->in, count);
    if (worth <= choice->worth)
        return;
    choice->worth = worth;
    memcpy(choice->best, choice->in, sizeof choice->best);
}

/* The best of some stimuli. False: none of them moves all outputs. */
static bool draw_stimulus(struct made *made, struct task_rng *rng)
{
    enum { TRIES = 12 };
    const struct vlog_spec *spec = &made->spec;
    size_t count = spec->clocking.is_clocked ? VLOG_COUNT_CLOCKED : VLOG_COUNT_COMB;
    struct choice *choice = task_alloc(1, sizeof *choice);
    choice->rival_count = vlog_rivals(spec, choice->rivals);
    for (int i = 0; i < TRIES && choice->worth <= choice->rival_count; i++)
        try_stimulus(choice, spec, count, rng);
    bool is_found = choice->worth > 0;
    if (is_found)
        vlog_vectors_put(spec, &made->ordered, choice->best, count, &made->vectors);
    free(choice);
    return is_found;
}

static void make(const struct vlog_family *family, bool is_shifted, struct task_rng *rng,
                 struct made *made)
{
    *made = (struct made){.vectors = VLOG_VECTORS_INIT};
    do {
        vlog_spec_draw(&made->spec, family, is_shifted, rng);
        vlog_spec_face(&made->spec, rng, &made->ordered.face, made->ordered.order);
    } while (!draw_stimulus(made, rng));
}

static void say(const struct vlog_spec *spec, struct task_rng *rng, struct task_buf *out)
{
    struct vlog_words words;
    vlog_words_init(&words, spec, rng);
    spec->family->say(spec, &words);
    vlog_clocking_say(spec, &words);
    vlog_words_print(&words, out);
    vlog_words_release(&words);
}

/* Words of the stream that goes on to draw the module and its stimuli: what is sent is
 * their digest. */
static void draw_id(struct task_rng *rng, char id[VLOG_ID])
{
    uint8_t digest[TASK_SHA256_BYTES];
    char words[VLOG_ID];
    task_rng_name(rng, words);
    task_sha256(words, VLOG_ID - 1, digest);
    for (int i = 0; 2 * i < VLOG_ID - 1; i++)
        (void)snprintf(id + 2 * i, 3, "%02x", digest[i]);
}

/* One problem to come: what it is made from. */
struct planned {
    const struct vlog_family *family;
    uint64_t index; /* of its streams */
    bool is_shifted;
    bool is_example;
};

/* Examples have a purpose of their own and the index of their family alone: they are no
 * problem of any split. */
static bool add(struct vlog_case *c, const struct task_generate *job,
                const struct planned *planned, struct task_error *err)
{
    struct task_rng rng;
    struct made made;
    struct vlog_problem problem = {.is_shifted = planned->is_shifted};
    task_auto_buf struct task_buf prompt = TASK_BUF_INIT;
    task_auto_free char *purpose = task_strf("%s %s", planned->family->name,
                                             planned->is_example   ? "example"
                                             : planned->is_shifted ? "shifted"
                                                                   : "problem");
    task_generate_rng(job, purpose, planned->index, &rng);
    draw_id(&rng, problem.id);
    memcpy(problem.group, planned->family->name, strlen(planned->family->name) + 1);
    make(planned->family, planned->is_shifted, &rng, &made);
    problem.face = made.ordered.face;
    say(&made.spec, &rng, &prompt);
    bool done = planned->is_example
                    ? vlog_case_example(c, &problem, prompt.data, &made.vectors, err)
                    : vlog_case_add(c, &problem, prompt.data, &made.vectors, err);
    vlog_vectors_release(&made.vectors);
    return done;
}

enum { PLANNED_MAX = 128 };

static void plan(struct planned *list, size_t *count, struct planned what, int number)
{
    for (int i = 0; i < number; i++) {
        what.index = (uint64_t)i;
        list[(*count)++] = what;
    }
}

/* In an order that tells nothing of families. */
static size_t plan_group(const struct vlog_group *group, const struct counts *counts,
                         struct task_rng *rng, struct planned *list)
{
    size_t count = 0;
    for (size_t f = 0; group->families[f]; f++) {
        const struct vlog_family *family = group->families[f];
        plan(list, &count, (struct planned){family, 0, false, false}, counts->scored);
        plan(list, &count, (struct planned){family, 0, true, false}, counts->shifted);
        plan(list, &count, (struct planned){family, 0, false, true}, counts->examples);
    }
    task_rng_shuffle(rng, list, count, sizeof *list);
    return count;
}

static bool make_case(const struct task_generate *job, const struct vlog_group *group,
                      struct task_error *err)
{
    struct planned list[PLANNED_MAX];
    struct task_rng rng;
    struct vlog_case c;
    task_auto_free char *name = task_strf("verilog-%s", group->name);
    task_generate_rng(job, name, 0, &rng);
    size_t count = plan_group(group, job->split[0] == 'h' ? &counts_hidden : &counts_public,
                              &rng, list);
    bool done = vlog_case_begin(&c, job->out, name, err);
    for (size_t i = 0; done && i < count; i++)
        done = add(&c, job, &list[i], err);
    done = done && vlog_case_end(&c, err);
    vlog_case_release(&c);
    return done;
}

bool vlog_package(const struct task_generate *job, struct task_error *err)
{
    for (const struct vlog_group *group = vlog_groups; group->name; group++)
        if (!make_case(job, group, err))
            return false;
    return true;
}
