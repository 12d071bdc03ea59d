#include "base/lookup.h"

#include "base/buf.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(lookup, .timeout = 20);

/* The items of the walk whose text is this one, as a bit each. */
static unsigned found(const struct pod_lookup *lookup, const char *const *list,
                      const char *text)
{
    struct pod_lookup_walk walk = pod_lookup_start(text);
    unsigned bits = 0;
    size_t item = 0;
    while (pod_lookup_next(lookup, &walk, &item)) {
        if (strcmp(list[item], text) != 0)
            continue;
        cr_assert_not(bits & 1u << item, "item %zu comes twice", item);
        bits |= 1u << item;
    }
    return bits;
}

Test(lookup, nothing_is_found_in_an_empty_one)
{
    struct pod_lookup lookup = POD_LOOKUP_INIT;
    cr_assert_eq(found(&lookup, NULL, ""), 0);
    cr_assert_eq(found(&lookup, NULL, "a"), 0);
    pod_lookup_release(&lookup);
}

Test(lookup, equal_texts_are_all_found_and_others_are_not)
{
    static const char *const list[] = {"a",         "",           "abcdefgh", "a",
                                       "abcdefghi", "abcdefgh\1", "abcdefgh", "b"};
    struct pod_lookup lookup = POD_LOOKUP_INIT;
    for (size_t i = 0; i < 8; i++)
        pod_lookup_add(&lookup, list[i], i);
    cr_assert_eq(found(&lookup, list, "a"), 0x09);
    cr_assert_eq(found(&lookup, list, ""), 0x02);
    cr_assert_eq(found(&lookup, list, "abcdefgh"), 0x44);
    cr_assert_eq(found(&lookup, list, "abcdefghi"), 0x10);
    cr_assert_eq(found(&lookup, list, "abcdefgh\1"), 0x20);
    cr_assert_eq(found(&lookup, list, "abcdefg"), 0);
    cr_assert_eq(found(&lookup, list, "c"), 0);
    pod_lookup_release(&lookup);
}

Test(lookup, each_of_many_is_found_once_while_it_grows)
{
    enum { COUNT = 5000 };
    struct pod_lookup lookup = POD_LOOKUP_INIT;
    size_t candidates = 0;
    for (size_t i = 0; i < COUNT; i++) {
        pod_auto_free char *text = pod_strf("team %zu", i);
        pod_lookup_add(&lookup, text, i);
    }
    for (size_t i = 0; i < COUNT; i++) {
        pod_auto_free char *text = pod_strf("team %zu", i);
        struct pod_lookup_walk walk = pod_lookup_start(text);
        size_t item = 0, own = 0;
        while (pod_lookup_next(&lookup, &walk, &item)) {
            own += item == i;
            candidates++;
        }
        cr_assert_eq(own, 1, "%s was found %zu times", text, own);
    }
    /* 64 bits of hash: another text among the candidates would be a wonder. */
    cr_assert_eq(candidates, COUNT);
    pod_lookup_release(&lookup);
}

/* A walk ends at a free slot: one that was full would be walked for ever. */
Test(lookup, a_text_that_is_not_there_is_not_found_however_many_are)
{
    enum { COUNT = 1100 };
    struct pod_lookup lookup = POD_LOOKUP_INIT;
    for (size_t i = 0; i < COUNT; i++) {
        pod_auto_free char *text = pod_strf("team %zu", i);
        struct pod_lookup_walk walk = pod_lookup_start("another");
        size_t item = 0;
        pod_lookup_add(&lookup, text, i);
        cr_assert_not(pod_lookup_next(&lookup, &walk, &item), "after %zu", i + 1);
    }
    pod_lookup_release(&lookup);
}
