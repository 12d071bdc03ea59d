/* normal.h - the normal forms of Unicode (UAX #15). The only file that knows utf8proc,
 * whose version 2.8 has the tables of Unicode 15.0.
 *
 * Plain functions of their arguments. Text that is not valid UTF-8 is in no normal form and
 * comes back as it is. The caller frees.
 */
#ifndef POD_NORMAL_H
#define POD_NORMAL_H

#include <stdbool.h>
#include <stdint.h>

/* In normal form C: one spelling for each letter with its marks. */
bool pod_text_is_nfc(const char *text);

/* Letters alone: normal form KD, so that the full-width, the bold and the circled are
 * plain, without marks and what is default-ignorable. */
char *pod_text_bare(const char *text);

/* The same with full case folding. */
char *pod_text_folded(const char *text);

/* Punctuation, space or control: what does not tell one name from another. */
bool pod_point_is_filler(uint32_t point);

#endif
