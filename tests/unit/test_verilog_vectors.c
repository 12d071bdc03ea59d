#include "verilog/clocking.h"
#include "verilog/family.h"
#include "verilog/lex.h"
#include "verilog/package.h"
#include "verilog/rivals.h"
#include "verilog/vectors.h"

#include "sdk/file.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(verilog_vectors, .timeout = 60);

enum { DRAWS = 100 };

/* Stimuli of a module. */
struct drawn {
    struct vlog_spec spec;
    uint64_t in[VLOG_COUNT_CLOCKED * VLOG_ROLES];
    size_t count;
};

/* Odd ones are shifted. */
static void draw(struct drawn *drawn, const struct vlog_family *family, uint64_t index)
{
    struct task_rng rng;
    task_rng_init(
        &rng, &(struct task_stream){"0011", "verilog", "1", "test", family->name, index});
    vlog_spec_draw(&drawn->spec, family, index % 2 == 1, &rng);
    drawn->count = drawn->spec.clocking.is_clocked ? VLOG_COUNT_CLOCKED : VLOG_COUNT_COMB;
    vlog_stimulate(&drawn->spec, &rng, drawn->in, drawn->count);
}

static size_t number_of_knob(const struct vlog_family *family, const char *key)
{
    size_t i = 0;
    while (strcmp(family->knobs[i].key, key) != 0)
        i++;
    return i;
}

/* One flag turned over; "async" and "falling" are the clocking's. */
static struct vlog_spec turned(const struct vlog_spec *spec, const char *flag)
{
    struct vlog_spec other = *spec;
    if (strcmp(flag, "async") == 0)
        other.clocking.is_async = !spec->clocking.is_async;
    else if (strcmp(flag, "falling") == 0)
        other.clocking.is_falling = !spec->clocking.is_falling;
    else
        other.p[number_of_knob(spec->family, flag)] ^= 1;
    vlog_spec_ports(&other);
    return other;
}

/* By one stimulus; a package takes the best of twelve. Percents are of modules for which
 * the flag means something. */
Test(verilog_vectors, a_stimulus_tells_a_module_from_what_a_careless_reader_builds)
{
    static const struct {
        const struct vlog_family *family;
        const char *flag;
        unsigned percent;
    } rows[] = {
        {&vlog_counter, "saturate", 95},   {&vlog_counter, "async", 80},
        {&vlog_shift, "async", 80},        {&vlog_shift, "start_ones", 95},
        {&vlog_lfsr, "async", 95},         {&vlog_lfsr, "right", 95},
        {&vlog_arbiter, "hold", 60},       {&vlog_arbiter, "async", 80},
        {&vlog_detector, "overlap", 70},   {&vlog_detector, "mealy", 95},
        {&vlog_detector, "async", 60},     {&vlog_debouncer, "start", 95},
        {&vlog_debouncer, "async", 70},    {&vlog_fifo, "swap", 85},
        {&vlog_fifo, "registered", 95},    {&vlog_fifo, "async", 90},
        {&vlog_divider, "high_first", 95}, {&vlog_divider, "async", 80},
        {&vlog_regfile, "bypass", 95},     {&vlog_regfile, "registered", 95},
        {&vlog_regfile, "zero", 95},       {&vlog_regfile, "async", 75},
        {&vlog_counter, "falling", 90},    {&vlog_fifo, "falling", 95},
    };
    static struct drawn drawn;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t told = 0;
        for (uint64_t k = 0; k < DRAWS; k++) {
            draw(&drawn, rows[i].family, k);
            struct vlog_spec other = turned(&drawn.spec, rows[i].flag);
            told += vlog_rivals_told(&drawn.spec, &other, 1, drawn.in, drawn.count);
        }
        cr_expect_geq(told, rows[i].percent, "%s.%s: %zu of %d", rows[i].family->name,
                      rows[i].flag, told, DRAWS);
    }
}

Test(verilog_vectors, a_module_is_not_told_from_itself)
{
    static struct drawn drawn;
    draw(&drawn, &vlog_counter, 0);
    cr_expect_eq(vlog_rivals_told(&drawn.spec, &drawn.spec, 1, drawn.in, drawn.count), 0);
}

/* Only in reset; before it took effect nothing counts. */
Test(verilog_vectors, what_is_not_known_tells_nothing)
{
    static struct drawn drawn;
    draw(&drawn, &vlog_counter, 0);
    drawn.spec.extra[1] = 1; /* the value in reset */
    drawn.spec.clocking.is_async = false;
    struct vlog_spec other = turned(&drawn.spec, "async");
    cr_expect_eq(vlog_rivals_told(&drawn.spec, &other, 1, drawn.in, VLOG_RESET_VECTORS), 0);
}

Test(verilog_vectors, rivals_have_the_same_ports_and_differ)
{
    static struct drawn drawn;
    static struct vlog_spec rivals[VLOG_RIVALS_MAX];
    draw(&drawn, &vlog_debouncer, 0);
    size_t count = vlog_rivals(&drawn.spec, rivals);
    cr_expect_geq(count, 6);
    for (size_t i = 0; i < count; i++) {
        cr_expect(memcmp(rivals[i].p, drawn.spec.p, sizeof drawn.spec.p) != 0 ||
                  memcmp(&rivals[i].clocking, &drawn.spec.clocking,
                         sizeof rivals[i].clocking) != 0);
        for (size_t k = 0; k < VLOG_ROLES; k++)
            cr_expect_eq(rivals[i].roles[k].width, drawn.spec.roles[k].width);
    }
}

/* A prompt of one family; the caller releases it. */
static void say(const struct vlog_spec *spec, uint64_t index, struct task_buf *out)
{
    struct vlog_words words;
    struct task_rng rng;
    task_rng_init(&rng,
                  &(struct task_stream){"0022", "verilog", "1", "test", "say", index});
    vlog_words_init(&words, spec, &rng);
    spec->family->say(spec, &words);
    vlog_clocking_say(spec, &words);
    vlog_words_print(&words, out);
    vlog_words_release(&words);
}

static void check_prompt(const struct vlog_spec *spec, const char *prompt)
{
    cr_expect(strpbrk(prompt, "{}|") == NULL, "%s", prompt);
    for (const char *p = prompt; *p; p++)
        cr_expect(*p == '\n' || (*p >= ' ' && *p <= '~'), "%s", prompt);
    for (size_t i = 0; i < VLOG_ROLES; i++)
        cr_expect(spec->roles[i].width == 0 || strstr(prompt, spec->roles[i].name),
                  "nothing is said of '%s': %s", spec->roles[i].name, prompt);
}

Test(verilog_vectors, every_family_has_good_ports_and_says_them_all)
{
    static struct drawn drawn;
    for (const struct vlog_group *group = vlog_groups; group->name; group++)
        for (size_t f = 0; group->families[f]; f++)
            for (uint64_t i = 0; i < 2 * DRAWS; i++) {
                struct vlog_face face;
                struct task_error err = TASK_ERROR_INIT;
                struct task_buf prompt = TASK_BUF_INIT;
                struct task_rng rng;
                int order[VLOG_ROLES];
                task_rng_init(&rng, &(struct task_stream){"0033", "v", "1", "t", "f", i});
                draw(&drawn, group->families[f], i);
                vlog_spec_face(&drawn.spec, &rng, &face, order);
                cr_expect(vlog_face_check(&face, &err), "%s", err.message);
                say(&drawn.spec, i, &prompt);
                check_prompt(&drawn.spec, prompt.data);
                task_buf_release(&prompt);
            }
}

Test(verilog_vectors, a_fact_has_as_many_wordings_as_variants)
{
    static struct drawn drawn;
    struct task_rng rng;
    bool seen[2] = {false, false};
    draw(&drawn, &vlog_divider, 0);
    for (uint64_t i = 0; i < 50; i++) {
        struct vlog_words words;
        task_rng_init(&rng, &(struct task_stream){"0044", "v", "1", "t", "w", i});
        vlog_words_init(&words, &drawn.spec, &rng);
        vlog_set(&words, "x", "%s", "(5)");
        vlog_say(&words, "a {x}.|{x}");
        const char *fact = words.facts[0].data;
        seen[0] |= strcmp(fact, "A (5).") == 0;
        seen[1] |= strcmp(fact, "(5)") == 0;
        vlog_words_release(&words);
    }
    cr_expect(seen[0] && seen[1]);
}

static const struct vlog_face small = {
    "top", {{"clk", false, 1}, {"y", true, 2}, {"a", false, 3}}, 3, 0};

Test(verilog_vectors, vectors_are_read_as_they_were_written)
{
    static const char text[] = "101 0x 11\n000 10 x1\n";
    struct vlog_vectors vectors = VLOG_VECTORS_INIT;
    struct task_buf out = TASK_BUF_INIT;
    struct task_error err = TASK_ERROR_INIT;
    cr_assert(vlog_vectors_parse(text, sizeof text - 1, &small, &vectors, &err), "%s",
              err.message);
    cr_expect_eq(vectors.count, 2);
    cr_expect_str_eq(vectors.stimuli.data, "101000");
    cr_expect_str_eq(vectors.samples.data, "0x1110x1");
    vlog_vectors_print(&vectors, &small, &out);
    cr_expect_str_eq(out.data, text);
    task_buf_release(&out);
    vlog_vectors_release(&vectors);
}

Test(verilog_vectors, other_lines_are_no_vectors)
{
    static const char *const texts[] = {
        "",
        "101 00\n",
        "101 00 00",
        "101 00 00 \n",
        "10 00 00\n",
        "10x 00 00\n",
        "101 02 00\n",
        "101  00 00\n",
        "101 00 00\n\n",
        "- 00 00\n",
        "1010 00 00\n",
        "101 00 00\n1",
        "101\t00 00\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct vlog_vectors vectors = VLOG_VECTORS_INIT;
        struct task_error err = TASK_ERROR_INIT;
        cr_expect(!vlog_vectors_parse(texts[i], strlen(texts[i]), &small, &vectors, &err) &&
                      err.fault == TASK_PACKAGE,
                  "\"%s\"", texts[i]);
        vlog_vectors_release(&vectors);
    }
}

Test(verilog_vectors, a_sample_bit_belongs_to_its_port)
{
    const struct vlog_face face = {
        "top", {{"y", true, 2}, {"a", false, 9}, {"z", true, 1}}, 3, -1};
    cr_expect_str_eq(vlog_face_output_at(&face, 0)->name, "y");
    cr_expect_str_eq(vlog_face_output_at(&face, 1)->name, "y");
    cr_expect_str_eq(vlog_face_output_at(&face, 2)->name, "z");
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *at)
{
    (void)status, (void)kind, (void)at;
    return remove(path);
}

/* Names of the kind that sdk/rng.h makes are two whole words of a stream of 256 bits of
 * state: the stream that draws what is hidden must not be told from an id. */
Test(verilog_vectors, an_id_shows_no_word_of_the_stream_that_draws_its_problem)
{
    static const struct task_program program = {.id = "verilog", .version = "1"};
    char top[] = "/tmp/test-verilog-XXXXXX";
    cr_assert(mkdtemp(top));
    const struct task_generate job = {&program, "public", "0123456789abcdef", top};
    struct task_error err = TASK_ERROR_INIT;
    cr_assert(vlog_package(&job, &err), "%s", err.message);
    task_auto_free char *path = task_strf("%s/verilog-count/in/problems.jsonl", top);
    task_auto_buf struct task_buf text = TASK_BUF_INIT;
    cr_assert(task_file_read(path, 1 << 20, &text, &err), "%s", err.message);
    for (uint64_t i = 0; i < 8; i++) {
        struct task_rng rng;
        char name[33];
        task_generate_rng(&job, "counter problem", i, &rng);
        task_rng_name(&rng, name);
        cr_expect_null(strstr(text.data, name), "%s", name);
    }
    cr_assert_eq(nftw(top, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}
