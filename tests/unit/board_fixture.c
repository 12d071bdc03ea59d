#include "board_fixture.h"

#include <stdlib.h>
#include <string.h>

static void *allocate(size_t count, size_t size)
{
    void *memory = calloc(count + 1, size);
    if (memory == NULL)
        abort();
    return memory;
}

static const char *text(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static double real(const json_t *object, const char *key)
{
    return json_number_value(json_object_get(object, key));
}

static int64_t integer(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

static bool flag(const json_t *object, const char *key)
{
    return json_is_true(json_object_get(object, key));
}

static struct board_case *read_cases(const json_t *array)
{
    struct board_case *cases = allocate(json_array_size(array), sizeof *cases);
    for (size_t i = 0; i < json_array_size(array); i++) {
        const json_t *item = json_array_get(array, i);
        cases[i].id = text(item, "id");
        cases[i].title = text(item, "title");
        cases[i].worst = real(item, "worst");
    }
    return cases;
}

static struct board_task *read_tasks(const json_t *array)
{
    struct board_task *tasks = allocate(json_array_size(array), sizeof *tasks);
    for (size_t i = 0; i < json_array_size(array); i++) {
        const json_t *item = json_array_get(array, i);
        tasks[i].id = text(item, "id");
        tasks[i].title = text(item, "title");
        tasks[i].metric = text(item, "metric");
        tasks[i].unit = text(item, "unit");
        tasks[i].is_lower_better = flag(item, "is_lower_better");
        tasks[i].weight = real(item, "weight");
        tasks[i].cap = real(item, "cap");
        tasks[i].cases = read_cases(json_object_get(item, "cases"));
        tasks[i].case_count = json_array_size(json_object_get(item, "cases"));
    }
    return tasks;
}

static struct board_track *read_tracks(const json_t *array)
{
    struct board_track *tracks = allocate(json_array_size(array), sizeof *tracks);
    for (size_t i = 0; i < json_array_size(array); i++) {
        const json_t *item = json_array_get(array, i);
        const char *combine = text(item, "combine");
        bool is_weighted = combine != NULL && strcmp(combine, "weighted-points") == 0;
        tracks[i].id = text(item, "id");
        tracks[i].title = text(item, "title");
        tracks[i].combine = is_weighted ? BOARD_WEIGHTED_POINTS : BOARD_MEAN_OF_CASES;
        tracks[i].decimals = (int)integer(item, "decimals");
        tracks[i].tasks = read_tasks(json_object_get(item, "tasks"));
        tracks[i].task_count = json_array_size(json_object_get(item, "tasks"));
    }
    return tracks;
}

static struct board_extension *read_extensions(const json_t *array)
{
    struct board_extension *list = allocate(json_array_size(array), sizeof *list);
    for (size_t i = 0; i < json_array_size(array); i++) {
        const json_t *item = json_array_get(array, i);
        list[i].old_instant = text(item, "old_instant");
        list[i].new_instant = text(item, "new_instant");
        list[i].announced_at = text(item, "announced_at");
        list[i].announced_ms = integer(item, "announced_ms");
        list[i].reason = text(item, "reason");
    }
    return list;
}

static void read_competition(const json_t *object, struct board_competition *out)
{
    out->id = text(object, "id");
    out->title = text(object, "title");
    out->split = text(object, "split");
    out->podium_version = text(object, "podium_version");
    out->log_head = text(object, "log_head");
    out->deadline_ms = integer(object, "deadline_ms");
    out->deadline_instant = text(object, "deadline_instant");
    out->deadline_label = text(object, "deadline_label");
    out->deadline_aoe = text(object, "deadline_aoe");
    out->extensions = read_extensions(json_object_get(object, "extensions"));
    out->extension_count = json_array_size(json_object_get(object, "extensions"));
    out->as_of_ms = integer(object, "as_of_ms");
    out->as_of = text(object, "as_of");
    out->is_practice = flag(object, "is_practice");
    out->tracks = read_tracks(json_object_get(object, "tracks"));
    out->track_count = json_array_size(json_object_get(object, "tracks"));
}

static struct board_timing read_timing(const json_t *object)
{
    return (struct board_timing){.repeats = (uint64_t)integer(object, "repeats"),
                                 .quiet = (uint64_t)integer(object, "quiet"),
                                 .outliers = (uint64_t)integer(object, "outliers"),
                                 .median_ns = (uint64_t)integer(object, "median_ns"),
                                 .mad_ns = (uint64_t)integer(object, "mad_ns"),
                                 .ratio = real(object, "ratio")};
}

static struct board_result *read_results(const json_t *array)
{
    struct board_result *results = allocate(json_array_size(array), sizeof *results);
    for (size_t i = 0; i < json_array_size(array); i++) {
        const json_t *item = json_array_get(array, i);
        results[i].task = text(item, "task");
        results[i].case_id = text(item, "case");
        results[i].verdict = text(item, "verdict");
        results[i].raw = real(item, "raw");
        results[i].score = real(item, "score");
        results[i].cpu_ns = (uint64_t)integer(item, "cpu_ns");
        results[i].wall_ns = (uint64_t)integer(item, "wall_ns");
        results[i].memory_bytes = (uint64_t)integer(item, "memory_bytes");
        results[i].message = text(item, "message");
        results[i].timing = read_timing(json_object_get(item, "timing"));
    }
    return results;
}

static enum board_standing read_standing(const char *word)
{
    static const struct {
        const char *word;
        enum board_standing standing;
    } words[] = {{"pending", BOARD_PENDING},
                 {"invalid", BOARD_INVALID},
                 {"disqualified", BOARD_DISQUALIFIED}};
    for (size_t i = 0; word != NULL && i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(words[i].word, word) == 0)
            return words[i].standing;
    }
    return BOARD_COUNTS;
}

static struct board_entry *read_entries(const json_t *array)
{
    struct board_entry *entries = allocate(json_array_size(array), sizeof *entries);
    for (size_t i = 0; i < json_array_size(array); i++) {
        const json_t *item = json_array_get(array, i);
        entries[i].team = text(item, "team");
        entries[i].name = text(item, "name");
        entries[i].digest = text(item, "digest");
        entries[i].received_at = text(item, "received_at");
        entries[i].received_ms = integer(item, "received_ms");
        entries[i].seq = integer(item, "seq");
        entries[i].standing = read_standing(text(item, "standing"));
        entries[i].standing_reason = text(item, "standing_reason");
        entries[i].results = read_results(json_object_get(item, "results"));
        entries[i].result_count = json_array_size(json_object_get(item, "results"));
    }
    return entries;
}

void board_fixture_load(const char *path, struct board_fixture *out)
{
    json_error_t error;
    memset(out, 0, sizeof *out);
    out->document = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (out->document == NULL) {
        (void)fprintf(stderr, "%s:%d: %s\n", path, error.line, error.text);
        abort();
    }
    const json_t *entries = json_object_get(out->document, "entries");
    read_competition(json_object_get(out->document, "competition"),
                     &out->input.competition);
    out->input.entries = read_entries(entries);
    out->input.entry_count = json_array_size(entries);
}

/* The library sees its input as constant; the fixture owns it. */
static void free_const(const void *memory)
{
    free((void *)(uintptr_t)memory);
}

void board_fixture_release(struct board_fixture *fixture)
{
    struct board_competition *competition = &fixture->input.competition;
    for (size_t i = 0; i < competition->track_count; i++) {
        for (size_t k = 0; k < competition->tracks[i].task_count; k++)
            free_const(competition->tracks[i].tasks[k].cases);
        free_const(competition->tracks[i].tasks);
    }
    free_const(competition->tracks);
    free_const(competition->extensions);
    for (size_t i = 0; i < fixture->input.entry_count; i++)
        free_const(fixture->input.entries[i].results);
    free_const(fixture->input.entries);
    json_decref(fixture->document);
}

static void shuffle(const void *array, size_t count, size_t size, unsigned *seed)
{
    char *items = (char *)(uintptr_t)array;
    for (size_t i = count; i > 1; i--) {
        size_t other = (size_t)rand_r(seed) % i;
        for (size_t byte = 0; byte < size; byte++) {
            char kept = items[(i - 1) * size + byte];
            items[(i - 1) * size + byte] = items[other * size + byte];
            items[other * size + byte] = kept;
        }
    }
}

void board_fixture_shuffle(struct board_fixture *fixture, unsigned seed)
{
    const struct board_input *input = &fixture->input;
    shuffle(input->entries, input->entry_count, sizeof *input->entries, &seed);
    for (size_t i = 0; i < input->entry_count; i++)
        shuffle(input->entries[i].results, input->entries[i].result_count,
                sizeof *input->entries[i].results, &seed);
    shuffle(input->competition.extensions, input->competition.extension_count,
            sizeof *input->competition.extensions, &seed);
}

static bool array_holds(const json_t *actual, const json_t *expected, const char *where)
{
    size_t count = json_array_size(expected);
    if (json_array_size(actual) != count) {
        (void)fprintf(stderr, "%s: %zu items where %zu are expected\n", where,
                      json_array_size(actual), count);
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        char inner[512];
        if (snprintf(inner, sizeof inner, "%s[%zu]", where, i) < 0)
            return false;
        if (!board_fixture_holds(json_array_get(actual, i), json_array_get(expected, i),
                                 inner))
            return false;
    }
    return true;
}

static bool object_holds(const json_t *actual, const json_t *expected, const char *where)
{
    const char *key;
    json_t *value;
    json_object_foreach ((json_t *)(uintptr_t)expected, key, value) {
        char inner[512];
        if (snprintf(inner, sizeof inner, "%s.%s", where, key) < 0)
            return false;
        if (!board_fixture_holds(json_object_get(actual, key), value, inner))
            return false;
    }
    return true;
}

bool board_fixture_holds(const json_t *actual, const json_t *expected, const char *where)
{
    if (json_is_object(expected) && json_is_object(actual))
        return object_holds(actual, expected, where);
    if (json_is_array(expected) && json_is_array(actual))
        return array_holds(actual, expected, where);
    /* null says that the key must be absent. */
    if (json_is_null(expected) ? actual == NULL : json_equal(actual, expected))
        return true;
    char *found = actual != NULL ? json_dumps(actual, JSON_ENCODE_ANY) : NULL;
    char *wanted = json_dumps(expected, JSON_ENCODE_ANY);
    (void)fprintf(stderr, "%s: %s where %s is expected\n", where,
                  found != NULL ? found : "nothing", wanted);
    free(found);
    free(wanted);
    return false;
}
