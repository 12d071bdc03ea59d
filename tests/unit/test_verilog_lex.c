#include "verilog/face.h"
#include "verilog/lex.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(verilog_lex, .timeout = 20);

#define HEAD "module top(input clk, input [3:0] a, output reg [3:0] y);\n"

/* NULL: accepted; otherwise what the reason must have. */
static void expect(const char *text, size_t length, const char *reason)
{
    struct task_error err = TASK_ERROR_INIT;
    struct task_buf out = TASK_BUF_INIT;
    bool is_accepted = vlog_accept(text, length, "top", &out, &err);
    if (!reason)
        cr_expect(is_accepted, "refused \"%s\": %s", text, err.message);
    else
        cr_expect(!is_accepted && err.fault == TASK_ENTRY && strstr(err.message, reason),
                  "\"%s\": \"%s\", expected \"%s\"", text, err.message, reason);
    task_buf_release(&out);
}

/* A body in a module that is fine otherwise. */
static void expect_body(const char *body, const char *reason)
{
    char text[2048];
    int length = snprintf(text, sizeof text, HEAD "%s\nendmodule\n", body);
    cr_assert(length > 0 && (size_t)length < sizeof text);
    expect(text, (size_t)length, reason);
}

Test(verilog_lex, what_synthesis_needs_is_accepted)
{
    static const char *const bodies[] = {
        "always @(*) y = a;",
        "always @( * ) y = a;",
        "always @* y = a + 4'd1;",
        "always @(posedge clk) y <= {a[2:0], a[3]};",
        "always_ff @(posedge clk or negedge a[0]) if (!a[0]) y <= '0; else y <= a;",
        "always_comb begin unique case (a) 4'b1???: y = 1; default: y = 'x; endcase end",
        "localparam [3:0] N = 4'hF; wire signed [3:0] s = $signed(a) >>> $clog2(8);",
        "genvar i; generate for (i = 0; i < 4; i = i + 1) begin : g not(w[i], a[i]); end "
        "endgenerate",
        "function [3:0] f(input [3:0] x); f = x ^ $unsigned(x) + $bits(x); endfunction",
        "typedef enum logic [1:0] {IDLE, RUN} state_t; state_t s;",
        "integer i; initial for (i = 0; i < 4; i = i + 1) y[i] = 1'b0;",
        "part #(.N(4)) p(.a(a), .y(), .*);",
        "assign z = c ? 12 : 8'sd12 + 12'o7_7 - 'h1F - 4'bzx_1;",
        "reg [7:0] m [0:15]; always @(posedge clk) m[a] <= '{default: 0};",
        "begin_of_x = a$b + initialize;", /* names that start as words do */
        "/* `include \"x\" $finish \xe2\x86\x92 */ // force release \xc3\xa9",
    };
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
        expect_body(bodies[i], NULL);
    const char *two = "module part(input a); endmodule : part\n" HEAD "endmodule : top\n";
    expect(two, strlen(two), NULL);
}

struct row {
    const char *body, *reason;
};

static void expect_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        expect_body(rows[i].body, rows[i].reason);
}

Test(verilog_lex, what_reaches_out_of_a_module_is_refused)
{
    static const struct row rows[] = {
        {"initial $display(1);", "'$display'"},
        {"initial $finish;", "'$finish'"},
        {"initial $stop;", "'$stop'"},
        {"initial $fopen(1);", "'$fopen'"},
        {"initial $readmemh(1);", "'$readmemh'"},
        {"initial $dumpvars;", "'$dumpvars'"},
        {"initial $system(1);", "'$system'"},
        {"initial $my_vpi_call;", "'$my_vpi_call'"},
        {"initial $root.bench.x = 1;", "'$root'"},
        {"wire w = $time;", "'$time'"},
        {"int q[$];", "'$'"},
        {"wire w = $signedly(a);", "'$signedly'"},
        {"initial force y = 1;", "'force'"},
        {"initial release y;", "'release'"},
        {"initial deassign y;", "'deassign'"},
        {"bind bench top t();", "'bind'"},
        {"defparam p.n = 1;", "'defparam'"},
        {"import p::*;", "'import'"},
        {"export \"DPI-C\" f;", "'export'"},
        {"initial fork join", "'fork'"},
        {"initial forever ;", "'forever'"},
        {"initial wait (a);", "'wait'"},
        {"event e;", "'event'"},
        {"real r;", "'real'"},
        {"inout w;", "'inout'"},
        {"string s;", "'string'"},
        {"final y = 1;", "'final'"},
        {"specify endspecify", "'specify'"},
        {"let f = 1;", "'let'"},
        {"initial bench.y = 1;", "hierarchical"},
        {"assign y = s.field;", "hierarchical"},
        {"assign y = g[0].x;", "hierarchical"},
        {"assign y = bench . dut;", "hierarchical"},
        {"assign y = bench/**/./**/dut;", "hierarchical"},
        {"assign y = 1.5;", "hierarchical"},
        {"assign y = pkg::x;", "package"},
    };
    expect_rows(rows, sizeof rows / sizeof rows[0]);
}

Test(verilog_lex, what_hides_a_token_or_ends_a_module_is_refused)
{
    static const struct row rows[] = {
        {"(* keep *) wire w;", "attributes"},
        {"(*keep*) wire w;", "attributes"},
        {"(* /* ) */ keep *) wire w;", "attributes"},
        {"`include \"bench.v\"", "directives"},
        {"`define x endmodule", "directives"},
        {"`timescale 1ns/1ps", "directives"},
        {"assign y = `__LINE__;", "directives"},
        {"wire \\initial ;", "escaped"},
        {"localparam s = \"text\";", "strings"},
        {"wire caf\xc3\xa9;", "byte 0xc3"},
        {"wire w\x01;", "byte 0x01"},
        {"wire w\x0b;", "byte 0x0b"},
        {"/* never ends", "comment"},
        {"// a comment that ends \n initial $finish;", "line 3: '$finish'"},
        {"/* // */ initial $finish;", "'$finish'"},
        {"/* /* */ initial $finish; // */", "'$finish'"},
        /* What a compiler may read as a number and a word. */
        {"assign y = 4'd1force;", "base"},
        {"assign y = 'd xforce;", "no digit"},
        {"assign y = 4'b 1;", "no digit"},
        {"assign y = 'b/**/1;", "no digit"},
        {"assign y = 4'b12;", "base"},
        {"assign y = 12force;", "runs into"},
        {"assign y = 1ns;", "runs into"},
        {"assign y = '1force;", "base"},
        {"assign y = '10;", "runs into"},
        {"module inner; endmodule", "inside"},
        {"endmodule primitive p(o, i);", "'primitive'"},
        {"endmodule program p;", "'program'"},
        {"endmodule config c;", "'config'"},
        {"endmodule library l;", "'library'"},
        {"endmodule package p;", "'package'"},
        {"endmodule interface p;", "'interface'"},
        {"endmodule class p;", "'class'"},
        {"endmodule wire w; module m;", "outside"},
        {"endmodule ; module m;", "outside"},
        {"endmodule : top : x module m;", "outside"},
        {"endmodule : module x; module m;", "inside"},
        {"endmodule module top;", "twice"},
        {"endmodule module 7;", "no name"},
    };
    expect_rows(rows, sizeof rows / sizeof rows[0]);
}

Test(verilog_lex, a_submission_is_whole_modules_with_the_right_name)
{
    static const struct {
        const char *text, *reason;
    } rows[] = {
        {"", "no module 'top'"},
        {" // nothing", "no module 'top'"},
        {"module topp; endmodule", "no module 'top'"},
        {"module top;", "no endmodule"},
        {"module", "no endmodule"},
        {"endmodule", "outside"},
        {"wire w;", "outside"},
        {"Here is the module: module top; endmodule", "outside"},
        {"module top; endmodule endmodule", "outside"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        expect(rows[i].text, strlen(rows[i].text), rows[i].reason);
    static const char with_nul[] = "module top; /* \0 */ endmodule";
    expect(with_nul, sizeof with_nul - 1, "NUL");
    static const char bare_nul[] = "module top; \0 endmodule";
    expect(bare_nul, sizeof bare_nul - 1, "byte 0x00");
}

Test(verilog_lex, sizes_are_bounded)
{
    struct task_buf text = TASK_BUF_INIT;
    task_buf_printf(&text, "module top; wire ");
    for (int i = 0; i < 1025; i++)
        task_buf_append(&text, "w", 1);
    task_buf_printf(&text, "; endmodule");
    expect(text.data, text.length, "1024 bytes");

    text.length = 0;
    task_buf_printf(&text, "module top; assign y = ");
    for (int i = 0; i < 201; i++)
        task_buf_append(&text, "(", 1);
    expect(text.data, text.length, "200 deep");

    text.length = 0;
    for (int i = 0; i < 33; i++)
        task_buf_printf(&text, "module m%d; endmodule ", i);
    expect(text.data, text.length, "32 modules");

    text.length = 0;
    task_buf_printf(&text, HEAD "endmodule");
    while (text.length <= VLOG_SOURCE_MAX)
        task_buf_append(&text, " ", 1);
    expect(text.data, text.length, "65536 bytes");
    expect(text.data, VLOG_SOURCE_MAX, NULL);
    task_buf_release(&text);
}

Test(verilog_lex, the_compiler_gets_the_tokens_on_their_lines_and_no_comment)
{
    static const char given[] =
        "module top; // one\n/* two\n\n*/ wire/**/w;\r\n  endmodule";
    struct task_error err = TASK_ERROR_INIT;
    struct task_buf out = TASK_BUF_INIT;
    cr_assert(vlog_accept(given, sizeof given - 1, "top", &out, &err), "%s", err.message);
    /* The comments hold the three line ends before `wire`, which stay. */
    cr_expect_str_eq(out.data, "module top;\n\n\nwire w;\nendmodule\n");
    task_buf_release(&out);
}

Test(verilog_lex, names_are_identifiers_and_no_words)
{
    static const char *const names[] = {"a", "_x", "top_module", "Q9"};
    static const char *const others[] = {"",      "9a",      "a b",  "a$",       "module",
                                         "force", "matches", "bool", "\xc3\xa9", "a-b"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        cr_expect(vlog_is_name(names[i]), "%s", names[i]);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        cr_expect_not(vlog_is_name(others[i]), "%s", others[i]);
}

Test(verilog_lex, faces_are_checked)
{
    struct vlog_face face = {"top", {{"clk", false, 1}, {"y", true, 3}}, 2, 0};
    struct task_error err = TASK_ERROR_INIT;
    cr_expect(vlog_face_check(&face, &err), "%s", err.message);
    cr_expect_eq(vlog_face_inputs(&face), 0);
    cr_expect_eq(vlog_face_outputs(&face), 3);
    cr_expect_eq(vlog_face_samples(&face), 2);

    static const struct {
        struct vlog_face face;
        const char *reason;
    } rows[] = {
        {{"force", {{"y", true, 1}}, 1, -1}, "module"},
        {{"top", {{"y", true, 0}}, 1, -1}, "bits"},
        {{"top", {{"y", true, 5000}}, 1, -1}, "bits"},
        {{"top", {{"y", true, 1}, {"y", false, 1}}, 2, -1}, "two ports"},
        {{"top", {{"a", false, 1}}, 1, -1}, "no output"},
        {{"top", {{"c", false, 2}, {"y", true, 1}}, 2, 0}, "clock"},
        {{"top", {{"y", true, 1}}, 1, 0}, "clock"},
        {{"top", {{"y", true, 1}}, 1, 1}, "clock"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct task_error bad = TASK_ERROR_INIT;
        cr_expect(!vlog_face_check(&rows[i].face, &bad) && bad.fault == TASK_PACKAGE &&
                      strstr(bad.message, rows[i].reason),
                  "row %zu: %s", i, bad.message);
    }
}
