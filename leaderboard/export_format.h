/* export_format.h - the formats that board_export knows: board__export_NAME for each row of
 * export.def, each in a file of its own, which opens with the standard that it follows.
 *
 * They only write to `out`, which is memory: nothing fails but for a team that a format
 * cannot tell of. Then they return false, with the reason in job->err.
 */
#ifndef BOARD_EXPORT_FORMAT_H
#define BOARD_EXPORT_FORMAT_H

#include "ranking.h"

#include <jansson.h>

struct board__job {
    const struct board *board;
    const struct board__ranking *ranking;
    const struct board__row *row; /* of the team, where the format is of one */
    struct board_error *err;
};

#define BOARD_FORMAT(name, is_of_team, summary)                                            \
    bool board__export_##name(const struct board__job *job, FILE *out);
#include "export.def"
#undef BOARD_FORMAT

/* Always false; `subject` stands in quotes, escaped. */
bool board__export_refuse(struct board_error *err, const char *failed, const char *subject,
                          const char *advice);

/* Text to show as the formats do, or "-" where there are only spaces. The caller frees. */
char *board__export_text(const char *text);

/* A score or a case's value, and points, as exact as the board shows them. */
double board__export_score(const struct board__job *job, double score);
double board__export_points(const struct board__job *job, double points);

/* Takes value and makes it a key of object. */
void board__export_put(json_t *object, const char *key, json_t *value);

/* Takes item and puts it at the end of array. */
void board__export_append(json_t *array, json_t *item);

/* Takes root and writes it with a final newline. */
void board__export_json(json_t *root, FILE *out);

#endif
