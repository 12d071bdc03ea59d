/* Imports of VerilogEval, from fixtures of our own in its forms and, where it is there,
 * from a sample of the data set itself. */
#include "verilog/header.h"
#include "verilog/import.h"
#include "verilog/problem.h"
#include "verilog/score.h"

#include "sdk/file.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(verilog_import, .timeout = 60);

/* Of the data set, for whoever has it. */
static const char *sample_folder(void)
{
    static const char *const beside[] = {PODIUM_SOURCE_DIR "/../shared/data/verilog",
                                         PODIUM_SOURCE_DIR "/../../shared/data/verilog"};
    const char *named = getenv("PODIUM_VERILOGEVAL");
    if (named)
        return named;
    return beside[access(beside[0], R_OK) == 0 ? 0 : 1];
}

static char top[] = "/tmp/test-verilog-XXXXXX";

static void set_up(void)
{
    if (access("/usr/bin/iverilog", X_OK) != 0)
        cr_skip_test("no Icarus Verilog here");
    cr_assert(mkdtemp(top));
    cr_assert_eq(setenv("TMPDIR", top, 1), 0);
}

static void tear_down(void)
{
    task_auto_free char *command = task_strf("rm -rf %s", top);
    FILE *done = popen(command, "r");
    if (done)
        (void)pclose(done);
}

static void import(const char *source)
{
    struct task_error err = TASK_ERROR_INIT;
    const struct task_import job = {NULL, "verilogeval", source, top, "valid"};
    cr_assert(vlog_import(&job, &err), "%s", err.message);
}

static void load(const char *name, struct vlog_reference *ref)
{
    struct task_error err = TASK_ERROR_INIT;
    task_auto_free char *folder = task_strf("%s/%s", top, name);
    *ref = (struct vlog_reference){0};
    cr_assert(vlog_reference_load(folder, ref, &err), "%s", err.message);
}

static void vectors_of(const char *name, const struct vlog_problem *problem,
                       struct vlog_vectors *vectors)
{
    struct task_error err = TASK_ERROR_INIT;
    task_auto_free char *folder = task_strf("%s/%s", top, name);
    *vectors = (struct vlog_vectors)VLOG_VECTORS_INIT;
    cr_assert(vlog_reference_vectors(folder, problem, vectors, &err), "%s", err.message);
}

Test(verilog_import, v1_becomes_a_case_of_what_can_be_used, .init = set_up,
     .fini = tear_down)
{
    static const char *const ids[] = {"half_adder", "mod6", "kmap", "tied"};
    struct vlog_reference ref;
    import(PODIUM_SOURCE_DIR "/tests/cases/verilog/eval/v1");
    load("verilog-own", &ref);
    cr_assert_eq(ref.count, 4);
    for (size_t i = 0; i < 4; i++)
        cr_expect_str_eq(ref.problems[i].id, ids[i]);
    cr_expect_eq(ref.m0, .25); /* zeros pass "tied", and no other */
    cr_expect_str_eq(ref.problems[0].group, "combinational");
    cr_expect_str_eq(ref.problems[1].group, "clocked");
    cr_expect_eq(ref.problems[1].face.clock, 0);
    cr_expect_str_eq(ref.problems[1].face.module, "top_module");
    vlog_reference_release(&ref);

    struct task_buf text = TASK_BUF_INIT;
    struct task_error err = TASK_ERROR_INIT;
    task_auto_free char *path = task_strf("%s/verilog-own/in/problems.jsonl", top);
    cr_assert(task_file_read(path, 1 << 20, &text, &err), "%s", err.message);
    cr_expect(strstr(text.data, "\"prompt\":\"Count from 0 to 5.\\n\\nmodule top_module"));
    cr_expect(!strstr(text.data, "endmodule"), "a solution is in the prompts");
    task_buf_release(&text);
}

/* Sums and carries of the inputs themselves. */
Test(verilog_import, vectors_are_those_of_the_canonical_solution, .init = set_up,
     .fini = tear_down)
{
    struct vlog_reference ref;
    struct vlog_vectors vectors;
    unsigned seen = 0;
    import(PODIUM_SOURCE_DIR "/tests/cases/verilog/eval/v1");
    load("verilog-own", &ref);
    vectors_of("verilog-own", &ref.problems[0], &vectors);
    for (size_t i = 0; i < vectors.count; i++) {
        const char *in = vectors.stimuli.data + 2 * i, *out = vectors.samples.data + 2 * i;
        int sum = (in[0] - '0') + (in[1] - '0');
        cr_expect(out[0] == '0' + sum % 2 && out[1] == '0' + sum / 2, "vector %zu", i);
        seen |= 1U << sum;
    }
    cr_expect_eq(seen, 7);
    vlog_vectors_release(&vectors);

    vectors_of("verilog-own", &ref.problems[1], &vectors);
    /* The reset is held at first: 0 after its edge; before it nothing is known. */
    cr_expect_eq(strncmp(vectors.stimuli.data, "00", 2), 0);
    cr_expect_eq(strncmp(vectors.samples.data, "xxx000000", 9), 0);
    cr_expect(strstr(vectors.samples.data, "101000"), "it never wraps");
    for (size_t i = 0; i < vectors.samples.length; i += 3)
        cr_expect(strncmp(vectors.samples.data + i, "11", 2) != 0, "6 or 7");
    vlog_vectors_release(&vectors);

    vectors_of("verilog-own", &ref.problems[2], &vectors);
    for (size_t i = 0; i < vectors.count; i++) {
        const char *in = vectors.stimuli.data + 3 * i;
        char expected = strncmp(in, "111", 3) == 0                                 ? 'x'
                        : strncmp(in, "001", 3) == 0 || strncmp(in, "100", 3) == 0 ? '1'
                                                                                   : '0';
        cr_expect_eq(vectors.samples.data[i], expected, "%.3s", in);
    }
    vlog_vectors_release(&vectors);
    vlog_reference_release(&ref);
}

Test(verilog_import, v2_asks_for_another_name_than_the_reference_has, .init = set_up,
     .fini = tear_down)
{
    struct vlog_reference ref;
    import(PODIUM_SOURCE_DIR "/tests/cases/verilog/eval/v2");
    load("verilog-spec-to-rtl", &ref);
    cr_assert_eq(ref.count, 2);
    cr_expect_str_eq(ref.problems[0].id, "Prob001_toggle");
    cr_expect_str_eq(ref.problems[0].face.module, "TopModule");
    cr_expect_eq(ref.problems[0].face.port_count, 4);
    cr_expect_eq(ref.problems[1].face.ports[0].width, 8);
    vlog_reference_release(&ref);
}

/* Scores what the case's folder "out" has; the raw value. */
static double score(const char *name)
{
    struct task_verdict verdict = {0};
    struct task_error err = TASK_ERROR_INIT;
    task_auto_free char *folder = task_strf("%s/%s", top, name);
    task_auto_free char *out = task_strf("%s/out", folder);
    struct task_score job = {.case_dir = folder, .output_dir = out, .verdict = &verdict};
    cr_assert(vlog_score(&job, &err), "%s", err.message);
    double raw = verdict.raw;
    task_verdict_release(&verdict);
    return raw;
}

static void answer(const char *name, const char *id, const char *text)
{
    struct task_error err = TASK_ERROR_INIT;
    task_auto_free char *out = task_strf("%s/%s/out", top, name);
    task_auto_free char *path = task_strf("%s/%s.v", out, id);
    cr_assert(task_dir_make(out, &err) && task_file_write(path, text, strlen(text), &err));
}

Test(verilog_import, an_imported_case_is_scored_like_others, .init = set_up,
     .fini = tear_down)
{
    import(PODIUM_SOURCE_DIR "/tests/cases/verilog/eval/v2");
    answer("verilog-spec-to-rtl", "Prob002_parity",
           "module TopModule(input [7:0] in, output parity);\n"
           "assign parity = in[0]^in[1]^in[2]^in[3]^in[4]^in[5]^in[6]^in[7]; endmodule");
    cr_expect_eq(score("verilog-spec-to-rtl"), .5);
    answer("verilog-spec-to-rtl", "Prob001_toggle",
           "module TopModule(input clk, areset, t, output reg q);\n"
           "always @(posedge clk) q <= areset ? 0 : q ^ t; endmodule");
    cr_expect_eq(score("verilog-spec-to-rtl"), .5); /* its reset waits for the edge */
    answer("verilog-spec-to-rtl", "Prob001_toggle",
           "module TopModule(input clk, areset, t, output reg q);\n"
           "always @(posedge clk or posedge areset) q <= areset ? 0 : q ^ t; endmodule");
    cr_expect_eq(score("verilog-spec-to-rtl"), 1);
}

/* The solutions of the data set pass their own vectors, and tied outputs hardly any. */
Test(verilog_import, the_public_sample_is_imported_whole, .init = set_up, .fini = tear_down)
{
    static const char name[] = "verilog-human-first20";
    task_auto_free char *path =
        task_strf("%s/VerilogEval_Human_first20.jsonl", sample_folder());
    struct task_buf text = TASK_BUF_INIT;
    struct task_error err = TASK_ERROR_INIT;
    struct vlog_reference ref;
    if (access(path, R_OK) != 0)
        cr_skip_test("no sample of VerilogEval here");
    import(sample_folder());
    load(name, &ref);
    cr_expect_eq(ref.count, 20);
    cr_expect_eq(ref.m0, .05); /* the problem "zero" */
    vlog_reference_release(&ref);
    cr_assert(task_file_read(path, 1 << 20, &text, &err), "%s", err.message);
    for (char *at = text.data; at && *at; at = strchr(at, '\n') + 1) {
        json_error_t problem;
        json_t *line = json_loadb(at, strcspn(at, "\n"), 0, &problem);
        const char *id = NULL, *header = NULL, *rest = NULL;
        cr_assert_eq(json_unpack(line, "{s:s, s:s, s:s}", "task_id", &id, "prompt", &header,
                                 "canonical_solution", &rest),
                     0);
        task_auto_free char *solution = task_strf("%s%s", header, rest);
        answer(name, id, solution);
        json_decref(line);
    }
    cr_expect_eq(score(name), 1);
    task_buf_release(&text);
}

Test(verilog_import, what_is_no_data_set_is_refused, .init = set_up, .fini = tear_down)
{
    struct task_error err = TASK_ERROR_INIT;
    cr_expect(!vlog_import(&(struct task_import){NULL, "rtllm", top, top, "valid"}, &err) &&
              err.fault == TASK_USAGE);
    err = (struct task_error)TASK_ERROR_INIT;
    cr_expect(
        !vlog_import(&(struct task_import){NULL, "verilogeval", top, top, "valid"}, &err) &&
        err.fault == TASK_USAGE);
}

Test(verilog_import, headers_are_read)
{
    static const struct {
        const char *text;
        size_t count;
        unsigned widths[4];
        int clock;
    } rows[] = {
        {"module m(input a, output b);", 2, {1, 1}, -1},
        {"module x(); endmodule /* module m */ module m(input [7:0] a, b, output reg y);",
         3,
         {8, 8, 1},
         -1},
        {"module m(input wire clk, input signed [3:1] a, output logic [0:4] y);",
         3,
         {1, 3, 5},
         0},
        {"module m(\n output y,\n input [99:0] data, // clk\n input clock\n);",
         3,
         {1, 100, 1},
         2},
        {"module m(input [3:0] clk, output y);", 2, {4, 1}, -1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct vlog_face face;
        struct task_error err = TASK_ERROR_INIT;
        cr_assert(vlog_header_read(rows[i].text, strlen(rows[i].text), "m", &face, &err),
                  "row %zu: %s", i, err.message);
        cr_expect_eq(face.port_count, rows[i].count, "row %zu", i);
        cr_expect_eq(face.clock, rows[i].clock, "row %zu", i);
        for (size_t k = 0; k < rows[i].count; k++)
            cr_expect_eq(face.ports[k].width, rows[i].widths[k], "row %zu, port %zu", i, k);
    }
}

Test(verilog_import, headers_of_other_forms_are_refused)
{
    static const char *const texts[] = {
        "",
        "module",
        "module n(input a, output b);",
        "module m;",
        "module m(a, b); input a; output b;",
        "module m(input a, output b",
        "module m(input a output b);",
        "module m(input a,, output b);",
        "module m(input a, output b,);",
        "module m #(parameter N = 1) (input a, output b);",
        "module m(input [N:0] a, output b);",
        "module m(input [3:0][1:0] a, output b);",
        "module m(input a [3:0], output b);",
        "module m(inout a, output b);",
        "module m(input a);",
        "module m(input a, output a);",
        "module m(input [9999:0] a, output b);",
        "module m(input [12345678:0] a, output b);",
        "module m(input [8'd3:0] a, output b);",
        "`include \"m.v\" module m(input a, output b);",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct vlog_face face;
        struct task_error err = TASK_ERROR_INIT;
        cr_expect(!vlog_header_read(texts[i], strlen(texts[i]), "m", &face, &err) &&
                      err.fault == TASK_PACKAGE,
                  "\"%s\" has %zu ports", texts[i], face.port_count);
    }
}
