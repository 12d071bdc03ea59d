#include "ladder.h"

#include "leak.h"
#include "random.h"
#include "tie.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

TestSuite(board_ladder, .timeout = 20);

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* Algorithm 1 of Blum and Hardt by hand, eta = 1/64, so that every number is exact. */
Test(board_ladder, announces_what_is_better_by_more_than_a_step_and_rounds_it)
{
    static const struct {
        double score;
        bool is_announced;
        double announced;
    } rounds[] = {
        {32.5 / 64, true, 33. / 64}, /* the first, rounded away from zero */
        {34. / 64, false, 33. / 64}, /* better by a step, but not by more */
        {34.25 / 64, true, 34. / 64}, {30. / 64, false, 34. / 64},
        {36.75 / 64, true, 37. / 64}, {37.99 / 64, false, 37. / 64},
    };
    struct board_ladder ladder = {0};
    for (size_t i = 0; i < COUNT(rounds); i++) {
        bool is_announced = board_ladder_offer(&ladder, rounds[i].score, 1. / 64, 1. / 64);
        cr_expect_eq(is_announced, rounds[i].is_announced, "round %zu", i);
        cr_expect_eq(ladder.announced, rounds[i].announced, "round %zu", i);
    }
    cr_expect_eq(ladder.announcements, 3);
}

Test(board_ladder, announces_a_first_score_below_zero)
{
    struct board_ladder ladder = {0};
    cr_expect(board_ladder_offer(&ladder, -2.25, 0.5, 0.5));
    cr_expect_eq(ladder.announced, -2.5);
}

/* The differences 1, 1, 0, 0 have the standard deviation sqrt(1/3), over sqrt(4). */
Test(board_ladder, takes_the_error_of_the_paired_difference_for_a_margin)
{
    static const double old[] = {0, 0, 1, 1};
    static const double better[] = {1, 1, 1, 1};
    static const double same[] = {2, 2, 3, 3};
    cr_expect(fabs(board_ladder_margin(better, old, 4) - sqrt(1. / 3) / 2) < 1e-15);
    cr_expect_eq(board_ladder_margin(same, old, 4), 0);
    cr_expect_eq(board_ladder_margin(better, old, 1), 0);
}

/* The board's margin, of items as they enter its score, is the same for one stratum. */
Test(board_ladder, has_the_margin_that_the_board_takes_for_one_stratum)
{
    static const double items[] = {0.5, 0.25, 0.75, 1, 0, 0.125, 0.5};
    static const double old[] = {0.25, 0.5, 0.125, 1, 0.25, 0, 0.5};
    enum { ITEM_COUNT = COUNT(items) };
    double parts[2 * ITEM_COUNT];
    static const size_t strata[] = {ITEM_COUNT};
    for (size_t i = 0; i < ITEM_COUNT; i++) {
        parts[i] = items[i] / ITEM_COUNT;
        parts[ITEM_COUNT + i] = old[i] / ITEM_COUNT;
    }
    const struct board_sample sample = {.parts = parts,
                                        .team_count = 2,
                                        .unit_count = ITEM_COUNT,
                                        .stratum_sizes = strata,
                                        .stratum_count = 1};
    double margin = board_ladder_margin(items, old, ITEM_COUNT);
    cr_expect(fabs(margin - board_difference_error(&sample, 0, 1)) < 1e-15);
    cr_expect_gt(margin, 0.05);
}

/* What is better than the margin, but by less than the rounding shows, is not announced. */
Test(board_ladder, announces_only_what_rounding_leaves_better)
{
    struct board_ladder ladder = {0};
    cr_expect(board_ladder_offer(&ladder, 0.5, 0, 0.25));
    cr_expect_not(board_ladder_offer(&ladder, 0.6, 0.01, 0.25));
    cr_expect(board_ladder_offer(&ladder, 0.7, 0.01, 0.25));
    cr_expect_eq(ladder.announced, 0.75);
}

enum { ITEMS = 1000, TRIES = 400 };

struct attack {
    bool truth[ITEMS];
    bool guess[ITEMS];
    double right[ITEMS];     /* 1 where the guess is */
    double announced[ITEMS]; /* of the guess announced last */
    int votes[ITEMS];
    struct board__random random;
};

static double score_guess(struct attack *it)
{
    double sum = 0;
    for (int i = 0; i < ITEMS; i++) {
        it->right[i] = it->guess[i] == it->truth[i];
        sum += it->right[i];
    }
    return sum / ITEMS;
}

static void vote(struct attack *it, bool is_better)
{
    for (int i = 0; i < ITEMS; i++)
        it->votes[i] += (it->guess[i] ? 1 : -1) * (is_better ? 1 : -1);
}

static void guess_at_random(struct attack *it)
{
    for (int i = 0; i < ITEMS; i++)
        it->guess[i] = board__random_next(&it->random) >> 63;
}

/* Random guesses, then the majority of those that the board liked (Blum and Hardt's
 * boosting attack). Returns the board's score of that majority, of which nobody
 * knows more than chance. */
static double attack(bool has_ladder)
{
    static struct attack it;
    struct board_ladder ladder = {0};
    memset(&it, 0, sizeof it);
    board__random_init(&it.random, 2015);
    guess_at_random(&it);
    memcpy(it.truth, it.guess, sizeof it.truth);
    for (int i = 0; i < TRIES; i++) {
        guess_at_random(&it);
        double score = score_guess(&it);
        double margin = board_ladder_margin(it.right, it.announced, ITEMS);
        bool is_better = board_ladder_offer(&ladder, score, margin, 1. / ITEMS);
        if (is_better)
            memcpy(it.announced, it.right, sizeof it.announced);
        vote(&it, has_ladder ? is_better : score > 0.5);
    }
    for (int i = 0; i < ITEMS; i++)
        it.guess[i] = it.votes[i] > 0;
    return score_guess(&it);
}

/* The bias of k guesses adds up to sqrt(k / n) / 2 x 2 / pi or so: .5 + .2 for 400 guesses
 * at 1000 items. The Ladder gives the attacker a handful of useful answers instead of 400.
 */
Test(board_ladder, withstands_the_majority_of_lucky_guesses)
{
    double plain = attack(false);
    double guarded = attack(true);
    cr_expect_gt(plain, 0.65, "%g", plain);
    cr_expect_lt(guarded, 0.56, "%g", guarded);
}

/* 10^3 and 10^5 steps are 9.97 and 16.6 bits; 400 entries (5 a day for 80 days) 3986 and
 * 6644. */
Test(board_ladder, counts_the_bits_of_shown_decimals)
{
    cr_expect(fabs(board_leak_shown(1, 3) - 9.965784) < 1e-6);
    cr_expect(fabs(board_leak_shown(1, 5) - 16.609640) < 1e-6);
    cr_expect(fabs(board_leak_shown(400, 3) - 3986.3137) < 1e-3);
    cr_expect(fabs(board_leak_shown(400, 5) - 6643.8562) < 1e-3);
    cr_expect_eq(board_leak_shown(0, 5), 0);
    cr_expect_eq(board_leak_shown(7, 0), 0);
}

/* Two entries, levels a < b: nothing, a or b at the first, a or b at the second, a then b:
 * 6 histories. Three entries: 1 + 3 x 2 + 3 x 1 = 10. */
Test(board_ladder, counts_the_histories_that_the_ladder_can_tell)
{
    cr_expect(fabs(board_leak_ladder(2, 2) - log2(6)) < 1e-12);
    cr_expect(fabs(board_leak_ladder(3, 2) - log2(10)) < 1e-12);
    cr_expect(fabs(board_leak_ladder(2, 3) - log2(10)) < 1e-12);
    cr_expect_eq(board_leak_ladder(0, 1000), 0);
    cr_expect_lt(board_leak_ladder(400, 1001), board_leak_shown(400, 3));
}
