#include "log_check.h"

#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_BYTES = 1 << 20 };

struct check {
    const struct log_source *source;
    struct ledger *ledger;
    size_t line;
};

static bool refuse(const struct check *check, const char *what, struct pod_error *err)
{
    return pod_fail(err, POD_ENTRY, "%s:%zu: %s", check->source->name, check->line, what);
}

static bool check_line(struct check *check, char *text, size_t length,
                       struct pod_error *err)
{
    event_auto struct event event;
    struct pod_error problem = POD_ERROR_INIT;
    pod_auto_free char *where = pod_strf("%s:%zu", check->source->name, check->line);
    event_init(&event, EVENT_OPENED);
    if (length == 0 || text[length - 1] != '\n')
        return refuse(check, "the last line has no end: the file was cut", err);
    text[--length] = '\0';
    /* White space around the object, a carriage return say, is no fault to the JSON parser;
     * on the last line the chain would not show it either. */
    if (length < 2 || length > LINE_MAX_BYTES || strlen(text) != length || text[0] != '{' ||
        text[length - 1] != '}')
        return refuse(check, "is no line of a log: it begins with { and ends with }", err);
    if (!event_parse(text, length, where, &event, &problem))
        return pod_fail(err, POD_ENTRY, "%s", problem.message);
    struct pod_digest digest = event_digest(text);
    if (!ledger_apply(check->ledger, &event, &digest, &problem))
        return refuse(check, problem.message, err);
    const struct log_source *source = check->source;
    return source->visit == NULL || source->visit(source->context, &event, &digest, err);
}

bool log_check(const struct log_source *source, struct ledger *ledger,
               struct pod_error *err)
{
    struct check check = {source, ledger, 0};
    char *text = NULL;
    size_t size = 0;
    ssize_t length;
    bool done = true;
    while (done && (length = getline(&text, &size, source->file)) >= 0) {
        check.line++;
        done = check_line(&check, text, (size_t)length, err);
    }
    free(text);
    if (done && ferror(source->file))
        return pod_fail_errno(err, POD_HOST, "cannot read '%s'", source->name);
    if (done && check.line == 0)
        return pod_fail(err, POD_ENTRY, "%s: is empty, and a log has at least one event",
                        source->name);
    return done;
}
