/* expect.h - what must happen to a probe, from its first line.
 *
 * The line holds "expect:" and then words key=value, in a comment of whatever language (one
 * of C may go on for some lines):
 *
 *   end=NAME|NAME   how the run ends, one of these (names as in podbox's result)
 *   exit=N  signal=NAME  call=NAME|NAME  idle=yes  cut=stderr   facts of the result
 *   cpu_over=S cpu_under=S wall_over=S peak_over=SIZE peak_under=SIZE   and its counters
 *   refused=NAME|NAME   the first call that the policy refuses, if any, is one of these;
 *                   none: it refuses none
 *   stdout=TEXT     standard output holds TEXT
 *   collect=TEXT    collecting /out is refused with a message that holds TEXT; ok: it works
 *   max_ms=N        the whole call of sb_run takes no longer
 *   cpu=S wall=S memory=SIZE file=SIZE tmp=SIZE processes=N cap=BYTES pin=CPU   the limits
 *   proc=pids       /proc shows processes and no other name
 *   repeat=N        run it so often, each time with the same expectation
 *   beside=yes      all the while a second run of it is under way, with the argument
 *                   "rival": it prints when it is ready and keeps printing. It must go on
 *   each=WORD|WORD  run it once for each word: its argument, and what {} in the line
 *                   becomes
 *   without=A+B|C   run it once for each of these sets of layers, left out: what else
 *                   there is must hold it alone; none: nothing is left out
 *   needs=WHAT,..   skip where it is not there: cgroup (one may be written), scopes (of
 *                   Landlock), root, or the path of something that has to be installed
 *   guards=LAYER,.. with this layer left out the probe must NOT get what it expects
 *   open=WORD       known not to hold yet, WORD says by what: told as open, and a failure
 *                   as soon as it holds, so that this word goes
 */
#ifndef EXPECT_H
#define EXPECT_H

#include <stdbool.h>
#include <stdint.h>

struct sb_result;
struct sb_spec;

struct expect {
    char line[1024];
    char word[64]; /* the one of each=, or "" */
};

/* From the first comment of the file at path; false if it has no expectation. */
bool expect_load(struct expect *expect, const char *path);

/* The value of a key, or false; value holds at most 128 bytes. */
bool expect_get(const struct expect *expect, const char *key, char value[128]);
uint64_t expect_number(const struct expect *expect, const char *key, uint64_t fallback);

/* The i-th of a list of words with | between. */
bool expect_word(const char *list, unsigned i, char word[64]);

/* The expectation for the i-th word of each=; false behind the last. Without each=, once.
 */
bool expect_pick(const struct expect *whole, unsigned i, struct expect *one);

/* The i-th set of without=, as enum sb_layer bits; false behind the last, and for a layer
 * that there is not: then why says so. Without without=, the empty set once. */
bool expect_left_out(const struct expect *expect, unsigned i, unsigned *layers,
                     char why[256]);

/* Whether one of the words of `list` (with |, + or , between) is `word`. */
bool expect_has_word(const char *list, const char *word);

void expect_set_limits(const struct expect *expect, struct sb_spec *spec);

/* Compares; on a difference false, and why says which. */
bool expect_check(const struct expect *expect, const struct sb_result *result,
                  const char *output, char why[256]);

#endif
