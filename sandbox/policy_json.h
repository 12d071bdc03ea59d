/* policy_json.h - reading a policy from JSON.
 *
 * Fills a policy that sb__policy_release frees; on failure there is nothing to release. A
 * fault is SB_SPEC with the policy's name and the place in it.
 */
#ifndef SB_POLICY_JSON_H
#define SB_POLICY_JSON_H

#include "policy.h"

bool sb__policy_parse(struct sb_policy *policy, const char *name, const char *text,
                      struct sb_error *err);
bool sb__policy_parse_file(struct sb_policy *policy, const char *path,
                           struct sb_error *err);

#endif
