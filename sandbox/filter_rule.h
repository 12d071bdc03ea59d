/* filter_rule.h - the argument tests of one rule as BPF.
 *
 * Arguments have 64 bits and BPF words 32, so a test loads the high word, and the low one
 * where that does not decide. Rules of a call are written from the last to the first, each
 * going to the one behind it if it does not match.
 */
#ifndef SB_FILTER_RULE_H
#define SB_FILTER_RULE_H

#include "bpf.h"
#include "policy.h"

/* To yes if all arguments match, else to no. The rule has at least one argument. */
void sb__rule_write(struct sb__bpf *bpf, const struct sb__rule *rule,
                    struct sb__target *yes, struct sb__target *no);

/* Before rule is written: if it will leave loaded what `next`, the rule behind it, starts
 * with loading, takes that load away. Only that rule may lead to next. */
void sb__rule_share_load(struct sb__bpf *bpf, const struct sb__rule *rule,
                         struct sb__target *next);

#endif
