/* ui.h - what a person sees: a table of cases, progress on a terminal. */
#ifndef CLI_UI_H
#define CLI_UI_H

#include "model/result.h"

#include <stdbool.h>
#include <stdio.h>

struct ui {
    FILE *out;
    bool is_terminal; /* out is one: colours, and progress that overwrites itself */
    int columns;
};

void ui_init(struct ui *ui, FILE *out);

/* The table of cases: a heading, then a line for each result. */
void ui_case_heading(const struct ui *ui);
void ui_case(const struct ui *ui, const struct case_result *result);

/* On standard error: "12/48 cases, 3.1 a second, 11 s left: TEXT". On a terminal the line
 * is overwritten; elsewhere it is a line of its own. text may come from an entry. */
struct ui_progress {
    struct ui ui;
    size_t done, total;
    uint64_t start_ns;
    bool is_quiet;
};

void ui_progress_init(struct ui_progress *progress, size_t total, bool is_quiet);
void ui_progress_step(struct ui_progress *progress, const char *text);
void ui_progress_end(struct ui_progress *progress);

#endif
