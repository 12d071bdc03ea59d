#include "leak.h"

#include <math.h>

double board_leak_shown(size_t numbers, int decimals)
{
    return (double)numbers * decimals * log2(10);
}

double board_leak_ladder(size_t entries, size_t levels)
{
    size_t fewer = entries < levels ? entries : levels;
    double more = (double)(entries < levels ? levels : entries);
    double bits = 0;
    for (size_t i = 1; i <= fewer; i++)
        bits += log2((more + (double)i) / (double)i);
    return bits;
}
