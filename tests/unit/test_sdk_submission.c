/* The competition's CSV: every defect with its exact message, strict and lenient, and the
 * values that result. Graph t has runtime/normalizer 100 120 150 400 50 (best is 4), graph
 * l runtimes 40 10 30 20 50 60, graph s (shifted) 1 2. */
#include "sdk/list.h"
#include "sdk/rng.h"
#include "sdk/submission.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

TestSuite(sdk_submission, .timeout = 20);

static struct task_reference reference(void)
{
    static const int64_t t[] = {200, 240, 300, 800, 100}, twos[] = {2, 2, 2, 2, 2};
    static const int64_t l[] = {40, 10, 30, 20, 50, 60}, s[] = {1, 2};
    const struct task_labels labels[] = {
        {t, twos, 5, false}, {l, NULL, 6, false}, {s, NULL, 2, true}};
    struct task_reference ref = {.m0 = .5, .m1 = 1};
    struct task_error err = TASK_ERROR_INIT;
    cr_assert(task_reference_add(&ref, "tile:sim", "t", &labels[0], &err) &&
                  task_reference_add(&ref, "layout:a", "l", &labels[1], &err) &&
                  task_reference_add(&ref, "layout:a", "s", &labels[2], &err) &&
                  task_reference_index(&ref, &err),
              "%s", err.message);
    return ref;
}

static void measure(const struct task_graph *graph, const uint32_t *list, size_t count,
                    double *value)
{
    if (graph->rule == TASK_LIST_TOP) {
        size_t places = count < TASK_TOP ? count : TASK_TOP;
        value[0] = 2 - task_slowdown(graph, task_best_of(graph, list, places));
        value[1] = 2 - task_slowdown(graph, task_best_of(graph, list, 1));
        return;
    }
    struct task_kendall k;
    value[0] = value[1] = 0;
    if (count == 0)
        return;
    task_order_count(&graph->order, list, &k);
    value[0] = task_tau_b(&k);
}

static const struct task_metric metric = {
    .unit = "test", .values = 2, .names = {"", "first"}, .measure = measure};

static const char *const others[] = {"tile:cpu", "tile:xla"};

static void score(const char *text, size_t length, bool is_lenient,
                  struct task_verdict *verdict)
{
    struct task_reference ref = reference();
    /* Exactly as long as the text, so that the sanitizer sees a byte read too far. */
    task_auto_free char *copy = task_alloc(length, 1);
    if (length > 0)
        memcpy(copy, text, length);
    const struct task_score job = {
        .is_lenient = is_lenient, .others = others, .other_count = 2, .verdict = verdict};
    task_submission_measure(copy, length, &ref, &metric, &job);
    task_reference_release(&ref);
}

static const char *message(const struct task_verdict *verdict)
{
    return verdict->message.data ? verdict->message.data : "";
}

#define H "ID,TopConfigs\n"
#define T "tile:sim:t,4;0;1;2;3\n"
#define L "layout:a:l,1;3;2;0;4;5\n"
#define S "layout:a:s,0;1\n"

Test(sdk_submission, accepts_what_the_rules_accept)
{
    static const struct {
        const char *what;
        const char *text;
        const char *message;
    } cases[] = {
        {"plain", H T L S, ""},
        {"no newline at the end", H T L "layout:a:s,0;1", ""},
        {"another order", H S "tile:cpu:x,0\n" T L, ""},
        {"malformed rows of other collections", H "tile:xla:q,1,2,\"\ntile:cpu:\n" T L S,
         ""},
        {"byte order mark", "\xef\xbb\xbf" H T L S,
         "submission.csv:1:1: a byte order mark"},
        {"CRLF", "ID,TopConfigs\r\ntile:sim:t,4;0;1;2;3\r\n" L S,
         "submission.csv:1:14: lines end in CR LF"},
        {"blank lines", H "\n" T L S "\n",
         "submission.csv:2:1: a blank line\nsubmission.csv:6:1: a blank line"},
        {"quotes", "\"ID\",\"TopConfigs\"\n" T "\"layout:a:l\",\"1;3;2;0;4;5\"\n" S,
         "submission.csv:1:1: the field needs no quotes\n"
         "submission.csv:3:1: the field needs no quotes\n"
         "submission.csv:3:14: the field needs no quotes"},
        {"repeated index in a tile list", H "tile:sim:t,4;0;0;0;4;3\n" L S,
         "submission.csv:2:16: \"0\" is listed twice and wastes a place\n"
         "submission.csv:2:18: \"0\" is listed twice and wastes a place\n"
         "submission.csv:2:20: \"4\" is listed twice and wastes a place"},
        {"short tile list", H "tile:sim:t,4\n" L S,
         "submission.csv:2:12: the list has 1 of the 5 places that count"},
        {"leading zeros", H "tile:sim:t,00004;000000000000;01;2;3\n" L S, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (int is_lenient = 0; is_lenient < 2; is_lenient++) {
            struct task_verdict v = {0};
            score(cases[i].text, strlen(cases[i].text), is_lenient, &v);
            cr_expect_not(v.is_rejected, "%s", cases[i].what);
            cr_expect_str_eq(message(&v), cases[i].message, "%s: %s", cases[i].what,
                             message(&v));
            cr_expect_eq(v.raw, 1, "%s: raw %g", cases[i].what, v.raw);
            cr_expect_eq(v.score, 100);
            task_verdict_release(&v);
        }
    }
}

/* Values by hand: tile t with the slowest chosen is 2 - 400/50 = -6; list 3;... likewise.
 * layout l with 1;3 kept and the rest appended is 1;3;0;2;4;5: one of 15 pairs is wrong,
 * 13/15. raw is the mean of the means (l + s) / 2 and t. */
#define BAD_L (13. / 15)
#define RAW(t, l, s) (((t) + ((l) + (s)) / 2.) / 2)

static const struct {
    const char *what;
    const char *text;
    const char *strict;  /* message; NULL: accepted */
    const char *lenient; /* message, or "!" where it rejects as well, with the same */
    double raw;          /* lenient */
} defects[] = {
    {"empty file", "", "submission.csv:1:1: the file is empty", NULL, 0},
    {"header", "id,TopConfigs\n" T L S,
     "submission.csv:1:1: the header is not \"ID,TopConfigs\" but \"id,TopConfigs\"", NULL,
     0},
    {"no header", T L S,
     "submission.csv:1:1: the header is not \"ID,TopConfigs\" but "
     "\"tile:sim:t,4;0;1;2;3\"\nsubmission.csv: no row for \"tile:sim:t\"",
     NULL, 0},
    {"one column", H T L S "tile:sim\n",
     "submission.csv:5:9: the row has one column; expected ID,TopConfigs", NULL, 0},
    {"three columns", H T L "layout:a:s,0,1\n",
     "submission.csv:4:13: the row has more than two columns; indices are joined by "
     "';'\nsubmission.csv: no row for \"layout:a:s\"",
     NULL, 0},
    {"open quote", H T L "layout:a:s,\"0;1\n",
     "submission.csv:4:12: a quote that does not enclose the whole field\n"
     "submission.csv: no row for \"layout:a:s\"",
     NULL, 0},
    {"quote inside", H T L "layout:a:s,0;\"1\"\n",
     "submission.csv:4:14: a quote that does not enclose the whole field\n"
     "submission.csv: no row for \"layout:a:s\"",
     NULL, 0},
    {"unknown ID", H T L S "tile:sim:u\x01,1\n",
     "submission.csv:5:1: unknown ID \"tile:sim:u\\x01\"",
     "submission.csv:5:1: unknown ID \"tile:sim:u\\x01\"; the row is left out", 1},
    {"duplicate ID", H T L S "tile:sim:t,3\n",
     "submission.csv:5:1: ID \"tile:sim:t\" was on line 2 already",
     "submission.csv:5:1: ID \"tile:sim:t\" was on line 2 already; the first row "
     "counts",
     1},
    {"missing tile graph", H L S, "submission.csv: no row for \"tile:sim:t\"",
     "submission.csv: no row for \"tile:sim:t\"; it counts as the worst answer",
     RAW(-6, 1, 1)},
    {"missing layout graph", H T S, "submission.csv: no row for \"layout:a:l\"",
     "submission.csv: no row for \"layout:a:l\"; it counts as the worst answer",
     RAW(1, 0, 1)},
    {"empty tile list", H "tile:sim:t,\n" L S, "submission.csv:2:12: the list is empty",
     "submission.csv:2:12: the list is empty; it counts as a missing row", RAW(-6, 1, 1)},
    {"empty layout list", H T "layout:a:l,\n" S, "submission.csv:3:12: the list is empty",
     "submission.csv:3:12: the list is empty; it counts as a missing row", RAW(1, 0, 1)},
    {"not a number", H "tile:sim:t,nan;4; 1;-1;1.0;+2;0x1;;1e0\n" L S,
     "submission.csv:2:12: \"nan\" is not a whole number of digits only\n"
     "submission.csv:2:18: \" 1\" is not a whole number of digits only\n"
     "submission.csv:2:21: \"-1\" is not a whole number of digits only\n"
     "submission.csv:2:24: \"1.0\" is not a whole number of digits only\n"
     "submission.csv:2:28: \"+2\" is not a whole number of digits only\n"
     "submission.csv:2:31: \"0x1\" is not a whole number of digits only\n"
     "submission.csv:2:35: \"\" is not a whole number of digits only\n"
     "submission.csv:2:36: \"1e0\" is not a whole number of digits only",
     "submission.csv:2:12: \"nan\" is not a whole number of digits only; dropped\n"
     "submission.csv:2:18: \" 1\" is not a whole number of digits only; dropped\n"
     "submission.csv:2:21: \"-1\" is not a whole number of digits only; dropped\n"
     "submission.csv:2:24: \"1.0\" is not a whole number of digits only; dropped\n"
     "submission.csv:2:28: \"+2\" is not a whole number of digits only; dropped\n"
     "submission.csv:2:31: \"0x1\" is not a whole number of digits only; dropped\n"
     "submission.csv:2:35: \"\" is not a whole number of digits only; dropped\n"
     "submission.csv:2:36: \"1e0\" is not a whole number of digits only; dropped",
     1},
    {"semicolon at the end", H "tile:sim:t,4;0;1;2;3;\n" L S,
     "submission.csv:2:22: \"\" is not a whole number of digits only",
     "submission.csv:2:22: \"\" is not a whole number of digits only; dropped", 1},
    {"out of range", H "tile:sim:t,5;3\n" L "layout:a:s,0;1;99999999999999999999\n",
     "submission.csv:2:12: \"5\" is not below 5, the number of configurations\n"
     "submission.csv:4:16: \"99999999999999999999\" is not below 2, the number of "
     "configurations",
     "submission.csv:2:12: \"5\" is not below 5, the number of configurations; "
     "dropped\n"
     "submission.csv:4:16: \"99999999999999999999\" is not below 2, the number of "
     "configurations; dropped",
     RAW(-6, 1, 1)},
    {"nothing usable", H T L "layout:a:s,x\n",
     "submission.csv:4:12: \"x\" is not a whole number of digits only",
     "submission.csv:4:12: \"x\" is not a whole number of digits only; dropped\n"
     "submission.csv:4:12: the list is empty; it counts as a missing row",
     RAW(1, 1, 0)},
    {"repeated in a permutation", H T "layout:a:l,1;3;3;1;2;0;4;5\n" S,
     "submission.csv:3:16: \"3\" is listed twice\n"
     "submission.csv:3:18: \"1\" is listed twice",
     "submission.csv:3:16: \"3\" is listed twice; the first one counts\n"
     "submission.csv:3:18: \"1\" is listed twice; the first one counts",
     1},
    {"short permutation", H T "layout:a:l,1;3\n" S,
     "submission.csv:3:12: the list has 2 of 6 configurations",
     "submission.csv:3:12: the list has 2 of 6 configurations; the missing ones are "
     "appended in index order",
     RAW(1, BAD_L, 1)},
    {"all in index order", H T "layout:a:l,0\n" S,
     "submission.csv:3:12: the list has 1 of 6 configurations",
     "submission.csv:3:12: the list has 1 of 6 configurations; the missing ones are "
     "appended in index order",
     RAW(1, 7. / 15, 1)}, /* 0..5: 0 above 1 2 3, 2 above 3: 4 of 15 pairs are wrong */
};

Test(sdk_submission, rejects_or_forgives_every_defect_where_it_stands)
{
    for (size_t i = 0; i < sizeof defects / sizeof defects[0]; i++) {
        struct task_verdict strict = {0}, lenient = {0};
        score(defects[i].text, strlen(defects[i].text), false, &strict);
        score(defects[i].text, strlen(defects[i].text), true, &lenient);
        cr_expect(strict.is_rejected, "%s", defects[i].what);
        cr_expect_str_eq(message(&strict), defects[i].strict, "%s: %s", defects[i].what,
                         message(&strict));
        cr_expect_eq(lenient.is_rejected, !defects[i].lenient, "%s", defects[i].what);
        if (defects[i].lenient) {
            cr_expect_str_eq(message(&lenient), defects[i].lenient, "%s: %s",
                             defects[i].what, message(&lenient));
            cr_expect(fabs(lenient.raw - defects[i].raw) < 1e-12,
                      "%s: raw %.12g, not %.12g", defects[i].what, lenient.raw,
                      defects[i].raw);
        }
        task_verdict_release(&strict);
        task_verdict_release(&lenient);
    }
}

Test(sdk_submission, finds_a_nul_byte)
{
    static const char text[] = H T L "layout:a:s,0;1\0\n";
    struct task_verdict v = {0};
    score(text, sizeof text - 1, true, &v);
    cr_expect(v.is_rejected);
    cr_expect(strstr(message(&v), "submission.csv:4:15: a NUL byte"), "%s", message(&v));
    task_verdict_release(&v);
}

Test(sdk_submission, refuses_a_line_without_end)
{
    task_auto_buf struct task_buf text = TASK_BUF_INIT;
    task_buf_printf(&text, H T L S "tile:sim:t,");
    size_t length = TASK_LINE_CAP + 100;
    memset(task_buf_reserve(&text, length), '7', length);
    struct task_verdict v = {0};
    score(text.data, text.length + length, true, &v);
    cr_expect(v.is_rejected);
    cr_expect_str_eq(message(&v),
                     "submission.csv:5:4194305: the line is longer than 4 MiB");
    task_verdict_release(&v);
}

Test(sdk_submission, tells_20_defects_and_counts_the_rest)
{
    task_auto_buf struct task_buf text = TASK_BUF_INIT;
    task_buf_printf(&text, H T L S);
    for (int i = 0; i < 1000; i++)
        task_buf_printf(&text, "tile:sim:%d,0\n", i);
    struct task_verdict v = {0};
    score(text.data, text.length, false, &v);
    const char *last =
        strstr(message(&v), "submission.csv:24:1: unknown ID \"tile:sim:19\"");
    cr_assert(last, "%s", message(&v));
    cr_expect_str_eq(strchr(last, '\n'), "\nand 980 more");
    task_verdict_release(&v);
}

/* 100,120,150,400 of the competition's fixtures: K = 5 and K = 1. */
Test(sdk_submission, scores_the_tile_fixtures)
{
    static const int64_t runtime[] = {100, 120, 150, 400}, ones[] = {1, 1, 1, 1};
    static const struct {
        const char *row;
        double five, one;
    } cases[] = {{"1;2;3;0", 1, .8}, {"1;2;3", .8, .8}, {"3", -2, -2}, {"0", 1, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct task_reference ref = {.m0 = 0, .m1 = 1};
        struct task_error err = TASK_ERROR_INIT;
        const struct task_labels labels = {runtime, ones, 4, false};
        cr_assert(task_reference_add(&ref, "tile:xla", "g", &labels, &err) &&
                  task_reference_index(&ref, &err));
        task_auto_free char *text = task_strf(H "tile:xla:g,%s\n", cases[i].row);
        struct task_verdict v = {0};
        const struct task_score job = {.verdict = &v};
        task_submission_measure(text, strlen(text), &ref, &metric, &job);
        cr_expect(fabs(v.raw - cases[i].five) < 1e-15, "%s: %g", cases[i].row, v.raw);
        cr_expect(fabs(v.metrics[0].value - cases[i].one) < 1e-15);
        task_verdict_release(&v);
        task_reference_release(&ref);
    }
}

Test(sdk_submission, reports_shifted_graphs_apart_and_items_in_order)
{
    static const char text[] = H T L "layout:a:s,1;0\n";
    struct task_reference ref = reference();
    struct task_verdict v = {0};
    const struct task_score job = {.verdict = &v};
    task_submission_measure(text, sizeof text - 1, &ref, &metric, &job);
    cr_assert_eq(v.metric_count, 3);
    cr_expect_str_eq(v.metrics[1].name, "shifted");
    cr_expect_eq(v.metrics[1].value, -1);
    cr_expect_str_eq(v.metrics[2].name, "unshifted");
    cr_expect_eq(v.metrics[2].value, 1);
    cr_assert_eq(v.item_count, 3);
    cr_expect_str_eq(v.items[1].id, "layout:a:s");
    cr_expect_str_eq(v.items[1].group, "layout:a");
    cr_expect_eq(v.items[1].value, -1);
    cr_expect_eq(v.raw, RAW(1, 1, -1));
    task_verdict_release(&v);
    task_reference_release(&ref);
}

static bool read_quick(struct task_list *list, const char *text,
                       const struct task_graph *graph)
{
    size_t length = strlen(text), before = 4;
    task_auto_free char *copy = task_alloc(before + length, 1);
    memcpy(copy + before, text, length);
    bool is_read = task_list_quick(list, copy + before, copy + before + length,
                                   copy + before + length, graph);
    /* And in the middle of a text: what follows must not matter. */
    task_auto_free char *longer =
        task_strf("    %s\n7;7;7;7;7;7;7;7;7;7;7;7;7;7;7;7;7;7;7;7;7;"
                  "7;7;7;7;7;7;7;7;7;7;7;7;7;7;7;7;7;7",
                  text);
    bool is_read_inside = task_list_quick(list, longer + before, longer + before + length,
                                          longer + strlen(longer), graph);
    cr_assert_eq(is_read, is_read_inside, "\"%s\"", text);
    return is_read;
}

/* It must take them itself: a clean list that it leaves to the careful reader would cost
 * only time, and no other test would see it. */
Test(sdk_submission, reads_every_number_of_a_clean_list_quickly)
{
    const struct task_graph top = {.configs = 10000, .rule = TASK_LIST_TOP};
    struct task_list list;
    task_list_init(&list, 10000);
    for (uint32_t i = 0; i < 9990; i++) {
        char text[64];
        (void)snprintf(text, sizeof text, "%u;9999;9998;9997;%u", i, i + 1);
        cr_assert(read_quick(&list, text, &top), "%s", text);
        cr_assert(list.count == 5 && list.index[0] == i && list.index[4] == i + 1, "%s",
                  text);
    }
    /* Every length of the last block, 64 included. */
    for (uint32_t n = 2; n < 10000; n += n < 150 ? 1 : 791) {
        const struct task_graph all = {.configs = n, .rule = TASK_LIST_PERMUTATION};
        task_auto_buf struct task_buf text = TASK_BUF_INIT;
        for (uint32_t i = 0; i < n; i++)
            task_buf_printf(&text, "%s%u", i ? ";" : "", n - 1 - i);
        cr_assert(read_quick(&list, text.data, &all), "n = %u", n);
        for (uint32_t i = 0; i < n; i++)
            cr_assert_eq(list.index[i], n - 1 - i, "n = %u, element %u", n, i);
    }
    task_list_release(&list);
}

Test(sdk_submission, leaves_every_defect_to_the_careful_reader)
{
    static const struct {
        enum task_list_rule rule;
        size_t configs;
        const char *text;
    } cases[] = {
        {TASK_LIST_TOP, 900, ""},
        {TASK_LIST_TOP, 900, "1;2;3;4"},
        {TASK_LIST_TOP, 900, "1;2;3;4;1"},
        {TASK_LIST_TOP, 900, "1;2;3;4;900"},
        {TASK_LIST_TOP, 900, "1;2;3;4;5;"},
        {TASK_LIST_TOP, 900, ";1;2;3;4;5"},
        {TASK_LIST_TOP, 900, "100;200;300;400;1:0"},
        {TASK_LIST_TOP, 900, "100;20 ;300;400;100"},
        {TASK_LIST_TOP, 900, "100;/00;300;400;500"},
        {TASK_LIST_TOP, 900, "100;:00;300;400;500"},
        {TASK_LIST_TOP, 900, "100,200;300;400;500"},
        {TASK_LIST_TOP, 900, "1;2;3;4;4294967297"},
        {TASK_LIST_TOP, 10001, "1;2;3;4;5"},
        {TASK_LIST_TOP, 10000, "1;2;3;4;00005"},
        {TASK_LIST_PERMUTATION, 3,
         ";;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;"},
        {TASK_LIST_PERMUTATION, 3,
         "0;1;2;0;1;2;0;1;2;0;1;2;0;1;2;0;1;2;0;1;2;0;1;2;0;1;2;0;1;2;0;1;2;0;1;2;0;1;2;0;"
         "1;2;0;"
         "1;2;0;1;2;0;1;2;0;1;2;0;1;2;0;1;2;0;1;2;0;1;2;0;1;2;0;1;2;0;1;2;0;1;2;0;1;2;0;1;"
         "2;0;1"},
        {TASK_LIST_TOP, 900, "1;2;3;4;\xb5"},
        {TASK_LIST_PERMUTATION, 3, "0;1"},
        {TASK_LIST_PERMUTATION, 3, "0;1;1"},
        {TASK_LIST_PERMUTATION, 3, "0;1;3"},
        {TASK_LIST_PERMUTATION, 3, "0;1;2;"},
        {TASK_LIST_PERMUTATION, 3, "0;1;2;0"},
        {TASK_LIST_PERMUTATION, 3, "0;;2"},
    };
    struct task_list list;
    task_list_init(&list, 10001);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct task_graph graph = {.configs = cases[i].configs,
                                         .rule = cases[i].rule};
        cr_expect_not(read_quick(&list, cases[i].text, &graph), "\"%s\"", cases[i].text);
    }
    task_list_release(&list);
}

/* The quick reader and the careful one: blanks in a list force the careful one, which in
 * lenient mode drops the odd element, so both must come to the same value. */
Test(sdk_submission, reads_large_permutations_alike_by_both_readers)
{
    static const size_t sizes[] = {2, 9, 10, 11, 99, 101, 1000, 1001, 12345};
    struct task_rng rng;
    task_rng_init(&rng, &(struct task_stream){"", "csv", "1", "test", "lists", 0});
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        size_t n = sizes[s];
        task_auto_free int64_t *runtime = task_alloc(n, sizeof *runtime);
        task_auto_free uint32_t *list = task_alloc(n, sizeof *list);
        for (size_t i = 0; i < n; i++)
            runtime[i] = task_rng_between(&rng, 1, (int64_t)n);
        runtime[0] = (int64_t)n + 1;
        task_rng_permutation(&rng, list, n);
        task_auto_buf struct task_buf quick = TASK_BUF_INIT, careful = TASK_BUF_INIT;
        task_buf_printf(&quick, H "a:b,");
        for (size_t i = 0; i < n; i++)
            task_buf_printf(&quick, "%s%u", i ? ";" : "", list[i]);
        task_buf_printf(&careful, "%s;x", quick.data);

        const struct task_labels labels = {runtime, NULL, n, false};
        struct task_reference ref = {.m0 = 0, .m1 = 1};
        struct task_error err = TASK_ERROR_INIT;
        cr_assert(task_reference_add(&ref, "a", "b", &labels, &err) &&
                  task_reference_index(&ref, &err));
        struct task_verdict a = {0}, b = {0};
        const struct task_score strict = {.verdict = &a};
        const struct task_score lenient = {.verdict = &b, .is_lenient = true};
        task_submission_measure(quick.data, quick.length, &ref, &metric, &strict);
        task_submission_measure(careful.data, careful.length, &ref, &metric, &lenient);
        cr_expect(!a.is_rejected && a.message.length == 0, "n = %zu: %s", n, message(&a));
        cr_expect(!b.is_rejected && b.message.length > 0);
        cr_expect_eq(a.raw, b.raw, "n = %zu: %g and %g", n, a.raw, b.raw);
        task_verdict_release(&a);
        task_verdict_release(&b);
        task_reference_release(&ref);
    }
}

Test(sdk_submission, refuses_labels_that_cannot_score)
{
    static const int64_t zero[] = {1, 0}, equal[] = {7, 7}, good[] = {1, 2};
    static const struct {
        struct task_labels labels;
        const char *words;
    } cases[] = {
        {{zero, NULL, 2, false}, "config_runtime[1] is 0: these are placeholders"},
        {{good, zero, 2, false}, "config_runtime_normalizers[1] is 0"},
        {{equal, NULL, 2, false}, "all runtimes are equal"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct task_reference ref = {0};
        struct task_error err = TASK_ERROR_INIT;
        cr_expect_not(task_reference_add(&ref, "a", "b", &cases[i].labels, &err));
        cr_expect_eq(err.fault, TASK_PACKAGE);
        cr_expect(strstr(err.message, cases[i].words), "%s", err.message);
        task_reference_release(&ref);
    }
}
