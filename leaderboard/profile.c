#include "profile.h"

const double board__profile_ratios[BOARD__PROFILE_POINTS] = {1, 1.05, 1.1, 1.25, 1.5,
                                                             2, 3,    5,   10};

void board__profile(const double *best, const double *values, size_t case_count,
                    double *fractions)
{
    for (size_t i = 0; i < BOARD__PROFILE_POINTS; i++) {
        size_t within = 0;
        for (size_t k = 0; k < case_count; k++)
            within += values[k] > 0 && values[k] * board__profile_ratios[i] >= best[k];
        fractions[i] = (double)within / (double)case_count;
    }
}
