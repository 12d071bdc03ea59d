/* publish_view.h - what podium publish says: the files and what changes in them. */
#ifndef CLI_PUBLISH_VIEW_H
#define CLI_PUBLISH_VIEW_H

#include "engine/publish.h"

/* All borrowed. */
struct publish_view {
    const char *target;
    const struct published *ours;
    const struct publish *publish;
    bool sends;
    bool is_final_due; /* the log is to say that this board is final */
};

void publish_view_plan(const struct publish_view *view); /* before anything is sent */
void publish_view_end(const struct publish_view *view);  /* the last line */
void publish_view_json(const struct publish_view *view); /* all of it, in place of both */

#endif
