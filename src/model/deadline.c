#include "model/deadline.h"

#include "base/buf.h"

#include <stdio.h>

bool deadline_rule_parse(const char *text, struct deadline_rule *out, struct pod_error *err)
{
    if (!pod_deadline_parse(text, &out->instant, err))
        return false;
    int written = snprintf(out->text, sizeof out->text, "%s", text);
    if (written < 0 || (size_t)written >= sizeof out->text)
        return pod_fail(err, POD_BUG, "the deadline \"%s\" does not fit", text);
    return true;
}

enum standing deadline_standing(const struct deadline_rule *rule,
                                const pod_instant_ms *received_at)
{
    if (!received_at)
        return STANDING_PRACTICE;
    return *received_at < rule->instant ? STANDING_COUNTS : STANDING_LATE;
}

bool deadline_is_received(pod_instant_ms received_at, pod_instant_ms as_of)
{
    return received_at <= as_of;
}

const char *standing_text(enum standing standing)
{
    static const char *const texts[] = {
        [STANDING_COUNTS] = "counts",
        [STANDING_LATE] = "late",
        [STANDING_PRACTICE] = "practice",
    };
    return texts[standing];
}

char *deadline_reason(const struct deadline_rule *rule, const pod_instant_ms *received_at)
{
    if (!received_at)
        return pod_strdup("practice: no arrival time was recorded");
    char received[POD_INSTANT_TEXT], instant[POD_INSTANT_TEXT];
    pod_instant_format(*received_at, received);
    pod_instant_format(rule->instant, instant);
    enum standing standing = deadline_standing(rule, received_at);
    const char *verb = standing == STANDING_LATE ? "was" : "is";
    return pod_strf("%s: received %s, the deadline %s %s (before %s)",
                    standing_text(standing), received, verb, rule->text, instant);
}
