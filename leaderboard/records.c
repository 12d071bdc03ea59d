#include "records.h"

#include "records_field.h"
#include "text.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const char schema[] = "podium.records/1";

struct board_records {
    struct board_input input;
    struct board_entry *entries; /* the input's */
    bool has_head;
    void **owned; /* texts and lists that the input points to */
    size_t owned_count, owned_room;
};

static const void *at(const void *object, size_t offset)
{
    return (const char *)object + offset;
}

/* The member as it is, whatever its alignment says about the struct it came from. */
#define MEMBER(type, object, field) (*(type const *)at(object, (field)->offset))

/* Writing. */

static json_t *write_object(const void *object, const struct board__field *fields);

static json_t *write_text(const char *text)
{
    json_t *value = json_string(text);
    if (value != NULL)
        return value;
    board__auto_free char *escaped = board__escaped(text, true);
    return json_string(escaped);
}

static json_t *write_list(const void *object, const struct board__field *field)
{
    json_t *list = json_array();
    const char *items = MEMBER(char *, object, field);
    size_t count = *(const size_t *)at(object, field->count_offset);
    for (size_t i = 0; i < count; i++)
        (void)json_array_append_new(list,
                                    write_object(items + i * field->size, field->fields));
    return list;
}

/* Most of the records: arrays are a third shorter than objects. */
static json_t *write_items(const void *object, const struct board__field *field)
{
    json_t *list = json_array();
    const struct board_item *items = MEMBER(struct board_item *, object, field);
    size_t count = *(const size_t *)at(object, field->count_offset);
    for (size_t i = 0; i < count; i++) {
        json_t *item = json_array();
        (void)json_array_append_new(item, write_text(items[i].id ? items[i].id : ""));
        (void)json_array_append_new(item, items[i].group ? write_text(items[i].group)
                                                         : json_null());
        (void)json_array_append_new(item, json_real(items[i].value));
        (void)json_array_append_new(list, item);
    }
    return count > 0 ? list : (json_decref(list), NULL);
}

static json_t *write_count(uint64_t count)
{
    return count > 0 ? json_integer(count < INT64_MAX ? (json_int_t)count : INT64_MAX)
                     : NULL;
}

static json_t *write_part(const void *object, const struct board__field *field)
{
    json_t *part = write_object(at(object, field->offset), field->fields);
    return json_object_get(part, field->fields[0].key) != NULL ? part
                                                               : (json_decref(part), NULL);
}

static json_t *write_bits(uint64_t bits)
{
    board__auto_free char *text = board__strf("%016" PRIx64, bits);
    return json_string(text);
}

/* NULL: left out, as reading sets it so without. */
static json_t *write_member(const void *object, const struct board__field *field)
{
    switch (field->kind) {
    case KIND_TEXT:
        return MEMBER(char *, object, field) != NULL
                   ? write_text(MEMBER(char *, object, field))
                   : NULL;
    case KIND_REAL:
        return json_real(MEMBER(double, object, field));
    case KIND_SMALL:
        return json_integer(MEMBER(int, object, field));
    case KIND_INTEGER:
        return json_integer(MEMBER(int64_t, object, field));
    case KIND_COUNT:
        return write_count(MEMBER(uint64_t, object, field));
    case KIND_BITS:
        return write_bits(MEMBER(uint64_t, object, field));
    case KIND_FLAG:
        return MEMBER(bool, object, field) ? json_true() : NULL;
    case KIND_WORD:
        return json_string(field->words[MEMBER(int, object, field)]);
    case KIND_LIST:
        return write_list(object, field);
    case KIND_PART:
        return write_part(object, field);
    case KIND_ITEMS:
        return write_items(object, field);
    }
    return NULL;
}

static json_t *write_object(const void *object, const struct board__field *fields)
{
    json_t *value = json_object();
    for (; fields->key != NULL; fields++) {
        json_t *member = write_member(object, fields);
        if (member != NULL)
            (void)json_object_set_new_nocheck(value, fields->key, member);
    }
    return value;
}

/* Takes value. */
static char *print_take(json_t *value)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_REAL_PRECISION(17));
    json_decref(value);
    if (text == NULL) {
        (void)fputs("cannot write records: out of memory\n", stderr);
        abort();
    }
    return text;
}

char *board_records_head(const struct board_competition *competition)
{
    json_t *head = json_object();
    (void)json_object_set_new(head, "schema", json_string(schema));
    (void)json_object_set_new(head, "competition",
                              write_object(competition, board__competition_fields));
    return print_take(head);
}

char *board_records_entry(const struct board_entry *entry)
{
    return print_take(write_object(entry, board__entry_fields));
}

/* Reading. */

/* A value and where it stands. */
struct place {
    const json_t *value;
    const char *path;
    struct board_error *err;
};

static bool refuse(const struct place *place, const char *what)
{
    board__auto_free char *path = board__escaped(place->path, false);
    if (snprintf(place->err->message, sizeof place->err->message, "%s%s%s", path,
                 path[0] != '\0' ? ": " : "", what) < 0)
        place->err->message[0] = '\0';
    return false;
}

static void *own(struct board_records *records, void *memory)
{
    if (records->owned_count == records->owned_room) {
        records->owned_room = records->owned_room * 2 + 64;
        records->owned =
            reallocarray(records->owned, records->owned_room, sizeof *records->owned);
        if (records->owned == NULL)
            abort();
    }
    return records->owned[records->owned_count++] = memory;
}

static bool read_object(struct board_records *records, const struct place *place,
                        const struct board__field *fields, void *object);

static bool read_list(struct board_records *records, const struct place *place,
                      const struct board__field *field, void *object)
{
    size_t count = json_array_size(place->value);
    char *items = own(records, board__alloc(count, field->size));
    if (!json_is_array(place->value))
        return refuse(place, "is no array");
    for (size_t i = 0; i < count; i++) {
        board__auto_free char *path = board__strf("%s[%zu]", place->path, i);
        const struct place inner = {json_array_get(place->value, i), path, place->err};
        if (!read_object(records, &inner, field->fields, items + i * field->size))
            return false;
    }
    memcpy((char *)object + field->offset, &items, sizeof items);
    memcpy((char *)object + field->count_offset, &count, sizeof count);
    return true;
}

static bool read_text(struct board_records *records, const struct place *place,
                      void *member)
{
    const char *text = json_string_value(place->value);
    if (text == NULL || strlen(text) != json_string_length(place->value))
        return refuse(place, "is no text, or has a NUL in it");
    char *copy = own(records, board__strf("%s", text));
    memcpy(member, &copy, sizeof copy);
    return true;
}

static bool read_item(struct board_records *records, const struct place *place,
                      struct board_item *item)
{
    const json_t *group = json_array_get(place->value, 1);
    const json_t *value = json_array_get(place->value, 2);
    const struct place id = {json_array_get(place->value, 0), place->path, place->err};
    const struct place named = {group, place->path, place->err};
    if (json_array_size(place->value) != 3 || !json_is_number(value))
        return refuse(place, "is no array of id, group and value");
    item->value = json_number_value(value);
    return read_text(records, &id, &item->id) &&
           (json_is_null(group) || read_text(records, &named, &item->group));
}

static bool read_items(struct board_records *records, const struct place *place,
                       const struct board__field *field, void *object)
{
    size_t count = json_array_size(place->value);
    struct board_item *items = own(records, board__alloc(count, sizeof *items));
    if (!json_is_array(place->value))
        return refuse(place, "is no array");
    for (size_t i = 0; i < count; i++) {
        const struct place item = {json_array_get(place->value, i), place->path,
                                   place->err};
        if (!read_item(records, &item, &items[i]))
            return false;
    }
    memcpy((char *)object + field->offset, &items, sizeof items);
    memcpy((char *)object + field->count_offset, &count, sizeof count);
    return true;
}

static bool read_bits(const struct place *place, void *member)
{
    const char *text = json_string_value(place->value);
    uint64_t bits = (uint64_t)json_integer_value(place->value);
    char *end = NULL;
    if (text != NULL) {
        errno = 0;
        bits = strtoull(text, &end, 16);
        if (strspn(text, "0123456789abcdef") != strlen(text) || end == text || errno != 0)
            return refuse(place, "is no hexadecimal number of 64 bits");
    }
    memcpy(member, &bits, sizeof bits);
    return text != NULL || json_is_integer(place->value) || refuse(place, "is no number");
}

static bool read_word(const struct place *place, const char *const *words, int *out)
{
    const char *text = json_string_value(place->value);
    for (*out = 0; text != NULL && words[*out] != NULL; (*out)++)
        if (strcmp(words[*out], text) == 0)
            return true;
    return refuse(place, "is none of the words that may stand here");
}

static bool read_number(const struct place *place, const struct board__field *field,
                        void *member)
{
    double real = json_number_value(place->value);
    int64_t integer = json_integer_value(place->value);
    if (field->kind == KIND_REAL) {
        memcpy(member, &real, sizeof real);
        return json_is_number(place->value) || refuse(place, "is no number");
    }
    if (!json_is_integer(place->value) || (field->kind == KIND_COUNT && integer < 0))
        return refuse(place, "is no number that may stand here");
    if (field->kind != KIND_SMALL) {
        memcpy(member, &integer, sizeof integer);
        return true;
    }
    int small = integer >= -1000 && integer <= 1000 ? (int)integer : -1;
    memcpy(member, &small, sizeof small);
    return small == integer || refuse(place, "is too large");
}

static bool read_member(struct board_records *records, const struct place *place,
                        const struct board__field *field, void *object)
{
    void *member = (char *)object + field->offset;
    int word = 0;
    bool flag = json_is_true(place->value);
    switch (field->kind) {
    case KIND_TEXT:
        return read_text(records, place, member);
    case KIND_REAL:
    case KIND_SMALL:
    case KIND_INTEGER:
    case KIND_COUNT:
        return read_number(place, field, member);
    case KIND_BITS:
        return read_bits(place, member);
    case KIND_FLAG:
        memcpy(member, &flag, sizeof flag);
        return json_is_boolean(place->value) || refuse(place, "is neither true nor false");
    case KIND_WORD:
        if (!read_word(place, field->words, &word))
            return false;
        memcpy(member, &word, sizeof word);
        return true;
    case KIND_LIST:
        return read_list(records, place, field, object);
    case KIND_PART:
        return read_object(records, place, field->fields, member);
    case KIND_ITEMS:
        return read_items(records, place, field, object);
    }
    return false;
}

static bool read_object(struct board_records *records, const struct place *place,
                        const struct board__field *fields, void *object)
{
    size_t known = 0;
    if (!json_is_object(place->value))
        return refuse(place, "is no object");
    for (; fields->key != NULL; fields++) {
        board__auto_free char *path = board__strf("%s.%s", place->path, fields->key);
        const struct place inner = {json_object_get(place->value, fields->key), path,
                                    place->err};
        known += inner.value != NULL;
        if (inner.value == NULL && fields->is_required)
            return refuse(&inner, "is missing");
        if (inner.value != NULL && !read_member(records, &inner, fields, object))
            return false;
    }
    return known == json_object_size(place->value) || refuse(place, "has an unknown key");
}

static bool read_head(struct board_records *records, const struct place *place)
{
    const char *found = json_string_value(json_object_get(place->value, "schema"));
    const struct place inner = {json_object_get(place->value, "competition"),
                                ".competition", place->err};
    if (found == NULL || strcmp(found, schema) != 0 || json_object_size(place->value) != 2)
        return refuse(place, "the first line is not the head of podium.records/1");
    records->has_head = true;
    return read_object(records, &inner, board__competition_fields,
                       &records->input.competition);
}

static bool read_entry(struct board_records *records, const struct place *place)
{
    size_t count = records->input.entry_count;
    records->entries = reallocarray(records->entries, count + 1, sizeof *records->entries);
    if (records->entries == NULL)
        abort();
    memset(&records->entries[count], 0, sizeof *records->entries);
    records->input.entries = records->entries;
    if (!read_object(records, place, board__entry_fields, &records->entries[count]))
        return false;
    records->input.entry_count++;
    return true;
}

/* A bound on what a line's values take: one of 5 MB that is all "[]" would take 235. */
static bool has_few_values(const char *line, size_t length)
{
    size_t count = 0;
    for (size_t i = 0; i < length; i++)
        count += line[i] == '[' || line[i] == '{' || line[i] == ',';
    return count <= BOARD_RECORDS_VALUES_MAX;
}

bool board_records_add(struct board_records *records, const char *line, size_t length,
                       struct board_error *err)
{
    json_error_t problem;
    if (!has_few_values(line, length))
        return refuse(&(struct place){NULL, "", err}, "has more values than an entry has");
    json_t *value = json_loadb(line, length, JSON_REJECT_DUPLICATES, &problem);
    const struct place place = {value, "", err};
    bool done = false;
    if (value == NULL)
        (void)refuse(&place, problem.text);
    else
        done = records->has_head ? read_entry(records, &place) : read_head(records, &place);
    json_decref(value);
    return done;
}

struct board_records *board_records_new(void)
{
    return board__alloc(1, sizeof(struct board_records));
}

void board_records_free(struct board_records *records)
{
    if (records == NULL)
        return;
    for (size_t i = 0; i < records->owned_count; i++)
        free(records->owned[i]);
    free(records->owned);
    free(records->entries);
    free(records);
}

const struct board_input *board_records_input(const struct board_records *records)
{
    return &records->input;
}
