/* machine.h - the accelerator that the cost model imagines: a matrix unit that likes
 * certain dimensions minor, and a memory whose tiles are 8 x 128 elements.
 *
 * Every factor is drawn from the split's seed within the stated range, so that an entry
 * which carries a copy of one machine's numbers loses on another.
 */
#ifndef LAY_MACHINE_H
#define LAY_MACHINE_H

#include "graph.h"
#include "sdk/rng.h"

/* Utilisation of the matrix unit by the place of a dimension, 0 = minor. */
struct lay_machine {
    double bandwidth; /* bytes per second */
    double peak;      /* operations per second */
    double conv_input[LAY_RANK];
    double conv_output[LAY_RANK];
    double conv_kernel[LAY_RANK];
    double dot_input[LAY_RANK];
    double dot_output[LAY_RANK];
    double dot_kernel[LAY_RANK];
    double batch_whole;  /* second-minor batch that is a multiple of 8 */
    double batch_ragged; /* and one that is not */
    double head_inner;   /* a product of rank 4 whose major dimension is not the batch */
    double copy_minor;   /* a copy that changes the minor dimension */
    double copy_other;
    double fused;          /* share of its traffic that a fused element-wise node pays */
    double transcendental; /* tanh and exp cost so much more */
    double reduce_minor;   /* a reduction over the minor dimension */
    double reshape;        /* a reshape that is not free */
};

void lay_machine_draw(struct lay_machine *machine, struct task_rng *rng);

#endif
