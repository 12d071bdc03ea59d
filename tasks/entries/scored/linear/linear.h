/* linear.h: linear regression of runtime on hand-made features, trained in the run itself.
 *
 * A graph becomes a matrix of FEATURES columns, a row for each configuration, and belongs
 * to a family; every family has a model of its own. Features and labels are centred in
 * each graph, because only the order within a graph counts. */
#ifndef LINEAR_H
#define LINEAR_H

#include "podium_entry.h"

enum { FEATURES = 34, FAMILIES = 8 };
enum { NODE_WIDTH = 140, TILE_WIDTH = 24, SLOT_WIDTH = 18, RANK_MAX = 6, DIMS_AT = 21 };

/* tile.c: logarithms of tile sizes and tile counts, with squares and products. */
int tile_features(const struct podium_graph *g, double *x);

/* layout.c: bytes of padding, copies and badly placed dimensions. False: out of memory. */
bool layout_features(const struct podium_graph *g, double *x);

/* ridge.c: least squares with a penalty, from sums that are gathered row by row. */
struct ridge {
    double gram[FEATURES][FEATURES], moment[FEATURES], weight[FEATURES];
    size_t rows;
};

void ridge_add(struct ridge *r, const double *row, double label);
void ridge_solve(struct ridge *r, double penalty);
double ridge_predict(const struct ridge *r, const double *row);

#endif
