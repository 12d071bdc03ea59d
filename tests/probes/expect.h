/* expect.h - what must happen to a probe, from its first line.
 *
 * The line holds "expect:" and then words key=value, in a comment of whatever language:
 *
 *   end=NAME|NAME   how the run ends, one of these (names as in podbox's result)
 *   exit=N  signal=NAME  call=NAME|NAME  idle=yes  cut=stderr   facts of the result
 *   stdout=TEXT     standard output holds TEXT
 *   collect=TEXT    collecting /out is refused with a message that holds TEXT; ok: it works
 *   max_ms=N        the whole call of sb_run takes no longer
 *   cpu=S wall=S memory=SIZE file=SIZE tmp=SIZE processes=N cap=BYTES pin=CPU   the limits
 *   repeat=N        run it so often, each time with the same expectation
 *   needs=cgroup    skip where no cgroup may be written
 *   needs=scopes    skip where Landlock has no scopes
 *   guards=LAYER,.. with this layer left out the probe must NOT get what it expects
 */
#ifndef EXPECT_H
#define EXPECT_H

#include <stdbool.h>
#include <stdint.h>

struct sb_result;
struct sb_spec;

struct expect {
    char line[512];
};

/* From the first line of the file at path; false if it has no expectation. */
bool expect_load(struct expect *expect, const char *path);

/* The value of a key, or false; value holds at most 128 bytes. */
bool expect_get(const struct expect *expect, const char *key, char value[128]);
uint64_t expect_number(const struct expect *expect, const char *key, uint64_t fallback);

/* Whether one of the words of `list` (with | or , between) is `word`. */
bool expect_has_word(const char *list, const char *word);

void expect_set_limits(const struct expect *expect, struct sb_spec *spec);

/* Compares; on a difference false, and why says which. */
bool expect_check(const struct expect *expect, const struct sb_result *result,
                  const char *output, char why[256]);

#endif
