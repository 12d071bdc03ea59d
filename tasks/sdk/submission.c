#include "sdk/submission.h"

#include "sdk/file.h"
#include "sdk/list.h"

#include <stdlib.h>
#include <string.h>

static const char header[] = "ID,TopConfigs";

/* All that is needed while a file is read. */
struct reader {
    const struct task_reference *ref;
    const struct task_metric *metric;
    const struct task_score *job;
    struct task_defects defects;
    struct task_list list;
    size_t *first_line; /* of a graph's row; 0: none yet */
    double *values;     /* metric->values of each graph */
    bool has_crlf;
    const char *text_end;
};

/* A line without its end. */
struct line {
    const char *start;
    const char *end;
    size_t number;
};

/* A field inside a line, without quotes. */
struct field {
    const char *start;
    const char *end;
};

static void note_at(struct reader *r, enum task_defect defect, const struct line *line,
                    const char *at, const char *text)
{
    const size_t where[2] = {line->number, (size_t)(at - line->start) + 1};
    task_defect_note(&r->defects, defect, where, "%s", text);
}

static void note_bytes(struct reader *r, enum task_defect defect, const struct line *line,
                       const struct field *field, const char *text)
{
    const size_t where[2] = {line->number, (size_t)(field->start - line->start) + 1};
    task_auto_buf struct task_buf shown = TASK_BUF_INIT;
    task_buf_escaped(&shown, field->start, (size_t)(field->end - field->start),
                     TASK_SHOWN_BYTES);
    task_defect_note(&r->defects, defect, where, "%s \"%s\"", text,
                     shown.data ? shown.data : "");
}

/* Takes "..." off a field that is quoted as a whole; false for a quote anywhere else. */
static bool unquote(struct reader *r, const struct line *line, struct field *field)
{
    size_t length = (size_t)(field->end - field->start);
    const char *quote = length ? memchr(field->start, '"', length) : NULL;
    if (!quote)
        return true;
    const char *inside = field->start + 1;
    if (quote != field->start || length < 2 || field->end[-1] != '"' ||
        memchr(inside, '"', length - 2)) {
        note_at(r, TASK_DEFECT_BAD_QUOTE, line, quote,
                "a quote that does not enclose the whole field");
        return false;
    }
    note_at(r, TASK_DEFECT_QUOTED, line, quote, "the field needs no quotes");
    field->start = inside;
    field->end--;
    return true;
}

static bool check_line(struct reader *r, const struct line *line)
{
    size_t length = (size_t)(line->end - line->start);
    if (length > TASK_LINE_CAP) {
        note_at(r, TASK_DEFECT_LONG_LINE, line, line->start + TASK_LINE_CAP,
                "the line is longer than 4 MiB");
        return false;
    }
    const char *nul = memchr(line->start, '\0', length);
    if (nul)
        note_at(r, TASK_DEFECT_NUL_BYTE, line, nul, "a NUL byte");
    return !nul;
}

/* Splits a row at its only comma. */
static bool split(struct reader *r, const struct line *line, struct field *id,
                  struct field *list)
{
    const char *comma = memchr(line->start, ',', (size_t)(line->end - line->start));
    if (!comma) {
        note_at(r, TASK_DEFECT_COLUMNS, line, line->end,
                "the row has one column; expected ID,TopConfigs");
        return false;
    }
    *id = (struct field){line->start, comma};
    *list = (struct field){comma + 1, line->end};
    const char *second = memchr(list->start, ',', (size_t)(line->end - list->start));
    if (second) {
        note_at(r, TASK_DEFECT_COLUMNS, line, second,
                "the row has more than two columns; indices are joined by ';'");
        return false;
    }
    return unquote(r, line, id) && unquote(r, line, list);
}

static bool is_other(const struct task_score *job, const struct field *id)
{
    size_t length = (size_t)(id->end - id->start);
    for (size_t i = 0; i < job->other_count; i++) {
        size_t prefix = strlen(job->others[i]);
        if (length > prefix && id->start[prefix] == ':' &&
            memcmp(id->start, job->others[i], prefix) == 0)
            return true;
    }
    return false;
}

/* NULL: passed over, or noted. */
static const struct task_graph *find_graph(struct reader *r, const struct line *line,
                                           const struct field *id)
{
    if (is_other(r->job, id))
        return NULL;
    const struct task_graph *graph =
        task_reference_find(r->ref, id->start, (size_t)(id->end - id->start));
    if (!graph) {
        note_bytes(r, TASK_DEFECT_UNKNOWN_ID, line, id, "unknown ID");
        return NULL;
    }
    if (r->first_line[graph - r->ref->graphs] != 0) {
        const size_t where[2] = {line->number, (size_t)(id->start - line->start) + 1};
        task_defect_note(&r->defects, TASK_DEFECT_DUPLICATE_ID, where,
                         "ID \"%.100s\" was on line %zu already", graph->id,
                         r->first_line[graph - r->ref->graphs]);
        return NULL;
    }
    return graph;
}

static void measure(struct reader *r, const struct task_graph *graph)
{
    double *value = r->values + (size_t)(graph - r->ref->graphs) * r->metric->values;
    if (r->list.count > 0)
        r->metric->measure(graph, r->list.index, r->list.count, value);
    else
        r->metric->measure(graph, &graph->worst, graph->rule == TASK_LIST_TOP, value);
}

/* A row with nothing to remark: the way that every row of a good file takes. */
static bool read_quick(struct reader *r, const struct line *line)
{
    const char *comma = memchr(line->start, ',', (size_t)(line->end - line->start));
    if (!comma || comma - line->start < 3)
        return false;
    const struct task_graph *graph =
        task_reference_find(r->ref, line->start, (size_t)(comma - line->start));
    if (!graph || r->first_line[graph - r->ref->graphs] != 0 ||
        !task_list_quick(&r->list, comma + 1, line->end, r->text_end, graph))
        return false;
    r->first_line[graph - r->ref->graphs] = line->number;
    measure(r, graph);
    return true;
}

static void read_careful(struct reader *r, const struct line *line)
{
    struct field id, list;
    if (line->start == line->end) {
        note_at(r, TASK_DEFECT_BLANK_LINE, line, line->start, "a blank line");
        return;
    }
    const struct field whole = {line->start, line->end};
    if (is_other(r->job, &whole) || !check_line(r, line) || !split(r, line, &id, &list))
        return;
    const struct task_graph *graph = find_graph(r, line, &id);
    if (!graph)
        return;
    const struct task_place place = {line->start, line->number, list.start, list.end};
    task_list_careful(&r->list, &place, graph, &r->defects);
    r->first_line[graph - r->ref->graphs] = line->number;
    if (r->defects.rejecting == 0)
        measure(r, graph);
}

/* Cuts the next line out of [*at, end); false at the end of the file. */
static bool next_line(struct reader *r, const char **at, const char *end, struct line *line)
{
    if (*at == end)
        return false;
    const char *newline = memchr(*at, '\n', (size_t)(end - *at));
    line->start = *at;
    line->end = newline ? newline : end;
    line->number++;
    *at = newline ? newline + 1 : end;
    if (line->end > line->start && line->end[-1] == '\r') {
        line->end--;
        if (!r->has_crlf)
            note_at(r, TASK_DEFECT_CRLF, line, line->end, "lines end in CR LF");
        r->has_crlf = true;
    }
    return true;
}

static void check_header(struct reader *r, const struct line *line)
{
    struct field all = {line->start, line->end};
    static const char quoted[] = "\"ID\",\"TopConfigs\"";
    size_t length = (size_t)(line->end - line->start);
    if (length == sizeof header - 1 && memcmp(line->start, header, length) == 0)
        return;
    if (length == sizeof quoted - 1 && memcmp(line->start, quoted, length) == 0)
        note_at(r, TASK_DEFECT_QUOTED, line, line->start, "the field needs no quotes");
    else
        note_bytes(r, TASK_DEFECT_BAD_HEADER, line, &all,
                   "the header is not \"ID,TopConfigs\" but");
}

/* False where there is nothing at all, so that not every graph is missed aloud. */
static bool read_all(struct reader *r, const char *text, size_t length)
{
    static const char bom[] = "\xef\xbb\xbf";
    const char *at = text, *end = text + length;
    struct line line = {.number = 0};
    r->text_end = end;
    if (length >= 3 && memcmp(text, bom, 3) == 0) {
        const size_t where[2] = {1, 1};
        task_defect_note(&r->defects, TASK_DEFECT_BOM, where, "a byte order mark");
        at += 3;
    }
    if (!next_line(r, &at, end, &line)) {
        const size_t where[2] = {1, 1};
        task_defect_note(&r->defects, TASK_DEFECT_BAD_HEADER, where, "the file is empty");
        return false;
    }
    check_header(r, &line);
    while (next_line(r, &at, end, &line)) {
        if (!read_quick(r, &line))
            read_careful(r, &line);
    }
    return true;
}

static void add_missing(struct reader *r)
{
    const size_t nowhere[2] = {0, 0};
    r->list.count = 0;
    for (size_t i = 0; i < r->ref->count; i++) {
        if (r->first_line[i] != 0)
            continue;
        task_defect_note(&r->defects, TASK_DEFECT_MISSING_ID, nowhere,
                         "no row for \"%.100s\"", r->ref->graphs[i].id);
        measure(r, &r->ref->graphs[i]);
    }
}

/* Means over the graphs for which `wanted` holds; false where there is none. */
enum wanted { ALL, SHIFTED, UNSHIFTED };

static bool mean(const struct reader *r, size_t value, enum wanted wanted, double *out)
{
    double sum = 0;
    size_t count = 0;
    for (size_t i = 0; i < r->ref->count; i++) {
        bool is_shifted = r->ref->graphs[i].is_shifted;
        if ((wanted == SHIFTED && !is_shifted) || (wanted == UNSHIFTED && is_shifted))
            continue;
        sum += r->values[i * r->metric->values + value];
        count++;
    }
    *out = count ? sum / (double)count : 0;
    return count > 0;
}

/* The 2023 rule: the mean over a collection's graphs, then over the collections. Graphs are
 * sorted by id, so a collection's stand together. */
static double mean_of_collections(const struct reader *r)
{
    double total = 0, sum = 0;
    size_t collections = 0, start = 0;
    for (size_t i = 0; i < r->ref->count; i++) {
        const struct task_graph *graph = &r->ref->graphs[i];
        sum += r->values[i * r->metric->values];
        bool is_last = i + 1 == r->ref->count || graph->collection != graph[1].collection;
        if (!is_last)
            continue;
        total += sum / (double)(i + 1 - start);
        collections++;
        start = i + 1;
        sum = 0;
    }
    return total / (double)collections;
}

static void fill_verdict(const struct reader *r, struct task_verdict *verdict)
{
    const struct task_reference *ref = r->ref;
    verdict->raw = mean_of_collections(r);
    verdict->score = 100 * (verdict->raw - ref->m0) / (ref->m1 - ref->m0);
    verdict->unit = r->metric->unit;
    double value, unshifted;
    for (size_t i = 1; i < r->metric->values; i++) {
        if (mean(r, i, ALL, &value))
            task_verdict_metric(verdict, r->metric->names[i], value);
    }
    if (mean(r, 0, SHIFTED, &value) && mean(r, 0, UNSHIFTED, &unshifted)) {
        task_verdict_metric(verdict, "shifted", value);
        task_verdict_metric(verdict, "unshifted", unshifted);
    }
    verdict->items = task_alloc(ref->count, sizeof *verdict->items);
    verdict->item_count = ref->count;
    for (size_t i = 0; i < ref->count; i++)
        verdict->items[i] = (struct task_item){ref->graphs[i].id, ref->graphs[i].collection,
                                               r->values[i * r->metric->values]};
}

void task_submission_measure(const char *text, size_t length,
                             const struct task_reference *ref,
                             const struct task_metric *metric, const struct task_score *job)
{
    struct reader r = {.ref = ref, .metric = metric, .job = job};
    size_t most = 0;
    for (size_t i = 0; i < ref->count; i++)
        most = ref->graphs[i].configs > most ? ref->graphs[i].configs : most;
    r.defects.is_lenient = job->is_lenient;
    r.first_line = task_alloc(ref->count, sizeof *r.first_line);
    r.values = task_alloc(ref->count * metric->values, sizeof *r.values);
    task_list_init(&r.list, most);
    if (read_all(&r, text, length))
        add_missing(&r);
    job->verdict->is_rejected = r.defects.rejecting > 0;
    if (!job->verdict->is_rejected)
        fill_verdict(&r, job->verdict);
    task_defects_print(&r.defects, &job->verdict->message);
    task_list_release(&r.list);
    task_defects_release(&r.defects);
    free(r.first_line);
    free(r.values);
}

static void free_reference(void *keeper)
{
    task_reference_release(keeper);
    free(keeper);
}

static bool open_reference(const struct task_score *job, struct task_reference *ref,
                           struct task_error *err)
{
    return job->prepared ? task_reference_map(job->prepared, ref, err)
                         : task_reference_load(job->case_dir, ref, err);
}

bool task_submission_score(const struct task_score *job, const struct task_metric *metric,
                           struct task_error *err)
{
    task_auto_buf struct task_buf text = TASK_BUF_INIT;
    struct task_reference *ref = task_alloc(1, sizeof *ref);
    job->verdict->keeper = ref;
    job->verdict->keeper_free = free_reference;
    if (!open_reference(job, ref, err) ||
        !task_file_read_hostile(job->output_dir, "submission.csv", TASK_SUBMISSION_CAP,
                                &text, err))
        return false;
    task_submission_measure(text.data ? text.data : "", text.length, ref, metric, job);
    return true;
}

uint32_t task_best_of(const struct task_graph *graph, const uint32_t *list, size_t count)
{
    uint32_t best = list[0];
    double least = graph->ratio[best];
    for (size_t i = 1; i < count; i++) {
        double ratio = graph->ratio[list[i]];
        best = ratio < least ? list[i] : best;
        least = ratio < least ? ratio : least;
    }
    return best;
}

double task_slowdown(const struct task_graph *graph, uint32_t config)
{
    return graph->ratio[config] / graph->ratio[graph->best];
}
