#include "board_fixture.h"

#include <stdlib.h>
#include <string.h>

/* Takes value. */
static void add_take(struct board_fixture *fixture, const char *path, json_t *value)
{
    struct board_error error = {""};
    char *line = json_dumps(value, JSON_COMPACT | JSON_REAL_PRECISION(17));
    if (line == NULL || !board_records_add(fixture->records, line, strlen(line), &error)) {
        (void)fprintf(stderr, "%s: %s\n", path, error.message);
        abort();
    }
    free(line);
    json_decref(value);
}

void board_fixture_load(const char *path, struct board_fixture *out)
{
    json_error_t error;
    size_t index;
    json_t *entry;
    json_t *document = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (document == NULL) {
        (void)fprintf(stderr, "%s:%d: %s\n", path, error.line, error.text);
        abort();
    }
    out->records = board_records_new();
    add_take(out, path,
             json_pack("{s:s, s:O}", "schema", "podium.records/1", "competition",
                       json_object_get(document, "competition")));
    json_array_foreach (json_object_get(document, "entries"), index, entry)
        add_take(out, path, json_incref(entry));
    json_decref(document);
    out->input = *board_records_input(out->records);
}

void board_fixture_release(struct board_fixture *fixture)
{
    board_records_free(fixture->records);
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
    for (size_t i = 0; i < input->entry_count; i++) {
        const struct board_entry *entry = &input->entries[i];
        for (size_t k = 0; k < entry->result_count; k++)
            shuffle(entry->results[k].items, entry->results[k].item_count,
                    sizeof *entry->results[k].items, &seed);
        shuffle(entry->results, entry->result_count, sizeof *entry->results, &seed);
    }
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
