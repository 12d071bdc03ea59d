/* event_plain.h - the short way to read a line that event_print wrote. Only for
 * event_parse.c.
 *
 * A log has ten thousand lines, nearly all of them plain: keys in the order of
 * event_field.def, no space, no escape, ASCII. Those are read in one pass, without a tree
 * of JSON, in a sixth of the time. Whatever is not so, good or bad, is left to the reader
 * of all JSON, which also finds the words for what is wrong.
 */
#ifndef MODEL_EVENT_PLAIN_H
#define MODEL_EVENT_PLAIN_H

#include "model/event.h"

/* True: out is what the long way gives, but for the check that the kind has these fields.
 * False: out is an empty event and nothing is said about the line. */
bool event__read_plain(const char *text, size_t length, struct event *out);

#endif
