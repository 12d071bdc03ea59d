/* search [EFFORT]: the best plan of an enumeration, improved until so many million
 * simulated operations are spent. */
#include "search.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const double EFFORT = 200;

int main(int argc, char **argv)
{
    static struct instance in;
    static struct plan plan;
    if (!instance_read(&in)) {
        fputs("search: instance.json cannot be read\n", stderr);
        return 1;
    }
    const double built = build(&in, &plan);
    if (isinf(built)) {
        fputs("search: no plan fits\n", stderr);
        return 1;
    }
    const double spent = effort / 1e6, budget = argc > 1 ? strtod(argv[1], NULL) : EFFORT;
    const double found = anneal(&in, &plan, built, budget * 1e6);
    fprintf(stderr, "built %.6f s (effort %.0f), found %.6f s\n", built, spent, found);
    return plan_write(&plan) ? 0 : 1;
}
