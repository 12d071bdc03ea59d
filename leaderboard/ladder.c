#include "ladder.h"

#include <math.h>

bool board_ladder_offer(struct board_ladder *ladder, double score, double margin,
                        double step)
{
    double rounded = round(score / step) * step;
    bool is_better = score > ladder->announced + margin && rounded > ladder->announced;
    if (ladder->has_announced && !is_better)
        return false;
    ladder->has_announced = true;
    ladder->announced = rounded;
    ladder->announcements++;
    return true;
}

double board_ladder_margin(const double *items, const double *announced, size_t count)
{
    double sum = 0;
    double squares = 0;
    if (count < 2)
        return 0;
    for (size_t i = 0; i < count; i++)
        sum += items[i] - announced[i];
    double mean = sum / (double)count;
    for (size_t i = 0; i < count; i++) {
        double rest = items[i] - announced[i] - mean;
        squares += rest * rest;
    }
    return sqrt(squares / (double)(count - 1) / (double)count);
}
