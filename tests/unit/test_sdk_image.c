/* Prepared references: what is mapped is what was saved, files score the same against both,
 * and an image that is cut or damaged is refused or harmless. */
#include "sdk/file.h"
#include "sdk/rng.h"
#include "sdk/submission.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

TestSuite(sdk_image, .timeout = 60);

enum { LARGE = 1500 };

/* Two tile graphs, a small and a large permutation, one that is shifted. */
static void make_reference(struct task_reference *ref)
{
    static const int64_t t[] = {200, 240, 300, 800, 100}, twos[] = {2, 2, 2, 2, 2};
    static const int64_t l[] = {40, 10, 30, 20, 30, 60}, s[] = {1, 2};
    static int64_t large[LARGE];
    for (int i = 0; i < LARGE; i++)
        large[i] = 1 + (i * 7919) % 997;
    const struct {
        const char *collection, *name;
        struct task_labels labels;
    } graphs[] = {{"tile:sim", "t", {t, twos, 5, false}},
                  {"tile:sim", "u", {s, twos, 2, false}},
                  {"layout:a", "l", {l, NULL, 6, false}},
                  {"layout:a", "s", {s, NULL, 2, true}},
                  {"layout:b", "large", {large, NULL, LARGE, false}}};
    struct task_error err = TASK_ERROR_INIT;
    *ref = (struct task_reference){.m0 = .5, .m1 = 1};
    for (size_t i = 0; i < sizeof graphs / sizeof graphs[0]; i++)
        cr_assert(task_reference_add(ref, graphs[i].collection, graphs[i].name,
                                     &graphs[i].labels, &err),
                  "%s", err.message);
    cr_assert(task_reference_index(ref, &err), "%s", err.message);
}

/* A folder of the test's own; the caller frees. */
static char *make_folder(void)
{
    char *folder = task_strdup("/tmp/sdk_image.XXXXXX");
    cr_assert(mkdtemp(folder) != NULL);
    return folder;
}

static void remove_folder(char *folder, const char *file)
{
    (void)unlink(file);
    cr_assert_eq(rmdir(folder), 0);
    free(folder);
}

static void expect_same_graph(const struct task_graph *a, const struct task_graph *b)
{
    const size_t bytes = a->configs * sizeof *a->runtime;
    cr_expect_str_eq(a->id, b->id);
    cr_expect_eq(a->id_length, b->id_length);
    cr_expect_str_eq(a->collection, b->collection);
    cr_expect_eq(a->is_shifted, b->is_shifted);
    cr_expect_eq(a->rule, b->rule);
    cr_assert_eq(a->configs, b->configs);
    cr_expect_eq(memcmp(a->runtime, b->runtime, bytes), 0);
    cr_expect_eq(a->normalizer == NULL, b->normalizer == NULL);
    if (a->normalizer && b->normalizer)
        cr_expect_eq(memcmp(a->normalizer, b->normalizer, bytes), 0);
    cr_expect_eq(memcmp(a->ratio, b->ratio, bytes), 0, "also the same doubles");
    cr_expect_eq(a->best, b->best);
    cr_expect_eq(a->worst, b->worst);
    cr_expect_eq(a->order.n, b->order.n);
    cr_expect_eq(a->order.ties, b->order.ties);
    cr_expect_eq(a->order.slots == NULL, b->order.slots == NULL);
    cr_expect_eq(a->order.rank == NULL, b->order.rank == NULL);
}

Test(sdk_image, what_is_mapped_is_what_was_saved)
{
    struct task_error err = TASK_ERROR_INIT;
    char *folder = make_folder();
    task_auto_free char *path = task_strf("%s/image", folder);
    task_auto_reference struct task_reference ref, mapped;
    make_reference(&ref);
    cr_assert(task_reference_save(&ref, path, &err), "%s", err.message);
    cr_assert(task_reference_map(path, &mapped, &err), "%s", err.message);
    cr_expect_eq(mapped.m0, .5);
    cr_expect_eq(mapped.m1, 1);
    cr_assert_eq(mapped.count, 5);
    for (size_t i = 0; i < ref.count; i++) {
        expect_same_graph(&ref.graphs[i], &mapped.graphs[i]);
        cr_expect_eq(
            task_reference_find(&mapped, ref.graphs[i].id, ref.graphs[i].id_length),
            &mapped.graphs[i]);
    }
    cr_expect_null(task_reference_find(&mapped, "tile:sim:v", 10));
    cr_expect_eq(mapped.graphs[0].collection, mapped.graphs[1].collection,
                 "graphs of a collection share its name");
    remove_folder(folder, path);
}

static void measure(const struct task_graph *graph, const uint32_t *list, size_t count,
                    double *value)
{
    value[1] = count ? task_slowdown(graph, task_best_of(graph, list, count)) : 0;
    value[0] = 2 - value[1];
    if (graph->rule == TASK_LIST_TOP || count == 0)
        return;
    struct task_kendall k;
    task_order_count(&graph->order, list, &k);
    value[0] = task_tau_b(&k);
}

static const struct task_metric metric = {
    .unit = "test", .values = 2, .names = {"", "slowdown"}, .measure = measure};

/* The verdict object of a text as the scorer would write it; the caller frees. */
static char *verdict_of(const struct task_reference *ref, const struct task_buf *text,
                        bool is_lenient)
{
    static const char *const others[] = {"tile:cpu", "tile:xla"};
    struct task_error err = TASK_ERROR_INIT;
    struct task_verdict verdict = {0};
    struct task_buf printed = TASK_BUF_INIT;
    const struct task_score job = {
        .is_lenient = is_lenient, .others = others, .other_count = 2, .verdict = &verdict};
    task_submission_measure(text->data ? text->data : "", text->length, ref, &metric, &job);
    if (!task_verdict_print(&verdict, &printed, &err))
        task_buf_printf(&printed, "refused: %s", err.message);
    task_verdict_release(&verdict);
    return printed.data;
}

#define H "ID,TopConfigs\n"
#define T "tile:sim:t,3;0;1;2;4\ntile:sim:u,1;0\n"
#define L "layout:a:l,1;3;2;0;4;5\n"
#define S "layout:a:s,0;1\n"

static const char *const texts[] = {
    H T L S,
    "",
    H,
    T L S,
    "\xef\xbb\xbfID,TopConfigs\r\n" T L S "\r\n",
    H T T L S,
    H T L S "tile:sim:v,0;1;2\n",
    H T L S "tile:cpu:x,no\ntile:xla:y,1,2,3\n",
    H "tile:sim:t,3;3;3;3;3;3;3;3\ntile:sim:u,\n" L S,
    H "tile:sim:t,5;-1; 2;0x1;1e1\n" L S,
    H T "layout:a:l,1;3\n" S,
    H T "layout:a:l,1;3;2;0;4;5;5\n" S,
    H T "layout:a:l,1;3;2;0;4;99999999999999999999\n" S,
    H T "\"layout:a:l\",\"1;3;2;0;4;5\"\n\"layout:a:s,0;1\n",
    H T L "layout:a:s,0;1\n:\n,\n;\n",
};

/* The large permutation in a random order behind what is there. */
static void add_large(struct task_rng *rng, struct task_buf *text)
{
    uint32_t order[LARGE];
    task_rng_permutation(rng, order, LARGE);
    for (int i = 0; i < LARGE; i++)
        task_buf_printf(text, i ? ";%u" : "layout:b:large,%u", order[i]);
    task_buf_printf(text, "\n");
}

/* Any byte of it may be any other. */
static void spoil(struct task_rng *rng, struct task_buf *text)
{
    for (uint64_t n = task_rng_below(rng, 4); n > 0 && text->length > 0; n--)
        text->data[task_rng_below(rng, text->length)] =
            "0123456789;,:\n\r\"\0x"[task_rng_below(rng, 18)];
}

static void expect_same_verdicts(const struct task_reference *a,
                                 const struct task_reference *b,
                                 const struct task_buf *text)
{
    for (int is_lenient = 0; is_lenient < 2; is_lenient++) {
        task_auto_free char *first = verdict_of(a, text, is_lenient);
        task_auto_free char *second = verdict_of(b, text, is_lenient);
        cr_expect_str_eq(first, second);
    }
}

Test(sdk_image, every_file_gets_the_same_verdict_object)
{
    struct task_error err = TASK_ERROR_INIT;
    struct task_rng rng;
    char *folder = make_folder();
    task_auto_free char *path = task_strf("%s/image", folder);
    task_auto_reference struct task_reference ref, mapped;
    task_rng_init(&rng, &(struct task_stream){"", "image", "1", "", "texts", 0});
    make_reference(&ref);
    cr_assert(task_reference_save(&ref, path, &err) &&
              task_reference_map(path, &mapped, &err));
    for (size_t i = 0; i < 40 * (sizeof texts / sizeof texts[0]); i++) {
        task_auto_buf struct task_buf text = TASK_BUF_INIT;
        const char *start = texts[i / 40];
        task_buf_append(&text, start, strlen(start));
        if (i % 40 > 0)
            add_large(&rng, &text);
        if (i % 40 > 1)
            spoil(&rng, &text);
        expect_same_verdicts(&ref, &mapped, &text);
    }
    remove_folder(folder, path);
}

/* Writes bytes as an image, maps it and scores a file: 0 refused, 1 the same verdict, 2
 * another. */
static int try_image(const char *path, const struct task_buf *bytes,
                     const struct task_buf *text, const char *expected)
{
    struct task_error err = TASK_ERROR_INIT;
    task_auto_reference struct task_reference ref;
    cr_assert(task_file_write(path, bytes->data ? bytes->data : "", bytes->length, &err));
    if (!task_reference_map(path, &ref, &err)) {
        cr_expect_eq(err.fault, TASK_PACKAGE, "%s", err.message);
        cr_expect(strstr(err.message, path) != NULL, "it is named: %s", err.message);
        return 0;
    }
    task_auto_free char *found = verdict_of(&ref, text, true);
    return strcmp(found, expected) == 0 ? 1 : 2;
}

struct trial {
    char *folder, *path, *expected;
    struct task_buf image, text;
};

static void trial_start(struct trial *trial)
{
    struct task_error err = TASK_ERROR_INIT;
    struct task_rng rng;
    task_auto_reference struct task_reference ref;
    *trial = (struct trial){.folder = make_folder()};
    trial->path = task_strf("%s/image", trial->folder);
    make_reference(&ref);
    cr_assert(task_reference_save(&ref, trial->path, &err) &&
              task_file_read(trial->path, 1 << 20, &trial->image, &err));
    task_rng_init(&rng, &(struct task_stream){"", "image", "1", "", "trial", 0});
    task_buf_printf(&trial->text, H T L S);
    add_large(&rng, &trial->text);
    trial->expected = verdict_of(&ref, &trial->text, true);
}

static void trial_end(struct trial *trial)
{
    remove_folder(trial->folder, trial->path);
    free(trial->path);
    free(trial->expected);
    task_buf_release(&trial->image);
    task_buf_release(&trial->text);
}

Test(sdk_image, an_image_that_is_cut_short_is_refused)
{
    struct trial trial;
    trial_start(&trial);
    struct task_buf cut = trial.image;
    for (size_t length = 0; length < trial.image.length; length += length < 1024 ? 1 : 37) {
        cut.length = length;
        cr_expect_eq(try_image(trial.path, &cut, &trial.text, trial.expected), 0, "%zu",
                     length);
    }
    cr_expect_eq(try_image(trial.path, &trial.image, &trial.text, trial.expected), 1);
    trial_end(&trial);
}

/* front_bytes is the sixth word of the head. */
static size_t front_of(const struct task_buf *image)
{
    uint64_t front;
    memcpy(&front, image->data + 40, sizeof front);
    cr_assert(front > 1000 && front < image->length);
    return front;
}

Test(sdk_image, a_changed_byte_where_it_matters_is_refused)
{
    struct trial trial;
    trial_start(&trial);
    size_t front = front_of(&trial.image);
    for (size_t at = 0; at < trial.image.length; at += at < 1024 ? 1 : 29) {
        trial.image.data[at] ^= (char)(1 << at % 8);
        int outcome = try_image(trial.path, &trial.image, &trial.text, trial.expected);
        if (at < front)
            cr_expect_eq(outcome, 0, "byte %zu", at);
        trial.image.data[at] ^= (char)(1 << at % 8);
    }
    trial_end(&trial);
}

/* As in the SDK, so that what it does behind the sum is tried as well. */
static void mend_sum(struct task_buf *image, size_t front)
{
    uint64_t sum = front - 24, word;
    for (size_t at = 24; at < front; at += sizeof word) {
        memcpy(&word, image->data + at, sizeof word);
        sum = (sum ^ word) * 0x9e3779b97f4a7c15u;
        sum ^= sum >> 32;
    }
    memcpy(image->data + 16, &sum, sizeof sum);
}

Test(sdk_image, a_changed_byte_under_a_right_sum_is_no_crash)
{
    struct trial trial;
    struct task_rng rng;
    trial_start(&trial);
    task_rng_init(&rng, &(struct task_stream){"", "image", "1", "", "flips", 0});
    size_t front = front_of(&trial.image);
    int outcomes[3] = {0};
    for (size_t at = 24; at < front; at += at < 1500 ? 1 : 13) {
        char before = trial.image.data[at];
        trial.image.data[at] ^= (char)(1 + task_rng_below(&rng, 255));
        mend_sum(&trial.image, front);
        outcomes[try_image(trial.path, &trial.image, &trial.text, trial.expected)]++;
        trial.image.data[at] = before;
    }
    cr_expect_gt(outcomes[0], 100, "bounds are looked at: %d refused", outcomes[0]);
    cr_expect_gt(outcomes[1] + outcomes[2], 100, "the sum was mended");
    trial_end(&trial);
}

Test(sdk_image, a_reference_that_is_not_indexed_is_not_saved)
{
    struct task_error err = TASK_ERROR_INIT;
    const struct task_reference none = {.count = 0};
    cr_expect_not(task_reference_save(&none, "/nowhere/image", &err));
    cr_expect_eq(err.fault, TASK_PACKAGE);
}

Test(sdk_image, what_is_no_file_is_no_image)
{
    struct task_error err = TASK_ERROR_INIT, other = TASK_ERROR_INIT;
    struct task_reference ref;
    cr_expect_not(task_reference_map("/tmp", &ref, &err));
    cr_expect_eq(err.fault, TASK_PACKAGE);
    cr_expect_not(task_reference_map("/nowhere/image", &ref, &other));
    cr_expect_eq(other.fault, TASK_HOST);
}
