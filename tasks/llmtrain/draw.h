/* draw.h - draws the instances of a split.
 *
 * Four classes: one region with mixed chips, a continent, the globe, and a thin network
 * between volunteers. Nothing in an instance tells more than it says: pods are shuffled,
 * regions are numbered by chance.
 */
#ifndef LLMTRAIN_DRAW_H
#define LLMTRAIN_DRAW_H

#include "instance.h"
#include "sdk/task.h"

enum { DRAW_CLASSES = 4, DRAW_EACH = 3 };

const char *draw_class_name(int class);

/* Number `index` of its class, drawn again until the trivial planner finds a plan and some
 * two pods can hold the model's state together. */
bool draw_instance(const struct task_generate *job, int class, int index,
                   struct instance *instance, struct task_error *err);

/* The catalogue's chip by name, or NULL. */
const struct chip *draw_chip(const char *name);

/* Seconds one way and bytes/s of one flow over so many km: what DT-FM measured between
 * regions of a cloud, as fitted. */
double draw_latency(double km);
double draw_flow(double latency_s);

/* Distance in the table of cities. */
double draw_km(int a, int b);

/* What lies between pods of one region. */
#define DRAW_REGION_BANDWIDTH 200e9
#define DRAW_REGION_LATENCY 50e-6

#endif
