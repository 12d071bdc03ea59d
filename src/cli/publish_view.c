#include "publish_view.h"

#include "base/json.h"
#include "rank_moves.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *change_text(enum publish_change change)
{
    static const char *const texts[] = {
        [PUBLISH_SAME] = "same", [PUBLISH_NEW] = "new", [PUBLISH_CHANGED] = "changed"};
    return texts[change];
}

static int by_text(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

static void split_lines(const void *bytes, size_t length, struct pod_names *lines)
{
    const char *at = bytes, *end = at + length;
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t count = (size_t)((stop ? stop : end) - at);
        pod_names_add_take(lines, pod_strf("%.*s", (int)count, at));
        at += count + 1;
    }
    if (lines->count > 0)
        qsort(lines->items, lines->count, sizeof *lines->items, by_text);
}

/* Lines that only the one or only the other has, wherever they stand. */
static void count_lines(const struct publish_step *step, size_t *come, size_t *go)
{
    pod_auto_names struct pod_names old = POD_NAMES_INIT, now = POD_NAMES_INIT;
    size_t o = 0, n = 0, both = 0;
    split_lines(step->seen.bytes.data, step->seen.bytes.length, &old);
    split_lines(step->bytes, step->length, &now);
    while (o < old.count && n < now.count) {
        int order = strcmp(old.items[o], now.items[n]);
        both += order == 0;
        o += order <= 0;
        n += order >= 0;
    }
    *come = now.count - both;
    *go = old.count - both;
}

static void print_step(const struct publish_step *step)
{
    size_t come = 0, go = 0;
    printf("%-8s %s: %zu bytes", change_text(step->change), step->path, step->length);
    if (step->change == PUBLISH_CHANGED) {
        count_lines(step, &come, &go);
        printf(", %zu lines come, %zu go", come, go);
    }
    printf("\n");
}

/* The board that readers saw so far, wherever the target has it. */
static void print_moves(const struct publish_view *view)
{
    const struct pod_buf *board = published_find(view->ours, PUBLISHED_BOARD);
    for (size_t i = 0; i < view->publish->count; i++) {
        const struct publish_step *step = &view->publish->steps[i];
        if (step->change == PUBLISH_CHANGED && step->bytes == board->data)
            rank_moves_print(stdout, &step->seen.bytes, board);
    }
}

static json_t *make_steps(const struct publish *publish)
{
    json_t *steps = json_array();
    for (size_t i = 0; i < publish->count; i++) {
        const struct publish_step *step = &publish->steps[i];
        json_t *object =
            json_pack("{s:s, s:s, s:I}", "path", step->path, "change",
                      change_text(step->change), "bytes", (json_int_t)step->length);
        if (json_array_append_new(steps, object) != 0)
            pod_out_of_memory();
    }
    return steps;
}

void publish_view_json(const struct publish_view *view)
{
    const struct bundle *bundle = &view->ours->bundle;
    pod_auto_json json_t *object =
        json_pack("{s:s, s:s, s:b, s:b, s:I, s:s, s:o}", "schema", "podium.publish/1",
                  "target", view->target, "is_sent", view->sends, "is_final_new",
                  view->is_final_due, "log_seq", (json_int_t)bundle->log_seq, "log_head",
                  bundle->log_head, "files", make_steps(view->publish));
    if (object == NULL)
        pod_out_of_memory();
    pod_auto_free char *text = pod_json_print(object);
    fputs(text, stdout);
}

void publish_view_plan(const struct publish_view *view)
{
    const struct bundle *bundle = &view->ours->bundle;
    char as_of[POD_INSTANT_TEXT];
    pod_instant_format(bundle->as_of, as_of);
    printf("the board as of %s, on event %lld of %lld, to %s\n", as_of,
           (long long)view->ours->board_seq, (long long)bundle->log_seq, view->target);
    for (size_t i = 0; i < view->publish->count; i++)
        print_step(&view->publish->steps[i]);
    print_moves(view);
    if (view->is_final_due)
        printf("%s that this board is the final one\n",
               view->sends ? "the log says" : "the log would say");
}

void publish_view_end(const struct publish_view *view)
{
    if (publish_due(view->publish) == 0)
        printf("nothing to do: all of it is there\n");
    else if (view->sends)
        printf("published, read back and compared\n");
    else
        printf("dry run: nothing was sent; --send does it\n");
}
