#include "base/buf.h"
#include "base/utf8.h"
#include "src_fixture.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

TestSuite(text, .timeout = 20);

Test(text, a_buffer_grows_and_always_ends_with_a_nul)
{
    pod_auto_buf struct pod_buf buf = POD_BUF_INIT;
    for (int i = 0; i < 1000; i++)
        pod_buf_printf(&buf, "%03d", i);
    cr_assert_eq(buf.length, 3000);
    cr_assert_eq(strlen(buf.data), 3000);
    cr_assert_eq(strncmp(buf.data + 3 * 417, "417", 3), 0);
    memcpy(pod_buf_reserve(&buf, 3), "end", 3);
    cr_assert_eq(buf.length, 3000, "reserved bytes do not count yet");
    pod_buf_commit(&buf, 3);
    cr_assert_str_eq(buf.data + 3000, "end");
    pod_buf_append(&buf, "\0x", 2);
    cr_assert_eq(buf.length, 3005);
    pod_auto_free char *stolen = pod_buf_steal(&buf);
    cr_assert_eq(buf.length, 0);
    cr_assert_null(buf.data);
    pod_auto_free char *empty = pod_buf_steal(&buf);
    cr_assert_str_eq(empty, "");
    cr_assert_eq(stolen[3004], 'x');
}

Test(text, names_are_copied_and_sorted_by_byte)
{
    pod_auto_names struct pod_names names = POD_NAMES_INIT;
    pod_names_sort(&names);
    /* bytewise: upper case before lower case, the byte 0xc3 after all of ASCII */
    static const char *const sorted[] = {"-", "A", "B", "a", "a-b", "a/b", "\xc3\xa4"};
    static const int order[] = {5, 0, 6, 3, 1, 4, 2};
    for (size_t i = 0; i < COUNT(order); i++)
        pod_names_add(&names, sorted[order[i]]);
    pod_names_sort(&names);
    cr_assert_eq(names.count, COUNT(sorted));
    for (size_t i = 0; i < COUNT(sorted); i++)
        cr_assert_str_eq(names.items[i], sorted[i]);
}

Test(text, stolen_values_are_not_freed_by_cleanup)
{
    char *kept = NULL;
    int kept_fd = -1;
    {
        pod_auto_free char *owned = pod_strf("%s-%d", "a", 1);
        pod_auto_fd int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
        kept = pod_steal(&owned);
        kept_fd = pod_steal_fd(&fd);
    }
    cr_assert_str_eq(kept, "a-1");
    cr_assert_eq(fcntl(kept_fd, F_GETFD), FD_CLOEXEC);
    pod_cleanup_fd(&kept_fd);
    cr_assert_eq(fcntl(kept_fd, F_GETFD), -1);
    free(kept);
}

/* RFC 3629 and the table of well-formed sequences in the Unicode standard (3-7). */
Test(text, utf8_is_decoded_strictly)
{
    static const struct {
        const char *bytes;
        size_t size;
        uint32_t point;
    } table[] = {
        {"A", 1, 0x41},
        {"\x7f", 1, 0x7f},
        {"\xc2\x80", 2, 0x80},
        {"\xc3\xa4", 2, 0xe4},
        {"\xe2\x82\xac", 3, 0x20ac},
        {"\xed\x9f\xbf", 3, 0xd7ff},
        {"\xee\x80\x80", 3, 0xe000},
        {"\xf0\x9f\x98\x80", 4, 0x1f600},
        {"\xf4\x8f\xbf\xbf", 4, 0x10ffff},
        {"\xc0\xaf", 0, 0},         /* overlong "/" */
        {"\xc1\xbf", 0, 0},         /* overlong */
        {"\xe0\x9f\xbf", 0, 0},     /* overlong */
        {"\xf0\x8f\xbf\xbf", 0, 0}, /* overlong */
        {"\xed\xa0\x80", 0, 0},     /* surrogate */
        {"\xf4\x90\x80\x80", 0, 0}, /* above U+10FFFF */
        {"\x80", 0, 0},             /* no start */
        {"\xe2\x82", 0, 0},         /* cut */
        {"\xe2\x28\xa1", 0, 0},
        {"\xff", 0, 0},
        {"", 0, 0},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        uint32_t point = 0;
        size_t size = pod_utf8_next(table[i].bytes, strlen(table[i].bytes), &point);
        cr_assert_eq(size, table[i].size, "row %zu", i);
        cr_assert_eq(point, table[i].point, "row %zu", i);
    }
}

/* Category Cc and the properties Bidi_Control and Default_Ignorable_Code_Point of Unicode
 * 15 (PropList.txt, DerivedCoreProperties.txt), the ends of each range and what lies beside
 * them. */
Test(text, characters_that_deceive_are_told_from_those_that_show)
{
    static const struct {
        uint32_t point;
        enum pod_utf8_kind kind;
    } table[] = {
        {0x00, POD_UTF8_CONTROL},      {0x1f, POD_UTF8_CONTROL},
        {0x20, POD_UTF8_SHOWN},        {0x7e, POD_UTF8_SHOWN},
        {0x7f, POD_UTF8_CONTROL},      {0x9f, POD_UTF8_CONTROL},
        {0xa0, POD_UTF8_SHOWN},        {0xad, POD_UTF8_INVISIBLE},
        {0x61b, POD_UTF8_SHOWN},       {0x61c, POD_UTF8_DIRECTION},
        {0x61d, POD_UTF8_SHOWN},       {0x200a, POD_UTF8_SHOWN},
        {0x200b, POD_UTF8_INVISIBLE},  {0x200d, POD_UTF8_INVISIBLE},
        {0x200e, POD_UTF8_DIRECTION},  {0x200f, POD_UTF8_DIRECTION},
        {0x2010, POD_UTF8_SHOWN},      {0x2027, POD_UTF8_SHOWN},
        {0x2028, POD_UTF8_CONTROL},    {0x2029, POD_UTF8_CONTROL},
        {0x202a, POD_UTF8_DIRECTION},  {0x202e, POD_UTF8_DIRECTION},
        {0x202f, POD_UTF8_SHOWN},      {0x2060, POD_UTF8_INVISIBLE},
        {0x2066, POD_UTF8_DIRECTION},  {0x2069, POD_UTF8_DIRECTION},
        {0x206f, POD_UTF8_INVISIBLE},  {0x2070, POD_UTF8_SHOWN},
        {0x2764, POD_UTF8_SHOWN},      {0xfe0f, POD_UTF8_SHOWN},
        {0xfeff, POD_UTF8_INVISIBLE},  {0x1bca0, POD_UTF8_INVISIBLE},
        {0x1bca3, POD_UTF8_INVISIBLE}, {0x1d172, POD_UTF8_SHOWN},
        {0x1d173, POD_UTF8_INVISIBLE}, {0x1d17a, POD_UTF8_INVISIBLE},
        {0x1d17b, POD_UTF8_SHOWN},     {0x1f680, POD_UTF8_SHOWN},
        {0xe0001, POD_UTF8_INVISIBLE}, {0xe0fff, POD_UTF8_INVISIBLE},
        {0x10ffff, POD_UTF8_SHOWN},
    };
    for (size_t i = 0; i < COUNT(table); i++)
        cr_assert_eq(pod_utf8_kind(table[i].point), table[i].kind, "U+%04X",
                     table[i].point);
}

Test(text, what_an_entry_wrote_cannot_move_the_cursor)
{
    static const struct {
        const char *bytes, *safe;
    } table[] = {
        {"plain \xc3\xa4 \xf0\x9f\x98\x80\n", "plain \xc3\xa4 \xf0\x9f\x98\x80\n"},
        {"\x1b[31mred\x07", "\\x1b[31mred\\x07"},
        {"a\tb\rc\x7f", "a\\x09b\\x0dc\\x7f"},
        {"\xc2\x9b"
         "31m",
         "\\xc2\\x9b31m"}, /* CSI as one character */
        {"\xff\xfe\xe2\x82", "\\xff\\xfe\\xe2\\x82"},
        /* nor turn the line, end it, or hide in it */
        {"\u202egnp", "\\xe2\\x80\\xaegnp"},
        {"a\u2066b\u200fc\u061cd", "a\\xe2\\x81\\xa6b\\xe2\\x80\\x8fc\\xd8\\x9cd"},
        {"a\u2028b", "a\\xe2\\x80\\xa8b"},
        {"\ufeffa\u200bb\u200dc", "\\xef\\xbb\\xbfa\\xe2\\x80\\x8bb\\xe2\\x80\\x8dc"},
        {"\U0001d173x", "\\xf0\\x9d\\x85\\xb3x"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        pod_auto_buf struct pod_buf buf = POD_BUF_INIT;
        pod_buf_escaped(&buf, table[i].bytes, strlen(table[i].bytes));
        cr_assert_str_eq(buf.data, table[i].safe);
    }
}

Test(text, a_text_shown_in_a_message_is_one_short_line)
{
    static const struct {
        const char *text;
        size_t max;
        const char *shown;
    } table[] = {
        {"short", 5, "short"},
        {"longer", 5, "longe..."},
        {"two\nlines", 60, "two\\x0alines"},
        {"\xe2\x82\xac\xe2\x82\xac", 4, "\xe2\x82\xac..."}, /* not inside a character */
        {"\xe2\x82\xac", 2, "..."},
        {"", 0, ""},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        pod_auto_free char *shown = pod_str_shown(table[i].text, table[i].max);
        cr_assert_str_eq(shown, table[i].shown);
    }
}
