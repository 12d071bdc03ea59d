#include "export.h"

#include "export_format.h"
#include "text.h"
#include "wording.h"

#include <stdlib.h>
#include <string.h>

const struct board_format board_formats[] = {
#define BOARD_FORMAT(name, is_of_team, summary) {#name, is_of_team, summary},
#include "export.def"
#undef BOARD_FORMAT
    {NULL, false, NULL},
};

/* In the order of board_formats. */
static bool (*const writers[])(const struct board__job *job, FILE *out) = {
#define BOARD_FORMAT(name, is_of_team, summary) board__export_##name,
#include "export.def"
#undef BOARD_FORMAT
};

bool board__export_refuse(struct board_error *err, const char *failed, const char *subject,
                          const char *advice)
{
    board__auto_free char *shown = board__escaped(subject, false);
    if (snprintf(err->message, sizeof err->message, "%s \"%s\"%s%s", failed, shown,
                 advice[0] != '\0' ? ": " : "", advice) < 0)
        err->message[0] = '\0';
    return false;
}

static _Noreturn void give_up(void)
{
    (void)fputs("cannot write the board: out of memory\n", stderr);
    abort();
}

char *board__export_text(const char *text)
{
    bool is_blank = text == NULL || text[strspn(text, " ")] == '\0';
    return board__escaped(is_blank ? "-" : text, false);
}

void board__export_put(json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, value) != 0)
        give_up();
}

void board__export_append(json_t *array, json_t *item)
{
    if (json_array_append_new(array, item) != 0)
        give_up();
}

void board__export_json(json_t *root, FILE *out)
{
    board__auto_free char *text =
        json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
    json_decref(root);
    if (text == NULL)
        give_up();
    (void)fprintf(out, "%s\n", text);
}

double board__export_score(const struct board__job *job, double score)
{
    return board__is_rounded(&job->board->competition)
               ? board__rounded(score, job->ranking->track->decimals)
               : score;
}

double board__export_points(const struct board__job *job, double points)
{
    return board__is_rounded(&job->board->competition)
               ? board__rounded(points,
                                board__point_decimals(job->ranking->track->decimals, true))
               : points;
}

static char *format_names(void)
{
    char *names = board__strf("it is one of");
    for (const struct board_format *format = board_formats; format->name; format++) {
        board__auto_free char *before = names;
        names = board__strf("%s%s %s", before, format == board_formats ? "" : ",",
                            format->name);
    }
    return names;
}

static bool find_format(const char *name, size_t *index, struct board_error *err)
{
    for (*index = 0; board_formats[*index].name != NULL; ++*index) {
        if (name != NULL && strcmp(board_formats[*index].name, name) == 0)
            return true;
    }
    board__auto_free char *names = format_names();
    return board__export_refuse(err, "no format", name, names);
}

static const struct board__ranking *find_track(const struct board *board, const char *id)
{
    for (size_t i = 0; i < board->competition.track_count; i++) {
        if (id == NULL || strcmp(board->rankings[i].track->id, id) == 0)
            return &board->rankings[i];
    }
    return NULL;
}

/* The row that stands for a team: its ranked one, else the first that says why there is
 * none. */
static const struct board__row *find_team(const struct board__ranking *ranking,
                                          const char *team)
{
    for (size_t i = 0; i < ranking->row_count; i++) {
        const char *name = ranking->rows[i].entry->team;
        if (strcmp(name != NULL ? name : "", team) == 0)
            return &ranking->rows[i];
    }
    return NULL;
}

static bool fill_job(const struct board_export *what, const struct board_format *format,
                     struct board__job *job)
{
    job->ranking = find_track(job->board, what->track);
    if (job->ranking == NULL)
        return board__export_refuse(job->err, "no track", what->track, "");
    if (!format->is_of_team && what->team != NULL)
        return board__export_refuse(job->err, "all teams are in format", format->name,
                                    "name none");
    if (!format->is_of_team)
        return true;
    if (what->team == NULL)
        return board__export_refuse(job->err, "one team is in format", format->name,
                                    "say which");
    job->row = find_team(job->ranking, what->team);
    return job->row != NULL ||
           board__export_refuse(job->err, "no entry of team", what->team,
                                "its name is needed byte for byte");
}

char *board_export(const struct board *board, const struct board_export *what,
                   struct board_error *err)
{
    struct board__job job = {.board = board, .err = err};
    size_t format = 0;
    char *text = NULL;
    size_t length = 0;
    err->message[0] = '\0';
    if (!find_format(what->format, &format, err) ||
        !fill_job(what, &board_formats[format], &job))
        return NULL;
    FILE *out = open_memstream(&text, &length);
    if (out == NULL)
        give_up();
    bool is_done = writers[format](&job, out);
    if (fclose(out) != 0)
        give_up();
    if (is_done)
        return text;
    free(text);
    return NULL;
}
