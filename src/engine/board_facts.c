#include "board_facts.h"

#include "base/buf.h"
#include "base/json.h"

#include <stdlib.h>
#include <string.h>

static const char SCHEMA[] = "podium.leaderboard/1";

static const char *text_at(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static size_t count_pending(const json_t *board)
{
    size_t pending = 0, track, row;
    json_t *each_track, *each_row;
    json_array_foreach (json_object_get(board, "tracks"), track, each_track) {
        json_array_foreach (json_object_get(each_track, "unranked"), row, each_row) {
            const char *reason = text_at(each_row, "reason");
            pending += reason != NULL && strcmp(reason, "pending") == 0;
        }
    }
    return pending;
}

static bool read_instant(const char *text, const char *name, const char *key,
                         pod_instant_ms *out, struct pod_error *err)
{
    struct pod_error problem = POD_ERROR_INIT;
    return (text != NULL && pod_instant_parse(text, out, &problem)) ||
           pod_fail(err, POD_ENTRY, "%s: %s is no instant", name, key);
}

bool board_facts_parse(const char *text, size_t length, const char *name,
                       struct board_facts *out, struct pod_error *err)
{
    memset(out, 0, sizeof *out);
    pod_auto_json json_t *board = pod_json_parse(text, length, name, POD_ENTRY, err);
    if (board == NULL || !pod_json_schema(board, name, SCHEMA, POD_ENTRY, err))
        return false;
    const json_t *about = json_object_get(board, "competition");
    const char *competition = text_at(about, "id"), *split = text_at(about, "split");
    const char *head = text_at(board, "log_head");
    if (competition == NULL || split == NULL || head == NULL)
        return pod_fail(err, POD_ENTRY,
                        "%s: .competition.id, .competition.split or .log_head is missing",
                        name);
    out->competition = pod_strdup(competition);
    out->split = pod_strdup(split);
    out->log_head = pod_strdup(head);
    out->pending = count_pending(board);
    const char *deadline = text_at(json_object_get(board, "deadline"), "instant");
    return read_instant(text_at(board, "as_of"), name, ".as_of", &out->as_of, err) &&
           read_instant(deadline, name, ".deadline.instant", &out->deadline, err);
}

void board_facts_release(struct board_facts *facts)
{
    free(facts->competition);
    free(facts->split);
    free(facts->log_head);
    memset(facts, 0, sizeof *facts);
}
