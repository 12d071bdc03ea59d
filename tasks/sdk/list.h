/* list.h - the index lists of a submission's rows. Private to the SDK.
 *
 * Two readers: task_list_quick takes what has no defect at all, fast; where it refuses,
 * task_list_careful finds out why, says so with positions, and does what the rule says.
 * Both give the same list wherever the first one accepts.
 */
#ifndef TASK_LIST_H
#define TASK_LIST_H

#include "sdk/defect.h"
#include "sdk/reference.h"

/* Room for a list of max_configs indices, and for what the quick reader writes before it
 * looks: a block's numbers, marks for all numbers of four digits. */
enum { TASK_LIST_SLACK = 64, TASK_FOUR_DIGITS = 10000 };
struct task_list {
    uint32_t *index;
    uint8_t *seen; /* a mark for each configuration */
    size_t count;
};

void task_list_init(struct task_list *list, size_t max_configs);
void task_list_release(struct task_list *list);

/* Reads [at, end). Readable are also the 4 bytes before at, and all up to text_end. False:
 * not clean, or rare. */
bool task_list_quick(struct task_list *list, const char *at, const char *end,
                     const char *text_end, const struct task_graph *graph);

/* A list as it stands in the file, for messages. */
struct task_place {
    const char *line; /* start of the line */
    size_t number;    /* of the line, from 1 */
    const char *start;
    const char *end;
};

/* count is 0 where nothing is usable. */
void task_list_careful(struct task_list *list, const struct task_place *place,
                       const struct task_graph *graph, struct task_defects *defects);

#endif
