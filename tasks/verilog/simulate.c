#include "simulate.h"

#include "child.h"

#include "sdk/file.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

/* An honest module takes some 10 ms for both. What one that hangs may take is bounded, and
 * so is what a file full of them may: the scorer itself has 120 s of CPU time. */
static const struct vlog_limits limits = {
    .cpu_s = 2, .wall_ms = 8000, .file_bytes = 16 << 20, .memory_bytes = 768 << 20};
static const double budget_cpu_s = 60;
static const int64_t budget_wall_ms = 120000;

static const char *const compilers[] = {"/usr/bin/iverilog", "/usr/local/bin/iverilog"};
static const char *const engines[] = {"/usr/bin/vvp", "/usr/local/bin/vvp"};

enum { NONCE_BYTES = 16, NONCE_TEXT = 2 * NONCE_BYTES + 1, SHOWN_BYTES = 160 };

static int64_t now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now); /* cannot fail for this clock */
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static const char *find(const char *const *paths, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (access(paths[i], X_OK) == 0)
            return paths[i];
    return NULL;
}

bool vlog_simulator_init(struct vlog_simulator *sim, struct task_error *err)
{
    const char *top = getenv("TMPDIR");
    *sim = (struct vlog_simulator){.started_ms = now_ms()};
    if (!find(compilers, 2) || !find(engines, 2))
        return task_fail(err, TASK_HOST,
                         "no iverilog and vvp: install Icarus Verilog (package iverilog)");
    sim->folder = task_strf("%s/verilog-XXXXXX", top ? top : "/tmp");
    if (!mkdtemp(sim->folder)) {
        bool failed = task_fail_errno(err, TASK_HOST, "cannot make \"%s\"", sim->folder);
        free(task_steal(&sim->folder));
        return failed;
    }
    return true;
}

static void empty(const char *folder)
{
    struct task_error ignored = TASK_ERROR_INIT;
    task_auto_names struct task_names names = TASK_NAMES_INIT;
    (void)task_dir_list(folder, "", &names, &ignored); /* then rmdir will fail */
    for (size_t i = 0; i < names.count; i++) {
        task_auto_free char *path = task_strf("%s/%s", folder, names.items[i]);
        (void)unlink(path);
    }
}

void vlog_simulator_release(struct vlog_simulator *sim)
{
    if (!sim->folder)
        return;
    empty(sim->folder);
    (void)rmdir(sim->folder); /* the scorer's own /tmp goes with the sandbox in any case */
    free(task_steal(&sim->folder));
}

static bool draw_nonce(char nonce[NONCE_TEXT], struct task_error *err)
{
    unsigned char bytes[NONCE_BYTES];
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        return task_fail_errno(err, TASK_HOST, "cannot draw a nonce");
    for (size_t i = 0; i < sizeof bytes; i++)
        (void)snprintf(nonce + 2 * i, 3, "%02x", bytes[i]);
    return true;
}

/* Connections, by slices of the two vectors; ports of one kind are in order. */
static void put_ports(const struct vlog_face *face, struct task_buf *out)
{
    size_t left[2] = {vlog_face_inputs(face), vlog_face_outputs(face)};
    for (size_t i = 0; i < face->port_count; i++) {
        const struct vlog_port *port = &face->ports[i];
        task_buf_printf(out, "%s.%s(", i ? ",\n    " : "", port->name);
        if ((int)i == face->clock) {
            task_buf_printf(out, "clock)");
            continue;
        }
        size_t *high = &left[port->is_output];
        task_buf_printf(out, "%s[%zu:%zu])", port->is_output ? "out" : "in", *high - 1,
                        *high - port->width);
        *high -= port->width;
    }
}

/* No task, function or named block: those are found by their bare name from a module
 * inside, unlike variables (IEEE 1364-2005, 12.7, and as tried with Icarus 11). */
void vlog_bench(const struct vlog_face *face, size_t count, const char *nonce,
                struct task_buf *out)
{
    size_t in = vlog_face_inputs(face);
    task_buf_printf(out,
                    "module bench_%s;\n"
                    "  reg [%zu:0] stimuli [0:%zu];\n"
                    "  reg [%zu:0] in;\n"
                    "  reg clock = 0;\n"
                    "  wire [%zu:0] out;\n"
                    "  integer file, i;\n"
                    "  %s dut_%s(",
                    nonce, in ? in - 1 : 0, count - 1, in ? in - 1 : 0,
                    vlog_face_outputs(face) - 1, face->module, nonce);
    put_ports(face, out);
    task_buf_printf(out,
                    ");\n"
                    "  initial begin\n"
                    "    $readmemb(\"stimuli\", stimuli);\n"
                    "    file = $fopen(\"out_%s\", \"w\");\n"
                    "    for (i = 0; i < %zu; i = i + 1) begin\n"
                    "      in = stimuli[i];\n"
                    "      #2 $fdisplay(file, \"%%b\", out);\n",
                    nonce, count);
    if (face->clock >= 0)
        task_buf_printf(out, "      #2 clock = 1;\n"
                             "      #2 $fdisplay(file, \"%%b\", out);\n"
                             "      #2 clock = 0;\n"
                             "      #2;\n");
    task_buf_printf(out,
                    "    end\n"
                    "    $fdisplay(file, \"end %s\");\n"
                    "    $fclose(file);\n"
                    "    $finish;\n"
                    "  end\n"
                    "endmodule\n",
                    nonce);
}

static bool put_file(const struct vlog_simulator *sim, const char *name, const char *text,
                     size_t length, struct task_error *err)
{
    task_auto_free char *path = task_strf("%s/%s", sim->folder, name);
    return task_file_write(path, text, length, err);
}

static bool put_stimuli(const struct vlog_simulator *sim, const struct vlog_face *face,
                        const struct vlog_vectors *vectors, struct task_error *err)
{
    task_auto_buf struct task_buf text = TASK_BUF_INIT;
    size_t bits = vlog_face_inputs(face);
    for (size_t i = 0; i < vectors->count; i++) {
        if (bits > 0)
            task_buf_append(&text, vectors->stimuli.data + i * bits, bits);
        else
            task_buf_append(&text, "0", 1);
        task_buf_append(&text, "\n", 1);
    }
    return put_file(sim, "stimuli", text.data, text.length, err);
}

static bool put_sources(const struct vlog_simulator *sim, const struct vlog_module *module,
                        const struct vlog_vectors *vectors, const char *nonce,
                        struct task_error *err)
{
    task_auto_buf struct task_buf bench = TASK_BUF_INIT;
    vlog_bench(module->face, vectors->count, nonce, &bench);
    return put_file(sim, "bench.v", bench.data, bench.length, err) &&
           put_file(sim, "design.v", module->text, module->length, err) &&
           put_stimuli(sim, module->face, vectors, err);
}

/* A line of the log without the nonce: the same module gets the same message. */
static void put_line(const char *line, const char *nonce, struct task_buf *out)
{
    task_auto_buf struct task_buf clean = TASK_BUF_INIT;
    const char *end = line + strcspn(line, "\n"), *found = NULL;
    while ((found = strstr(line, nonce)) != NULL && found < end) {
        task_buf_append(&clean, line, (size_t)(found - line));
        line = found + strlen(nonce);
    }
    task_buf_append(&clean, line, (size_t)(end - line));
    task_buf_escaped(out, clean.data, clean.length, SHOWN_BYTES);
}

/* The line of the log that says most: the first one about the design, or else the first. */
static bool blame_log(const struct vlog_simulator *sim, const char *what, const char *nonce,
                      struct task_error *err)
{
    enum { LOG_BYTES_MAX = 32 << 20 };
    task_auto_buf struct task_buf log = TASK_BUF_INIT, shown = TASK_BUF_INIT;
    task_auto_free char *path = task_strf("%s/log", sim->folder);
    if (!task_file_read(path, LOG_BYTES_MAX, &log, err))
        return false;
    const char *text = log.length ? log.data : "no words";
    const char *line = strstr(text, "design.v:");
    put_line(line ? line : text, nonce, &shown);
    return task_fail(err, TASK_ENTRY, "%s: %s", what, shown.data);
}

static bool blame_end(const struct vlog_end *end, const char *what, struct task_error *err)
{
    if (end->is_late || end->signal == SIGXCPU || end->signal == SIGKILL)
        return task_fail(err, TASK_ENTRY, "%s does not end in %u s", what, limits.cpu_s);
    return task_fail(err, TASK_ENTRY, "%s ended by signal %d", what, end->signal);
}

static bool compile(struct vlog_simulator *sim, const char *nonce, struct task_error *err)
{
    struct vlog_end end;
    task_auto_free char *top = task_strf("bench_%s", nonce);
    const char *const argv[] = {find(compilers, 2), "-g2012",   "-s", top, "-o", "sim",
                                "bench.v",          "design.v", NULL};
    if (!vlog_child_run(argv, sim->folder, &limits, &end, err))
        return false;
    sim->cpu_s += end.cpu_s;
    if (end.is_late || end.signal != 0)
        return blame_end(&end, "compiling", err);
    return end.status == 0 || blame_log(sim, "does not compile", nonce, err);
}

static bool run(struct vlog_simulator *sim, const char *nonce, struct task_error *err)
{
    struct vlog_end end;
    const char *const argv[] = {find(engines, 2), "-n", "sim", NULL};
    if (!vlog_child_run(argv, sim->folder, &limits, &end, err))
        return false;
    sim->cpu_s += end.cpu_s;
    if (end.is_late || end.signal != 0)
        return blame_end(&end, "simulation", err);
    return end.status == 0 || blame_log(sim, "simulation fails", nonce, err);
}

static bool read_samples(const struct vlog_simulator *sim, const char *nonce,
                         struct task_buf *text, struct task_error *err)
{
    task_auto_free char *name = task_strf("out_%s", nonce);
    struct task_error ignored = TASK_ERROR_INIT;
    if (task_file_read_hostile(sim->folder, name, limits.file_bytes, text, &ignored))
        return true;
    return task_fail(err, TASK_ENTRY, "the simulation recorded nothing");
}

bool vlog_record_read(const struct task_buf *text, const struct vlog_face *face,
                      size_t count, const char *nonce, struct task_buf *samples)
{
    size_t bits = vlog_face_outputs(face), lines = count * vlog_face_samples(face);
    task_auto_free char *mark = task_strf("end %s\n", nonce);
    size_t mark_length = strlen(mark);
    if (text->length != lines * (bits + 1) + mark_length ||
        memcmp(text->data + lines * (bits + 1), mark, mark_length) != 0)
        return false;
    for (size_t i = 0; i < lines; i++) {
        const char *line = text->data + i * (bits + 1);
        if (line[bits] != '\n')
            return false;
        task_buf_append(samples, line, bits);
    }
    return true;
}

bool vlog_simulate(struct vlog_simulator *sim, const struct vlog_module *module,
                   const struct vlog_vectors *vectors, struct task_buf *samples,
                   struct task_error *err)
{
    char nonce[NONCE_TEXT];
    task_auto_buf struct task_buf text = TASK_BUF_INIT;
    if (sim->cpu_s > budget_cpu_s || now_ms() - sim->started_ms > budget_wall_ms)
        return task_fail(err, TASK_ENTRY,
                         "not tried: others took all the time of the case");
    empty(sim->folder);
    if (!draw_nonce(nonce, err) || !put_sources(sim, module, vectors, nonce, err) ||
        !compile(sim, nonce, err) || !run(sim, nonce, err) ||
        !read_samples(sim, nonce, &text, err))
        return false;
    return vlog_record_read(&text, module->face, vectors->count, nonce, samples) ||
           task_fail(err, TASK_ENTRY, "the simulation ended early");
}
