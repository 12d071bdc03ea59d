/* The scorer on one small case: what it accepts, what costs a problem, what rejects. */
#include "verilog/child.h"
#include "verilog/problem.h"
#include "verilog/score.h"
#include "verilog/simulate.h"

#include "sdk/file.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(verilog_score, .timeout = 100);

/* A folder of one's own, with a case of two problems: an inverter and a counter of two bits
 * that a synchronous reset clears. */
static char top[] = "/tmp/test-verilog-XXXXXX";

static void put(const char *name, const char *text)
{
    struct task_error err = TASK_ERROR_INIT;
    task_auto_free char *path = task_strf("%s/%s", top, name);
    cr_assert(task_file_write(path, text, strlen(text), &err), "%s", err.message);
}

static void make_folder(const char *name)
{
    struct task_error err = TASK_ERROR_INIT;
    task_auto_free char *path = task_strf("%s/%s", top, name);
    cr_assert(task_dir_make(path, &err), "%s", err.message);
}

static void set_up(void)
{
    if (access("/usr/bin/iverilog", X_OK) != 0)
        cr_skip_test("no Icarus Verilog here");
    cr_assert(mkdtemp(top));
    cr_assert_eq(setenv("TMPDIR", top, 1), 0);
    make_folder("case/ref");
    make_folder("out");
    put("case/ref/reference.json",
        "{\"schema\":\"podium.verilog/1\",\"m0\":0,\"problems\":["
        "{\"id\":\"inv\",\"group\":\"gates\",\"shifted\":false,\"module\":\"top_module\","
        "\"ports\":[{\"name\":\"a\",\"direction\":\"input\",\"width\":2},"
        "{\"name\":\"y\",\"direction\":\"output\",\"width\":2}]},"
        "{\"id\":\"cnt\",\"group\":\"counters\",\"shifted\":true,\"module\":\"top_module\","
        "\"ports\":[{\"name\":\"rst\",\"direction\":\"input\",\"width\":1},"
        "{\"name\":\"q\",\"direction\":\"output\",\"width\":2},"
        "{\"name\":\"clk\",\"direction\":\"input\",\"width\":1,\"clock\":true}]}]}\n");
    put("case/ref/inv.txt", "00 11\n01 10\n10 01\n11 0x\n");
    put("case/ref/cnt.txt", "1 xx 00\n0 00 01\n0 01 10\n1 10 00\n0 00 01\n");
}

static void tear_down(void)
{
    task_auto_free char *command = task_strf("rm -rf %s", top);
    FILE *done = popen(command, "r");
    if (done)
        (void)pclose(done);
}

#define FIXED(name) Test(verilog_score, name, .init = set_up, .fini = tear_down)

static const char inverter[] =
    "module top_module(input [1:0] a, output [1:0] y); assign y = ~a; endmodule";
static const char counter[] = "module top_module(input clk, rst, output reg [1:0] q);\n"
                              "always @(posedge clk) q <= rst ? 2'd0 : q + 2'd1; endmodule";

/* Scores the folder out; the caller releases the verdict. */
static bool score(struct task_verdict *verdict, struct task_error *err)
{
    task_auto_free char *case_dir = task_strf("%s/case", top);
    task_auto_free char *out = task_strf("%s/out", top);
    struct task_score job = {.case_dir = case_dir, .output_dir = out, .verdict = verdict};
    *verdict = (struct task_verdict){0};
    *err = (struct task_error)TASK_ERROR_INIT;
    return vlog_score(&job, err);
}

/* Both problems: their values, and what the message must have. */
static void expect(double inv, double cnt, const char *message)
{
    struct task_verdict verdict;
    struct task_error err;
    cr_assert(score(&verdict, &err), "%s", err.message);
    cr_assert_eq(verdict.item_count, 2);
    const char *said = verdict.message.data ? verdict.message.data : "";
    cr_expect_eq(verdict.items[0].value, inv, "inv, %s: %s", message, said);
    cr_expect_eq(verdict.items[1].value, cnt, "cnt, %s: %s", message, said);
    cr_expect(strstr(said, message), "\"%s\" is not in \"%s\"", message, said);
    cr_expect_eq(verdict.raw, (inv + cnt) / 2);
    cr_expect_eq(verdict.score, 50 * (inv + cnt));
    task_verdict_release(&verdict);
}

static void expect_rejected(const char *reason)
{
    struct task_verdict verdict;
    struct task_error err;
    cr_expect(!score(&verdict, &err) && err.fault == TASK_ENTRY &&
                  strstr(err.message, reason),
              "\"%s\" is not in \"%s\"", reason, err.message);
    task_verdict_release(&verdict);
}

static void remove_out(const char *name)
{
    task_auto_free char *path = task_strf("%s/out/%s", top, name);
    cr_assert(unlink(path) == 0 || rmdir(path) == 0);
}

FIXED(right_modules_solve_their_problems)
{
    struct task_verdict verdict;
    struct task_error err;
    put("out/inv.v", inverter);
    put("out/cnt.v", counter);
    expect(1, 1, "");
    cr_assert(score(&verdict, &err), "%s", err.message);
    cr_expect_eq(verdict.message.length, 0);
    cr_expect_str_eq(verdict.items[0].id, "inv");
    cr_expect_str_eq(verdict.items[1].group, "counters");
    static const struct task_number metrics[] = {
        {"vectors", 1}, {"simulated", 1}, {"shifted", 1}, {"unshifted", 1}};
    cr_assert_eq(verdict.metric_count, 4);
    for (size_t i = 0; i < 4; i++) {
        cr_expect_str_eq(verdict.metrics[i].name, metrics[i].name);
        cr_expect_eq(verdict.metrics[i].value, metrics[i].value);
    }
    task_verdict_release(&verdict);
}

FIXED(a_wrong_bit_costs_the_problem_and_the_vector)
{
    struct task_verdict verdict;
    struct task_error err;
    put("out/cnt.v", counter);
    put("out/inv.v", "module top_module(input [1:0] a, output [1:0] y);\n"
                     "assign y = a == 2'b01 ? 2'b11 : ~a; endmodule");
    expect(0, 1, "inv: vector 1: output 'y' differs");
    cr_assert(score(&verdict, &err), "%s", err.message);
    cr_expect_eq(verdict.metrics[0].value, (3 / 4. + 1) / 2); /* of four vectors one */
    task_verdict_release(&verdict);
    /* An asynchronous reset shows before the edge. */
    put("out/inv.v", inverter);
    put("out/cnt.v",
        "module top_module(input clk, rst, output reg [1:0] q);\n"
        "always @(posedge clk or posedge rst) if (rst) q <= 0; else q <= q + 1;\n"
        "endmodule");
    expect(1, 0, "cnt: vector 3: output 'q' differs");
    put("out/cnt.v", "module top_module(input clk, rst, output reg [1:0] q);\n"
                     "always @(negedge clk) q <= rst ? 2'd0 : q + 2'd1; endmodule");
    expect(1, 0, "cnt: vector 0, clock high: output 'q' differs");
}

FIXED(unknown_bits_are_wrong_where_a_bit_is_expected)
{
    put("out/cnt.v", counter);
    put("out/inv.v", "module top_module(input [1:0] a, output [1:0] y); endmodule");
    expect(0, 1, "inv: vector 0");
    put("out/inv.v", "module top_module(input [1:0] a, output [1:0] y);\n"
                     "assign y = a == 3 ? 2'b0z : a == 2 ? 2'b01 : ~a; endmodule");
    expect(1, 1, "");
    put("out/inv.v",
        "module top_module(input [1:0] a, output y); assign y = ~a; endmodule");
    expect(0, 1, "inv: vector 0");
}

FIXED(what_fails_costs_its_own_problem_only)
{
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"", "inv: no module 'top_module'"},
        {"I am sorry", "inv: line 1: 'I': only modules"},
        {"module top_module(input [1:0] a, output [1:0] y); assign y = ; endmodule",
         "inv: does not compile: design.v:1: syntax error"},
        {"module top_module(input [1:0] a, output [1:0] z); endmodule",
         "inv: does not compile"},
        {"module other(input [1:0] a, output [1:0] y); endmodule", "inv: no module"},
        {"module top_module(input [1:0] a, output [1:0] y); part p(a); endmodule",
         "inv: does not compile"},
        {"module top_module(input [1:0] a, output [1:0] y); top_module t(a, y); endmodule",
         "inv: "},
        {"module top_module(input [1:0] a, output [1:0] y); initial $finish; endmodule",
         "inv: line 1: '$finish'"},
    };
    put("out/cnt.v", counter);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        put("out/inv.v", rows[i].text);
        expect(0, 1, rows[i].message);
    }
    remove_out("inv.v");
    expect(0, 1, "inv: no file");
}

/* The compiler's words name the bench, whose name is another one in each run. */
FIXED(the_same_module_gets_the_same_message)
{
    struct task_verdict verdicts[2];
    struct task_error err;
    put("out/inv.v", "module top_module(input [1:0] a, output [1:0] z); endmodule");
    put("out/cnt.v", counter);
    for (size_t i = 0; i < 2; i++)
        cr_assert(score(&verdicts[i], &err), "%s", err.message);
    cr_expect(strstr(verdicts[0].message.data, "is not a port of dut_."), "%s",
              verdicts[0].message.data);
    cr_expect_str_eq(verdicts[0].message.data, verdicts[1].message.data);
    for (size_t i = 0; i < 2; i++)
        task_verdict_release(&verdicts[i]);
}

/* Each takes two seconds of CPU time at most, and none leaves a process. */
FIXED(modules_that_hang_or_grow_are_ended)
{
    static const char *const bodies[] = {
        "always @(a) while (1) y = y + 1;",
        "always @(y) y = y + 1; always @(a) y = 0;",
        "reg [1:0] q = 0; always @(q) q <= q + 1; always @(a) q <= 1;",
        "function integer f(input integer n); while (1) n = n + 1; endfunction "
        "localparam n = f(1);",
        "reg [7:0] m [0:2147483646]; initial m[a] = 1;",
        "wire [1000000000:0] w = {500000000{a}}; assign y = w[1:0];",
        "genvar i; generate for (i = 0; i < 1000000000; i = i + 1) begin : g wire w; end "
        "endgenerate",
        "function automatic integer f(input integer n); f = f(n + 1); endfunction "
        "always @(a) y = f(1);",
    };
    put("out/cnt.v", counter);
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        task_auto_free char *text = task_strf(
            "module top_module(input [1:0] a, output reg [1:0] y);\n%s\nendmodule",
            bodies[i]);
        put("out/inv.v", text);
        expect(0, 1, "inv: ");
    }
}

/* The expectations are not in the simulation; these try what a module might still say. */
FIXED(a_module_cannot_end_or_fill_the_record)
{
    static const char *const texts[] = {
        /* The bench's kind of name: the real one has a nonce. */
        "module top_module(input [1:0] a, output [1:0] y); endmodule\n"
        "module bench; reg [1:0] expected; initial expected = 3; endmodule",
        "module top_module(input [1:0] a, output [1:0] y);\n"
        "initial begin : main disable main; end endmodule",
        "module top_module(output [1:0] y, output [1:0] a); assign a = 0; assign y = 3;\n"
        "endmodule",
        "module top_module(input [1:0] a, output [1:0] y); assign a = 0; assign y = 3;\n"
        "endmodule",
    };
    put("out/cnt.v", counter);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        put("out/inv.v", texts[i]);
        expect(0, 1, "inv: ");
    }
}

FIXED(an_output_that_is_none_is_rejected)
{
    expect_rejected("no file <id>.v for any of the 2 problems");
    put("out/other.v", inverter);
    expect_rejected("no file <id>.v");
    put("out/cnt.v", counter);
    expect(0, 1, "inv: no file");

    task_auto_free char *link = task_strf("%s/out/inv.v", top);
    cr_assert_eq(symlink("/etc/passwd", link), 0);
    expect_rejected("inv.v: not a regular file");
    remove_out("inv.v");
    cr_assert_eq(mkfifo(link, 0600), 0);
    expect_rejected("inv.v: not a regular file");
    remove_out("inv.v");
    make_folder("out/inv.v");
    expect_rejected("inv.v: not a regular file");
    remove_out("inv.v");

    task_auto_free char *aside = task_strf("%s/out/aside", top);
    cr_assert_eq(symlink("/", aside), 0);
    expect_rejected("aside: not a regular file");
    remove_out("aside");

    struct task_buf large = TASK_BUF_INIT;
    memset(task_buf_reserve(&large, 65537), ' ', 65537);
    large.data[65537] = '\0';
    put("out/inv.v", large.data);
    expect_rejected("inv.v: larger than 65536 bytes");
    task_buf_release(&large);
}

FIXED(too_many_files_are_rejected)
{
    put("out/cnt.v", counter);
    for (int i = 0; i < 4096; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "out/%d", i);
        put(name, "");
    }
    expect_rejected("more than 4096 files");
}

FIXED(a_bad_reference_is_the_tasks_fault)
{
    static const char *const texts[] = {
        "",
        "[]",
        "{\"schema\":\"podium.verilog/1\",\"m0\":0,\"problems\":[]}",
        "{\"schema\":\"podium.verilog/2\",\"m0\":0,\"problems\":[{}]}",
        "{\"schema\":\"podium.verilog/1\",\"m0\":1,\"problems\":[{\"id\":\"a\",\"group\":"
        "\"g\",\"module\":\"m\",\"ports\":[{\"name\":\"y\",\"direction\":\"output\","
        "\"width\":1}]}]}",
        "{\"schema\":\"podium.verilog/1\",\"m0\":0,\"problems\":[{\"id\":\"../"
        "a\",\"group\":"
        "\"g\",\"module\":\"m\",\"ports\":[{\"name\":\"y\",\"direction\":\"output\","
        "\"width\":1}]}]}",
        "{\"schema\":\"podium.verilog/1\",\"m0\":0,\"problems\":[{\"id\":\"a\",\"group\":"
        "\"g\",\"module\":\"m\",\"ports\":[]}]}",
    };
    put("out/cnt.v", counter);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct task_verdict verdict;
        struct task_error err;
        put("case/ref/reference.json", texts[i]);
        cr_expect(!score(&verdict, &err) && err.fault == TASK_PACKAGE, "row %zu: %s", i,
                  err.message);
        task_verdict_release(&verdict);
    }
}

/* ---- child ---- */

/* The wall time is long where it must not end the child: others may be at work here. */
static void run_within(const char *script, unsigned wall_ms, struct vlog_end *end)
{
    const struct vlog_limits limits = {
        .cpu_s = 1, .wall_ms = wall_ms, .file_bytes = 4096, .memory_bytes = 256 << 20};
    struct task_error err = TASK_ERROR_INIT;
    const char *const argv[] = {"/bin/sh", "-c", script, NULL};
    cr_assert(vlog_child_run(argv, top, &limits, end, &err), "%s", err.message);
}

static void run(const char *script, struct vlog_end *end)
{
    run_within(script, 90000, end);
}

FIXED(a_child_ends_by_itself_by_a_limit_or_by_the_clock)
{
    struct vlog_end end;
    run("exit 7", &end);
    cr_expect(end.status == 7 && end.signal == 0 && !end.is_late);
    run("kill -9 $$", &end);
    cr_expect_eq(end.signal, SIGKILL);
    run("while :; do :; done", &end);
    cr_expect_eq(end.signal, SIGXCPU);
    cr_expect(end.cpu_s > .5, "%g s", end.cpu_s);
    run_within("sleep 100", 100, &end);
    cr_expect(end.is_late && end.signal == SIGKILL);
    run("x=$(head -c 400000000 /dev/zero | tr '\\0' a)", &end);
    cr_expect(end.status != 0 || end.signal != 0, "it got more memory than it may");
    run("while echo 0123456789abcdef; do :; done", &end);
    cr_expect_eq(end.signal, SIGXFSZ);
    struct stat log;
    task_auto_free char *path = task_strf("%s/log", top);
    cr_expect(stat(path, &log) == 0 && log.st_size <= 4096);
}

FIXED(a_child_has_nothing_of_ours)
{
    enum { HIGH = 9 };
    struct vlog_end end;
    int fd = fcntl(STDIN_FILENO, F_DUPFD, HIGH); /* not close-on-exec, as descriptor 3 is */
    cr_assert(fd >= HIGH);
    run("[ $TMP = . ] && [ -z $TMPDIR ] && [ -z $HOME ] && for f in 3 4 9; do "
        "[ ! -e /proc/$$/fd/$f ] || exit 5; done",
        &end);
    cr_expect_eq(end.status, 0);
    (void)close(fd);
}

FIXED(what_a_child_leaves_is_killed)
{
    struct vlog_end end;
    run("sleep 50 & printf %s $! >pid", &end);
    cr_expect_eq(end.status, 0);
    struct task_buf text = TASK_BUF_INIT;
    struct task_error err = TASK_ERROR_INIT;
    task_auto_free char *path = task_strf("%s/pid", top);
    cr_assert(task_file_read(path, 100, &text, &err), "%s", err.message);
    int64_t pid = 0;
    cr_assert(task_parse_integer(text.data, 2, INT32_MAX, &pid, &err), "%s", err.message);
    /* Its end is near, but not ours to wait for: a zombie of init's is dead too. */
    bool is_dead = false;
    for (int i = 0; i < 2000 && !is_dead; i++) {
        task_auto_free char *stat_path = task_strf("/proc/%d/stat", (int)pid);
        struct task_buf stat_text = TASK_BUF_INIT;
        struct task_error gone = TASK_ERROR_INIT;
        is_dead = !task_file_read(stat_path, 4096, &stat_text, &gone) ||
                  strstr(stat_text.data, ") Z ");
        task_buf_release(&stat_text);
        (void)usleep(1000);
    }
    cr_expect(is_dead);
    task_buf_release(&text);
}

FIXED(a_program_that_is_not_there_is_the_hosts_fault)
{
    struct vlog_end end;
    struct task_error err = TASK_ERROR_INIT;
    const struct vlog_limits limits = {1, 1000, 4096, 256 << 20};
    const char *const argv[] = {"/nonexistent/iverilog", NULL};
    cr_expect(!vlog_child_run(argv, top, &limits, &end, &err) && err.fault == TASK_HOST &&
                  strstr(err.message, "cannot start"),
              "%s", err.message);
}

/* What fails before the start goes to the pipe, not to where verdicts are written. */
FIXED(a_folder_that_is_not_there_is_the_hosts_fault)
{
    struct vlog_end end;
    struct task_error err = TASK_ERROR_INIT;
    const struct vlog_limits limits = {1, 10000, 4096, 256 << 20};
    const char *const argv[] = {"/bin/true", NULL};
    cr_expect(!vlog_child_run(argv, "/nonexistent", &limits, &end, &err) &&
                  err.fault == TASK_HOST && strstr(err.message, "No such file"),
              "%s", err.message);
}

FIXED(a_bench_says_nothing_of_what_is_expected)
{
    const struct vlog_face face = {
        "m", {{"a", false, 2}, {"clk", false, 1}, {"y", true, 3}, {"b", false, 1}}, 4, 1};
    struct task_buf text = TASK_BUF_INIT;
    vlog_bench(&face, 5, "n0nce", &text);
    cr_expect(strstr(text.data, ".a(in[2:1])") && strstr(text.data, ".b(in[0:0])") &&
                  strstr(text.data, ".clk(clock)") && strstr(text.data, ".y(out[2:0])"),
              "%s", text.data);
    cr_expect(!strstr(text.data, "expected"));
    /* A module may call tasks and functions of what instantiates it, without a dot. */
    static const char *const callable[] = {"task", "function", "begin :", "fork"};
    for (size_t i = 0; i < sizeof callable / sizeof callable[0]; i++)
        cr_expect(!strstr(text.data, callable[i]), "%s", callable[i]);
    task_buf_release(&text);
}

Test(verilog_score, a_record_is_what_the_bench_writes_and_nothing_else)
{
    static const struct vlog_face face = {"m", {{"clk", false, 1}, {"y", true, 2}}, 2, 0};
    static const struct {
        const char *text;
        bool is_good;
    } rows[] = {
        {"01\n1x\nzz\n00\nend n0nce\n", true},
        {"01\n1x\nzz\n00\n", false},
        {"01\n1x\nzz\n00\nend n1nce\n", false},
        {"01\n1x\nzz\n00\nend n0nce", false},
        {"01\n1x\nzz\nend n0nce\n", false},
        {"01\n1x\nzz\n00\n11\nend n0nce\n", false},
        {"01\n1x\nzz\n0011\nend n0nce\n", false},
        {"01\n1x zz\n00\nend n0nce\n", false},
        {"end n0nce\n01\n1x\nzz\n00\n", false},
        {"", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct task_buf text = TASK_BUF_INIT, samples = TASK_BUF_INIT;
        task_buf_append(&text, rows[i].text, strlen(rows[i].text));
        cr_expect_eq(vlog_record_read(&text, &face, 2, "n0nce", &samples), rows[i].is_good,
                     "row %zu", i);
        if (rows[i].is_good)
            cr_expect_str_eq(samples.data, "011xzz00");
        task_buf_release(&text);
        task_buf_release(&samples);
    }
}
