#include "sdk/play.h"

#include "sdk/channel_end.h"

#include <string.h>
#include <unistd.h>

static void add_times(struct task_verdict *verdict,
                      const struct task_channel_report *report)
{
    task_verdict_metric(verdict, "steps", (double)report->steps);
    task_verdict_metric(verdict, "decision_p50_us", (double)report->p50_ns / 1e3);
    task_verdict_metric(verdict, "decision_p99_us", (double)report->p99_ns / 1e3);
    task_verdict_metric(verdict, "decision_max_us", (double)report->max_ns / 1e3);
}

/* Beside the score, for people: the metrics have the same. */
static void say_times(struct task_verdict *verdict,
                      const struct task_channel_report *report)
{
    task_buf_printf(&verdict->message, "%s%llu decisions, median %.1f us, 99 %% %.1f us",
                    verdict->message.length > 0 ? "\n" : "",
                    (unsigned long long)report->steps, (double)report->p50_ns / 1e3,
                    (double)report->p99_ns / 1e3);
}

/* Dying must never pay, also not late: the worse of what resulted and the trivial policy.
 * Items that two policies made are nobody's. */
static void bring_down(const struct task_play *job,
                       const struct task_channel_report *report)
{
    struct task_verdict *verdict = job->verdict;
    verdict->is_rejected = true;
    verdict->fault = task_channel_fault_text(report->fault);
    if (verdict->score > 0) {
        verdict->score = 0;
        verdict->raw = job->trivial_raw;
    }
    verdict->item_count = 0;
    verdict->message.length = 0;
    task_buf_escaped(&verdict->message, report->why, strlen(report->why), SIZE_MAX);
}

bool task_play_run(const struct task_program *program, const char *case_dir, bool is_text,
                   struct task_verdict *verdict, struct task_error *err)
{
    const struct task_channel_setup setup = {.in_fd = STDIN_FILENO,
                                             .out_fd = STDOUT_FILENO,
                                             .is_text = is_text,
                                             .messages = program->messages,
                                             .ready_ms = program->times.ready_ms,
                                             .answer_ms = program->times.answer_ms};
    if (!program->messages)
        return task_fail(err, TASK_PACKAGE,
                         "the program has play and no table of messages");
    struct task_channel *channel = task_channel_new(&setup, err);
    if (!channel)
        return false;
    struct task_play job = {.case_dir = case_dir, .channel = channel, .verdict = verdict};
    bool is_played = program->play(&job, err);
    if (is_played) {
        struct task_channel_report report;
        task_channel_finish(channel);
        task_channel_tell(channel, &report);
        add_times(verdict, &report);
        if (report.fault == TASK_CHANNEL_FINE)
            say_times(verdict, &report);
        else
            bring_down(&job, &report);
    }
    task_channel_free(channel);
    return is_played;
}
