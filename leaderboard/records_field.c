#include "records_field.h"

#include "board.h"

_Static_assert(sizeof(size_t) == sizeof(uint64_t), "replicates is read as a count");

#define FIELD(type, member, kind, is_required)                                             \
    {                                                                                      \
#member, kind, is_required, offsetof(struct type, member), NULL, NULL, 0, 0        \
    }
#define LIST(type, key, member, item, count)                                               \
    {                                                                                      \
        key, KIND_LIST, false, offsetof(struct type, member), NULL, item##_fields,         \
            sizeof(struct item), offsetof(struct type, count)                              \
    }
#define WORD(type, member, words)                                                          \
    {                                                                                      \
#member, KIND_WORD, false, offsetof(struct type, member), words, NULL, 0, 0        \
    }
#define END                                                                                \
    {                                                                                      \
        NULL, KIND_TEXT, false, 0, NULL, NULL, 0, 0                                        \
    }

static const char *const combines[] = {
    [BOARD_MEAN_OF_CASES] = "mean-of-cases",
    [BOARD_WEIGHTED_POINTS] = "weighted-points",
    NULL,
};

static const char *const standings[] = {
    [BOARD_COUNTS] = "counts",
    [BOARD_PENDING] = "pending",
    [BOARD_INVALID] = "invalid",
    [BOARD_EARLY] = "early",
    [BOARD_OVER_QUOTA] = "over_quota",
    [BOARD_NOT_SELECTED] = "not_selected",
    [BOARD_WITHDRAWN] = "withdrawn",
    [BOARD_DISQUALIFIED] = "disqualified",
    NULL,
};

static const struct board__field board_case_fields[] = {
    FIELD(board_case, id, KIND_TEXT, true),
    FIELD(board_case, title, KIND_TEXT, false),
    FIELD(board_case, worst, KIND_REAL, false),
    END,
};

static const struct board__field board_task_fields[] = {
    FIELD(board_task, id, KIND_TEXT, true),
    FIELD(board_task, title, KIND_TEXT, false),
    FIELD(board_task, metric, KIND_TEXT, false),
    FIELD(board_task, unit, KIND_TEXT, false),
    FIELD(board_task, is_lower_better, KIND_FLAG, false),
    FIELD(board_task, weight, KIND_REAL, false),
    FIELD(board_task, cap, KIND_REAL, false),
    LIST(board_task, "cases", cases, board_case, case_count),
    END,
};

static const struct board__field board_track_fields[] = {
    FIELD(board_track, id, KIND_TEXT, true),
    FIELD(board_track, title, KIND_TEXT, false),
    WORD(board_track, combine, combines),
    FIELD(board_track, decimals, KIND_SMALL, false),
    LIST(board_track, "tasks", tasks, board_task, task_count),
    END,
};

static const struct board__field board_extension_fields[] = {
    FIELD(board_extension, old_instant, KIND_TEXT, false),
    FIELD(board_extension, new_instant, KIND_TEXT, false),
    FIELD(board_extension, announced_at, KIND_TEXT, false),
    FIELD(board_extension, announced_ms, KIND_INTEGER, false),
    FIELD(board_extension, reason, KIND_TEXT, false),
    END,
};

const struct board__field board__competition_fields[] = {
    FIELD(board_competition, id, KIND_TEXT, false),
    FIELD(board_competition, title, KIND_TEXT, false),
    FIELD(board_competition, split, KIND_TEXT, false),
    FIELD(board_competition, podium_version, KIND_TEXT, false),
    FIELD(board_competition, log_head, KIND_TEXT, false),
    FIELD(board_competition, deadline_ms, KIND_INTEGER, false),
    FIELD(board_competition, deadline_instant, KIND_TEXT, false),
    FIELD(board_competition, deadline_label, KIND_TEXT, false),
    FIELD(board_competition, deadline_aoe, KIND_TEXT, false),
    LIST(board_competition, "extensions", extensions, board_extension, extension_count),
    FIELD(board_competition, has_start, KIND_FLAG, false),
    FIELD(board_competition, start_ms, KIND_INTEGER, false),
    FIELD(board_competition, as_of_ms, KIND_INTEGER, false),
    FIELD(board_competition, as_of, KIND_TEXT, false),
    FIELD(board_competition, is_practice, KIND_FLAG, false),
    FIELD(board_competition, replicates, KIND_COUNT, false),
    FIELD(board_competition, seed, KIND_BITS, false),
    FIELD(board_competition, is_rounded, KIND_FLAG, false),
    FIELD(board_competition, has_ladder, KIND_FLAG, false),
    LIST(board_competition, "tracks", tracks, board_track, track_count),
    END,
};

static const struct board__field board_timing_fields[] = {
    FIELD(board_timing, repeats, KIND_COUNT, false),
    FIELD(board_timing, quiet, KIND_COUNT, false),
    FIELD(board_timing, outliers, KIND_COUNT, false),
    FIELD(board_timing, median_ns, KIND_COUNT, false),
    FIELD(board_timing, mad_ns, KIND_COUNT, false),
    FIELD(board_timing, ratio, KIND_REAL, false),
    END,
};

static const struct board__field board_result_fields[] = {
    FIELD(board_result, task, KIND_TEXT, true),
    {"case", KIND_TEXT, true, offsetof(struct board_result, case_id), NULL, NULL, 0, 0},
    FIELD(board_result, verdict, KIND_TEXT, true),
    FIELD(board_result, raw, KIND_REAL, false),
    FIELD(board_result, score, KIND_REAL, false),
    FIELD(board_result, cpu_ns, KIND_COUNT, false),
    FIELD(board_result, wall_ns, KIND_COUNT, false),
    FIELD(board_result, memory_bytes, KIND_COUNT, false),
    FIELD(board_result, message, KIND_TEXT, false),
    {"timing", KIND_PART, false, offsetof(struct board_result, timing), NULL,
     board_timing_fields, sizeof(struct board_timing), 0},
    {"items", KIND_ITEMS, false, offsetof(struct board_result, items), NULL, NULL,
     sizeof(struct board_item), offsetof(struct board_result, item_count)},
    END,
};

const struct board__field board__entry_fields[] = {
    FIELD(board_entry, team, KIND_TEXT, false),
    FIELD(board_entry, name, KIND_TEXT, false),
    FIELD(board_entry, digest, KIND_TEXT, false),
    FIELD(board_entry, received_at, KIND_TEXT, false),
    FIELD(board_entry, received_ms, KIND_INTEGER, false),
    FIELD(board_entry, seq, KIND_INTEGER, false),
    WORD(board_entry, standing, standings),
    FIELD(board_entry, standing_reason, KIND_TEXT, false),
    FIELD(board_entry, has_grace, KIND_FLAG, false),
    LIST(board_entry, "results", results, board_result, result_count),
    END,
};
