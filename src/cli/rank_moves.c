#include "rank_moves.h"

#include "base/json.h"

#include <string.h>

enum { LINES_MAX = 20 };

struct moves {
    FILE *out;
    const char *track;
    size_t count;
};

static const char *text_at(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static const json_t *find(const json_t *array, const char *key, const char *value)
{
    size_t index;
    json_t *object;
    json_array_foreach (array, index, object)
        if (strcmp(text_at(object, key), value) == 0)
            return object;
    return NULL;
}

/* "3 (0.887)"; "-" for who is not there. Of a board that anybody may have put there. */
static char *standing(const json_t *row)
{
    if (row == NULL)
        return pod_strdup("-");
    pod_auto_free char *rank = pod_str_shown(text_at(row, "rank_text"), 40);
    pod_auto_free char *score = pod_str_shown(text_at(row, "score_text"), 40);
    return pod_strf("%s (%s)", rank, score);
}

static void print_move(struct moves *moves, const char *team, const json_t *old,
                       const json_t *now)
{
    pod_auto_free char *before = standing(old);
    pod_auto_free char *after = standing(now);
    if (strcmp(before, after) == 0 || ++moves->count > LINES_MAX)
        return;
    pod_auto_free char *shown = pod_str_shown(team, 200);
    fprintf(moves->out, "         %s: \"%s\" %s -> %s\n", moves->track, shown, before,
            after);
}

static void print_track(struct moves *moves, const json_t *old, const json_t *now)
{
    size_t index;
    json_t *row;
    json_array_foreach (now, index, row)
        print_move(moves, text_at(row, "team"), find(old, "team", text_at(row, "team")),
                   row);
    json_array_foreach (old, index, row)
        if (find(now, "team", text_at(row, "team")) == NULL)
            print_move(moves, text_at(row, "team"), row, NULL);
    if (moves->count > LINES_MAX)
        fprintf(moves->out, "         %s: and %zu teams more\n", moves->track,
                moves->count - LINES_MAX);
}

static json_t *load(const struct pod_buf *text)
{
    struct pod_error none = POD_ERROR_INIT;
    return pod_json_parse(text->data ? text->data : "", text->length, "board", POD_ENTRY,
                          &none);
}

void rank_moves_print(FILE *out, const struct pod_buf *old, const struct pod_buf *now)
{
    pod_auto_json json_t *before = load(old);
    pod_auto_json json_t *after = load(now);
    size_t index;
    json_t *track;
    json_array_foreach (json_object_get(after, "tracks"), index, track) {
        const char *id = text_at(track, "id");
        const json_t *same = find(json_object_get(before, "tracks"), "id", id);
        pod_auto_free char *shown = pod_str_shown(id, 60);
        struct moves moves = {out, shown, 0};
        print_track(&moves, json_object_get(same, "rows"), json_object_get(track, "rows"));
    }
}
