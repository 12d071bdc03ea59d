/* text.h - text that is safe to show, and numbers as people read them.
 *
 * Returned strings are the caller's. Nothing fails: running out of memory ends the program.
 */
#ifndef BOARD_TEXT_H
#define BOARD_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* calloc that ends the program instead of returning NULL; a product that overflows too. */
void *board__alloc(size_t count, size_t size);

/* Heap string by format. */
char *board__strf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* For cleanup: `board__auto_free char *text = NULL;` */
void board__cleanup_free(void *pointer);
#define board__auto_free __attribute__((cleanup(board__cleanup_free)))

/* Copy in which nothing can deceive a reader or steer a terminal: control characters, what
 * turns the direction of text, what has no width, and bytes that are not UTF-8 become \xHH,
 * \uHHHH or \UHHHHHHHH. A newline stays when has_lines. NULL is "". */
char *board__escaped(const char *text, bool has_lines);

/* Columns of a terminal that escaped text takes: wide East Asian characters and emoji are
 * two, combining marks none. */
int board__width(const char *text);

/* Copy of the longest start of text that fits in width columns; "…" is its end when
 * something was cut. width is at least 1. */
char *board__cut(const char *text, int width);

/* Fixed point whatever the locale; never "-0.000". */
char *board__number(double value, int decimals);

/* The number that board__number writes; value itself where it is too large to be rounded.
 */
double board__rounded(double value, int decimals);

char *board__duration(uint64_t ns); /* "123 ms", "12.34 s", "1234 s" */
char *board__size(uint64_t bytes);  /* "812 KiB", "64.2 MiB", "1.50 GiB" */

#endif
