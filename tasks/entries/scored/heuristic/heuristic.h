/* heuristic.h: two analytic cost models, written down without looking at a label. */
#ifndef HEURISTIC_H
#define HEURISTIC_H

#include "podium_entry.h"

enum { NODE_WIDTH = 140, TILE_WIDTH = 24, SLOT_WIDTH = 18, RANK_MAX = 6, DIMS_AT = 21 };

/* tile.c: cycles of a tiled loop nest, from run lengths, cache footprints and misses. */
void tile_score(const struct podium_graph *g, double *cost);

/* layout.c: bytes that a program moves, with padding and the copies between layouts.
 * False when memory runs out. */
bool layout_score(const struct podium_graph *g, double *cost);

#endif
