/* cost.h - how long a program takes in a configuration of layouts. */
#ifndef LAY_COST_H
#define LAY_COST_H

#include "config.h"
#include "machine.h"

/* Seconds, without noise. Only + - * / on doubles: the same on every compiler. */
double lay_cost(const struct lay_graph *graph, const struct lay_machine *machine,
                const struct lay_choice *choices);

#endif
