/* lookalike.h - names that people take for one another.
 *
 * Two names look alike when their skeletons are equal. The skeleton follows UTS #39,
 * section 4: letters that look like ASCII ones become these (the table in confusable.def),
 * marks and the forms of a letter do not count. It goes further where names on a board are
 * concerned: nor do case, spaces and punctuation, and i, l and 1 are one letter, as o and 0
 * are, and rn and m, and vv and w. A skeleton is for comparing, never for showing.
 */
#ifndef MODEL_LOOKALIKE_H
#define MODEL_LOOKALIKE_H

#include "base/error.h"

/* Never empty, unless text is. The caller frees. */
char *name_skeleton(const char *text);

/* Is it fit for whoever is not the organizer? Refused is what looks like a name that only
 * she may bear ("admin", "judge", "official", "podium" and such), alone or with "the"
 * before it or "team" around it; there also digits and signs that stand for letters count
 * as these ("@dm1n"). where stands before the message. */
bool name_check_reserved(const char *text, const char *where, enum pod_fault fault,
                         struct pod_error *err);

#endif
