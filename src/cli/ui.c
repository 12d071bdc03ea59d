#include "ui.h"

#include "base/clock.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

void ui_init(struct ui *ui, FILE *out)
{
    ui->out = out;
    ui->is_terminal = isatty(fileno(out)) == 1 && getenv("NO_COLOR") == NULL;
    ui->columns = 0;
    struct winsize size;
    if (ui->is_terminal && ioctl(fileno(out), TIOCGWINSZ, &size) == 0)
        ui->columns = size.ws_col;
}

void ui_case_heading(const struct ui *ui)
{
    fprintf(ui->out, "%-22s %-7s %10s %8s %9s %9s %9s  %s\n", "case", "verdict", "raw",
            "points", "cpu", "wall", "memory", "message");
}

static void print_number(const struct ui *ui, bool is_there, double value, int width,
                         int decimals)
{
    if (is_there)
        fprintf(ui->out, " %*.*f", width, decimals, value);
    else
        fprintf(ui->out, " %*s", width, "-");
}

static const char *colour_of(enum verdict verdict)
{
    switch (verdict_info(verdict)->fault) {
    case POD_OK:
        return "\033[32m";
    case POD_ENTRY:
        return "\033[31m";
    default:
        return "\033[33m";
    }
}

static void print_timing(const struct ui *ui, const struct timing *timing)
{
    fprintf(ui->out,
            "  %zu runs, %lld of them quiet: CPU time %.4f s, median absolute deviation "
            "%.4f s, "
            "%.3f times the reference",
            timing->count, (long long)timing->quiet, (double)timing->median_ns / 1e9,
            (double)timing->mad_ns / 1e9, timing->ratio);
    if (timing->outliers > 0)
        fprintf(ui->out, ", outliers: %lld", (long long)timing->outliers);
    fputc('\n', ui->out);
}

void ui_case(const struct ui *ui, const struct case_result *result)
{
    fprintf(ui->out, "%-22s ", result->case_id);
    if (ui->is_terminal)
        fputs(colour_of(result->verdict), ui->out);
    fprintf(ui->out, "%-7s", verdict_info(result->verdict)->code);
    if (ui->is_terminal)
        fputs("\033[0m", ui->out);
    print_number(ui, result->has_raw, result->raw, 10, 4);
    print_number(ui, result->has_score, result->score, 8, 1);
    fprintf(ui->out, " %7.2f s %7.2f s %5.0f MiB", (double)result->cpu_ns / 1e9,
            (double)result->wall_ns / 1e9,
            (double)result->memory_bytes / (1024.0 * 1024.0));
    if (result->message != NULL && result->message[0] != '\0') {
        pod_auto_buf struct pod_buf shown = POD_BUF_INIT;
        /* The first line says what is wrong; result.json has them all. */
        pod_buf_escaped(&shown, result->message, strcspn(result->message, "\n"));
        fprintf(ui->out, "  %s", shown.data ? shown.data : "");
    }
    fputc('\n', ui->out);
    if (result->timing.count > 0)
        print_timing(ui, &result->timing);
}

void ui_progress_init(struct ui_progress *progress, size_t total, bool is_quiet)
{
    ui_init(&progress->ui, stderr);
    progress->done = 0;
    progress->total = total;
    progress->start_ns = pod_monotonic_ns();
    progress->is_quiet = is_quiet;
}

void ui_progress_step(struct ui_progress *progress, const char *text)
{
    progress->done++;
    if (progress->is_quiet)
        return;
    double elapsed = (double)(pod_monotonic_ns() - progress->start_ns) / 1e9;
    double rate = elapsed > 0 ? (double)progress->done / elapsed : 0;
    size_t left = progress->total > progress->done ? progress->total - progress->done : 0;
    pod_auto_buf struct pod_buf shown = POD_BUF_INIT;
    pod_buf_escaped(&shown, text, strlen(text));
    fprintf(stderr, "%s%zu/%zu cases, %.1f a second, %.0f s left: %s%s",
            progress->ui.is_terminal ? "\r\033[K" : "", progress->done, progress->total,
            rate, rate > 0 ? (double)left / rate : 0, shown.data ? shown.data : "",
            progress->ui.is_terminal ? "" : "\n");
}

void ui_progress_end(struct ui_progress *progress)
{
    if (!progress->is_quiet && progress->ui.is_terminal && progress->done > 0)
        fputs("\r\033[K", stderr);
}
