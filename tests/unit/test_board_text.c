#include "text.h"
#include "wording.h"

#include "wording.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

TestSuite(board_text, .timeout = 20);

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

Test(board_text, escapes_what_deceives_a_reader_and_nothing_else)
{
    static const struct {
        const char *text, *one_line, *lines;
    } table[] = {
        {NULL, "", ""},
        {"plain ~ text", "plain ~ text", "plain ~ text"},
        {"a\nb", "a\\x0ab", "a\nb"},
        {"a\r\tb\x1b[0m\x7f", "a\\x0d\\x09b\\x1b[0m\\x7f", "a\\x0d\\x09b\\x1b[0m\\x7f"},
        {"\xc2\x85", "\\u0085", "\\u0085"},
        {"\u202Eevil", "\\u202eevil", "\\u202eevil"},
        {"\u2066x\u2069", "\\u2066x\\u2069", "\\u2066x\\u2069"},
        {"a\u200Bb\uFEFF", "a\\u200bb\\ufeff", "a\\u200bb\\ufeff"},
        {"\U000E0041", "\\U000e0041", "\\U000e0041"},
        {"Zürich 名前 🎉", "Zürich 名前 🎉", "Zürich 名前 🎉"},
        /* Not UTF-8 (RFC 3629): stray bytes, overlong slash, surrogate, beyond U+10FFFF,
         * and a sequence that the end cuts. */
        {"\x80\xff", "\\x80\\xff", "\\x80\\xff"},
        {"\xc0\xaf", "\\xc0\\xaf", "\\xc0\\xaf"},
        {"\xed\xa0\x80", "\\xed\\xa0\\x80", "\\xed\\xa0\\x80"},
        {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80", "\\xf4\\x90\\x80\\x80"},
        {"\xe5\x90", "\\xe5\\x90", "\\xe5\\x90"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        char *one_line = board__escaped(table[i].text, false);
        char *lines = board__escaped(table[i].text, true);
        cr_expect_str_eq(one_line, table[i].one_line, "row %zu: %s", i, one_line);
        cr_expect_str_eq(lines, table[i].lines, "row %zu: %s", i, lines);
        free(one_line);
        free(lines);
    }
}

Test(board_text, cuts_by_columns_not_by_bytes)
{
    static const struct {
        const char *text;
        int width;
        const char *cut;
        int columns; /* of the whole text */
    } table[] = {
        {"abcdef", 6, "abcdef", 6},
        {"abcdef", 5, "abcd…", 6},
        {"abcdef", 1, "…", 6},
        {"名前名前", 8, "名前名前", 8},
        {"名前名前", 6, "名前…", 8},
        {"名前名前", 7, "名前名…", 8},
        {"e\u0301e\u0301", 2, "e\u0301e\u0301", 2},
        {"e\u0301abc", 3, "e\u0301a…", 4},
        {"🎉x", 3, "🎉x", 3},
        {"", 4, "", 0},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        char *cut = board__cut(table[i].text, table[i].width);
        cr_expect_str_eq(cut, table[i].cut, "row %zu: %s", i, cut);
        cr_expect_eq(board__width(table[i].text), table[i].columns, "row %zu", i);
        cr_expect_leq(board__width(cut), table[i].width, "row %zu", i);
        free(cut);
    }
}

Test(board_text, prints_numbers_the_same_in_every_locale)
{
    static const struct {
        double value;
        int decimals;
        const char *text;
    } table[] = {
        {0.644124, 3, "0.644"}, {0.6446, 3, "0.645"}, {-0.25, 3, "-0.250"},
        {-0.0004, 3, "0.000"},  {-0.0, 0, "0"},       {1234567.5, 1, "1234567.5"},
        {-0.5, 1, "-0.5"},      {2, 0, "2"},
    };
    /* A comma for the decimal mark, where this machine has such a locale. */
    (void)setlocale(LC_ALL, "de_DE.UTF-8");
    for (size_t i = 0; i < COUNT(table); i++) {
        char *text = board__number(table[i].value, table[i].decimals);
        cr_expect_str_eq(text, table[i].text, "row %zu: %s", i, text);
        free(text);
    }
}

/* What C's own strtod makes of the text, in the C locale. */
Test(board_text, rounds_numbers_to_what_their_text_says)
{
    static const struct {
        double value;
        int decimals;
        double rounded;
    } table[] = {
        {0.644124, 3, 0.644}, {-0.25, 1, -0.2},  {0.1 + 0.2, 16, 0.3}, {-0.0004, 3, 0},
        {31.4159, 0, 31},     {1e300, 2, 1e300}, {2.675, 2, 2.67},     {1. / 3, 17, 1. / 3},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        double rounded = board__rounded(table[i].value, table[i].decimals);
        cr_expect_eq(rounded, table[i].rounded, "row %zu: %.17g", i, rounded);
        cr_expect_not(signbit(rounded) && rounded == 0);
    }
}

Test(board_text, names_units_that_fit_the_size)
{
    static const struct {
        uint64_t ns;
        const char *text;
    } durations[] = {
        {0, "0 ms"},
        {999400000, "999 ms"},
        {999600000, "1.00 s"},
        {UINT64_C(12340000000), "12.34 s"},
        {UINT64_C(99994000000), "99.99 s"},
        {UINT64_C(99996000000), "100 s"},
        {UINT64_MAX, "18446744074 s"},
    };
    static const struct {
        uint64_t bytes;
        const char *text;
    } sizes[] = {
        {0, "0 KiB"},
        {512 * 1024, "512 KiB"},
        {1023 * 1024, "1023 KiB"},
        {1048576, "1.0 MiB"},
        {67318579, "64.2 MiB"},
        {1073741824, "1.00 GiB"},
        {1610612736, "1.50 GiB"},
    };
    for (size_t i = 0; i < COUNT(durations); i++) {
        char *text = board__duration(durations[i].ns);
        cr_expect_str_eq(text, durations[i].text, "row %zu: %s", i, text);
        free(text);
    }
    for (size_t i = 0; i < COUNT(sizes); i++) {
        char *text = board__size(sizes[i].bytes);
        cr_expect_str_eq(text, sizes[i].text, "row %zu: %s", i, text);
        free(text);
    }
}

/* Hand computed; an instant is never shown later than it is. */
Test(board_text, instants_are_cut_and_stay_within_four_digit_years)
{
    static const struct {
        int64_t instant_ms;
        const char *text; /* NULL: whatever */
        const char *rfc3339;
    } rows[] = {
        {INT64_C(1700308799999), "2023-11-18 11:59:59 UTC", "2023-11-18T11:59:59.999Z"},
        {0, "1970-01-01 00:00:00 UTC", "1970-01-01T00:00:00.000Z"},
        {-1, "1969-12-31 23:59:59 UTC", "1969-12-31T23:59:59.999Z"},
        {-1000, "1969-12-31 23:59:59 UTC", "1969-12-31T23:59:59.000Z"},
        {INT64_MIN, NULL, "0000-01-01T00:00:00.000Z"},
        {INT64_MAX, NULL, "9999-12-31T23:59:59.999Z"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *text = board__instant_text(rows[i].instant_ms);
        char *rfc3339 = board__instant_rfc3339(rows[i].instant_ms);
        if (rows[i].text != NULL)
            cr_expect_str_eq(text, rows[i].text);
        cr_expect_str_eq(rfc3339, rows[i].rfc3339);
        free(text);
        free(rfc3339);
    }
}

Test(board_text, says_never_and_always_of_what_is_so_alone)
{
    static const struct {
        size_t count, total;
        const char *text;
    } table[] = {
        {0, 1000, "0 %"},      {1, 1000, "< 1 %"},  {9, 1000, "< 1 %"},
        {10, 1000, "1 %"},     {15, 1000, "2 %"},   {14, 1000, "1 %"},
        {989, 1000, "99 %"},   {990, 1000, "99 %"}, {991, 1000, "> 99 %"},
        {1000, 1000, "100 %"}, {500, 1000, "50 %"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        char *text = board__percent_text(table[i].count, table[i].total);
        cr_expect_str_eq(text, table[i].text, "%zu: %s", table[i].count, text);
        free(text);
    }
}
