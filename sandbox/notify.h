/* notify.h - refused calls: take one from the listener, answer it, remember it.
 *
 * A call is refused with the policy's errno or it ends the run; it is never continued,
 * because what a pointer points to can change after it was looked at.
 */
#ifndef SB_NOTIFY_H
#define SB_NOTIFY_H

#include "policy.h"

struct seccomp_notif;
struct seccomp_notif_resp;

struct sb__notify {
    struct seccomp_notif *request;
    struct seccomp_notif_resp *response;
    size_t request_size; /* the kernel's, which may be newer than our headers */
    size_t response_size;
};

bool sb__notify_init(struct sb__notify *notify, struct sb_error *err);
void sb__notify_release(struct sb__notify *notify);

/* Handles one call that poll announced. Returns true if it was a loud one: it stays
 * unanswered, and the caller kills. */
bool sb__notify_take(struct sb__notify *notify, int listener,
                     const struct sb_policy *policy, struct sb_result *result);

#endif
