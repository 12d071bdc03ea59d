/* policy.h - a seccomp policy in the OCI runtime JSON format, as data.
 *
 * Calling sequence: sb__policy_read, sb__policy_answer for each refused call,
 * sb__policy_release. The policy owns its rules. Who fills one by hand, as policy_json.c
 * does: sb__policy_reserve, then each rule and its calls, sb__policy_finish.
 *
 * Meaning, narrower than OCI's where that is loose: a call that an ALLOW rule matches is
 * allowed. Every other call is refused, and the first of the other rules that matches it
 * says how; if none does, the default. A rule matches if all its arguments do, also where
 * it speaks of one argument twice. Beyond OCI there is `why`, needed in each rule, and
 * `quiet`: an errno for a call that every runtime tries in vain, so that it costs no round
 * trip and is no news. Names that this machine does not have are skipped: what is not there
 * cannot be allowed. Each rule says why it is there.
 */
#ifndef SB_POLICY_H
#define SB_POLICY_H

#include <linux/filter.h>

#include "podbox.h"

enum sb__action {
    SB__ALLOW,
    SB__ERRNO, /* the guest gets an errno */
    SB__KILL,  /* loud: ends the run */
};

enum sb__compare { SB__EQ, SB__NE, SB__LT, SB__LE, SB__GT, SB__GE, SB__MASKED_EQ };

struct sb__arg {
    unsigned index;
    enum sb__compare compare;
    uint64_t value; /* of SB__MASKED_EQ: the mask */
    uint64_t datum; /* of SB__MASKED_EQ: what the masked argument must be */
};

struct sb__rule {
    enum sb__action action;
    int number;    /* the errno */
    bool is_quiet; /* the kernel answers by itself; the supervisor does not hear of it */
    unsigned arg_count;
    struct sb__arg args[6]; /* all must match */
};

/* One name of a rule. */
struct sb__call {
    int nr;
    unsigned rule; /* index */
};

struct sb_policy {
    struct sb__rule *rules; /* in the file's order */
    size_t rule_count;
    struct sb__call *calls; /* by number, those of one number in the order of the rules */
    size_t call_count;
    struct sb__rule fallback;  /* what the default does */
    struct sock_fprog program; /* of sb_policy_load: compiled by filter.c */
};

/* From a file, or the built-in policy if path is NULL. */
bool sb__policy_read(struct sb_policy *policy, const char *path, struct sb_error *err);
void sb__policy_release(struct sb_policy *policy);

/* An empty policy with room for so many rules and so many calls in all of them. */
bool sb__policy_reserve(struct sb_policy *policy, size_t rules, size_t calls,
                        struct sb_error *err);

/* The next rule, and the calls it is for. A name that this machine lacks is skipped. */
void sb__policy_add_rule(struct sb_policy *policy, const struct sb__rule *rule);
void sb__policy_add_call(struct sb_policy *policy, const char *call);

/* Brings the calls in order, and checks that a command can start. name is for messages. */
bool sb__policy_finish(struct sb_policy *policy, const char *name, struct sb_error *err);

/* What becomes of a call; never NULL. */
const struct sb__rule *sb__policy_answer(const struct sb_policy *policy, int nr,
                                         const uint64_t args[6]);

#endif
