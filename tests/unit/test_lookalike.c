/* Values from UAX #15 (figures 3 to 6, table 1) and from UTS #39 (section 4). */
#include "base/buf.h"
#include "base/normal.h"
#include "model/lookalike.h"
#include "model/name.h"
#include "src_fixture.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(lookalike, .timeout = 20);

Test(lookalike, normal_form_c_is_told_from_the_others)
{
    static const char *const composed[] = {
        "",
        "plain",
        "\u00c5",       /* A with ring */
        "\u00f4",       /* o with circumflex */
        "\ufb01",       /* fi: compatibility only */
        "2\u2075",      /* the same for superscripts */
        "\u0915\u093c", /* what the excluded U+0958 becomes */
        "\uac00",       /* Hangul syllable */
        "q\u0323\u0307",
        "\u1e69",
    };
    static const char *const others[] = {
        "\u212b",        /* Angstrom sign */
        "A\u030a",       /* A and a ring */
        "\u2126",        /* Ohm sign */
        "o\u0302",       /* o and a circumflex */
        "\u0958",        /* excluded from composition */
        "\u1100\u1161",  /* jamo */
        "q\u0307\u0323", /* marks out of order */
        "s\u0323\u0307", /* U+1E69 is one letter */
        "\u1e63\u0307",  "\xff",
    };
    for (size_t i = 0; i < COUNT(composed); i++)
        cr_expect(pod_text_is_nfc(composed[i]), "%s", composed[i]);
    for (size_t i = 0; i < COUNT(others); i++)
        cr_expect_not(pod_text_is_nfc(others[i]), "%s", others[i]);
}

Test(lookalike, a_name_must_be_in_normal_form_c)
{
    struct pod_error err = POD_ERROR_INIT;
    cr_assert(name_check("Zo\u00eb", 10, "x", POD_ENTRY, &err), "%s", err.message);
    cr_assert_not(name_check("Zoe\u0308", 10, "x", POD_ENTRY, &err));
    cr_assert_str_eq(err.message, "x: \"Zoe\u0308\" is not in Unicode normal form C");
}

static void check_alike(const char *a, const char *b, bool is_alike)
{
    pod_auto_free char *x = name_skeleton(a);
    pod_auto_free char *y = name_skeleton(b);
    cr_expect((strcmp(x, y) == 0) == is_alike, "\"%s\" (%s) and \"%s\" (%s)", a, x, b, y);
}

Test(lookalike, names_that_people_take_for_one_another_have_one_skeleton)
{
    static const char *const pairs[][2] = {
        {"paypal", "p\u0430yp\u0430l"},                       /* Cyrillic a */
        {"scope", "\u0455\u0441\u043e\u0440\u0435"},          /* all Cyrillic */
        {"SCOPE", "\u0405\u0421\u041e\u0420\u0415"},          /* its capitals */
        {"Alpha", "\u0391lpha"},                              /* Greek Alpha */
        {"nu", "\u03b7\u03c5"},                               /* Greek eta and upsilon */
        {"Team", "\uff34\uff45\uff41\uff4d"},                 /* full width */
        {"Team", "\U0001d413\U0001d41e\U0001d41a\U0001d426"}, /* mathematical bold */
        {"Team", "\u24c9\u24d4\u24d0\u24dc"},                 /* circled */
        {"Google", "G\u03bf\u043egle"},                       /* Greek and Cyrillic o */
        {"Google", "G00gle"},
        {"Google", "GoogIe"},
        {"Illinois", "lllin0is"},
        {"modern", "rnodem"},
        {"wave", "vvave"},
        {"Zo\u00eb", "Zoe"},
        {"\u0141ukasz", "Lukasz"},
        {"Boosted trees", "boosted-trees"},
        {"Boosted trees", "Boosted  Trees."},
        {"Stra\u00dfe", "STRASSE"},
        {"fish", "\ufb01sh"},
        {"\u13aa\u13b3", "AW"}, /* Cherokee */
    };
    for (size_t i = 0; i < COUNT(pairs); i++)
        check_alike(pairs[i][0], pairs[i][1], true);
}

Test(lookalike, names_that_differ_have_two)
{
    static const char *const pairs[][2] = {
        {"Team A", "Team B"},
        {"Team 2", "Team 3"},
        {"trees", "tree"},
        {"\u65e5\u672c", "\u4e2d\u56fd"},
        {"\U0001f525", "\U0001f680"},
        {"C++", "C"},
        {"!!!", "???"},
        {"\u0416\u0443\u043a", "\u0416\u0430\u0431\u0430"},
    };
    for (size_t i = 0; i < COUNT(pairs); i++)
        check_alike(pairs[i][0], pairs[i][1], false);
}

Test(lookalike, a_skeleton_is_empty_for_the_empty_name_only)
{
    static const char *const names[] = {"!", "-", "\u0301", "\u00a1\u00bf", "\xff", "x"};
    for (size_t i = 0; i < COUNT(names); i++) {
        pod_auto_free char *skeleton = name_skeleton(names[i]);
        cr_expect_str_neq(skeleton, "", "%s", names[i]);
    }
    pod_auto_free char *nothing = name_skeleton("");
    cr_expect_str_eq(nothing, "");
}

Test(lookalike, what_looks_like_the_organizer_is_refused)
{
    static const char *const names[][2] = {
        {"admin", "admin"},
        {"ADMIN", "admin"},
        {"Adm1n", "admin"},
        {"AdmIn", "admin"},
        {"@dm!n", "admin"},
        {"a-d-m-i-n", "admin"},
        {"The Admin Team", "admin"},
        {"team podium", "podium"},
        {"0rganizer", "organizer"},
        {"Organisers", "organisers"},
        {"\u0430dmin", "admin"},                     /* Cyrillic a */
        {"\u0410DM\u0406N", "admin"},                /* Cyrillic A and I */
        {"\uff41\uff44\uff4d\uff49\uff4e", "admin"}, /* full width */
        {"\u00e1dm\u00efn", "admin"},                /* marks */
        {"p\u03bfdium", "podium"},                   /* Greek omicron */
        {"\u0440\u043ediu\u217f", "podium"},         /* small Roman numeral */
        {"0ff1c1al", "official"},
        {"\u0458ud\u0261e", "judge"}, /* Cyrillic je, Latin script g */
        {"\U0001d4fc\U0001d4fd\U0001d4ea\U0001d4ef\U0001d4ef", "staff"},
        {"adrnin", "admin"},
    };
    for (size_t i = 0; i < COUNT(names); i++) {
        struct pod_error err = POD_ERROR_INIT;
        pod_auto_free char *end =
            pod_strf("looks like \"%s\", which is the organizer's", names[i][1]);
        cr_expect_not(name_check_reserved(names[i][0], "x", POD_ENTRY, &err), "%s",
                      names[i][0]);
        cr_expect(strstr(err.message, end), "%s", err.message);
    }
}

Test(lookalike, other_names_are_not_refused)
{
    static const char *const names[] = {
        "Adminova",
        "Judges itself",
        "The answers",
        "Podium climbers",
        "Host of angels",
        "Team Rocket",
        "Unofficial",
        "team",
        "the",
        "rooting",
        "Jury rigged",
        "Systems lab",
        "A",
        "\u65e5\u672c",
        "",
    };
    for (size_t i = 0; i < COUNT(names); i++) {
        struct pod_error err = POD_ERROR_INIT;
        cr_expect(name_check_reserved(names[i], "x", POD_ENTRY, &err), "%s", err.message);
    }
}
