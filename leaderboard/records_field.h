/* records_field.h - which members of the board's rows stand in records, under which keys.
 *
 * One table a struct; records.c reads and writes by them. Data only, nothing to fail.
 */
#ifndef BOARD_RECORDS_FIELD_H
#define BOARD_RECORDS_FIELD_H

#include <stdbool.h>
#include <stddef.h>

enum board__kind {
    KIND_TEXT,    /* const char *, NULL where absent */
    KIND_REAL,    /* double */
    KIND_SMALL,   /* int */
    KIND_INTEGER, /* int64_t */
    KIND_COUNT,   /* uint64_t, absent where 0; above INT64_MAX counts as that */
    KIND_BITS,    /* uint64_t, all of them: as hexadecimal text, or a number */
    KIND_FLAG,    /* bool, false where absent */
    KIND_WORD,    /* an enum, by its words */
    KIND_LIST,    /* pointer to structs and their number */
    KIND_PART,    /* a struct inside, absent where its first member is 0 */
    KIND_ITEMS,   /* the same of struct board_item, each as [id, group, value] */
};

struct board__field {
    const char *key; /* NULL ends a table */
    enum board__kind kind;
    bool is_required;
    size_t offset;
    const char *const *words; /* KIND_WORD: by value, NULL at the end */
    /* KIND_LIST, KIND_PART, KIND_ITEMS */
    const struct board__field *fields;
    size_t size; /* of one */
    size_t count_offset;
};

extern const struct board__field board__competition_fields[];
extern const struct board__field board__entry_fields[];

#endif
