#include "machine.h"

/* Middle of each range; a draw is between 0.8 and 1.2 of it. The order of the table is the
 * order of drawing and part of the format of the data: new rows go at the end. */
#define AT(member) offsetof(struct lay_machine, member)
static const struct {
    size_t offset;
    double middle;
} factors[] = {
    {AT(bandwidth), 600e9},   {AT(peak), 90e12},        {AT(conv_input[0]), 1},
    {AT(conv_input[1]), .85}, {AT(conv_input[2]), .45}, {AT(conv_input[3]), .35},
    {AT(conv_output[0]), 1},  {AT(conv_output[1]), .9}, {AT(conv_output[2]), .5},
    {AT(conv_output[3]), .4}, {AT(conv_kernel[0]), .8}, {AT(conv_kernel[1]), 1},
    {AT(conv_kernel[2]), .6}, {AT(conv_kernel[3]), .5}, {AT(dot_input[0]), 1},
    {AT(dot_input[1]), .9},   {AT(dot_input[2]), .5},   {AT(dot_input[3]), .4},
    {AT(dot_output[0]), 1},   {AT(dot_output[1]), .85}, {AT(dot_output[2]), .5},
    {AT(dot_output[3]), .4},  {AT(dot_kernel[0]), 1},   {AT(dot_kernel[1]), .95},
    {AT(dot_kernel[2]), .6},  {AT(dot_kernel[3]), .5},  {AT(batch_whole), 1.1},
    {AT(batch_ragged), .8},   {AT(head_inner), .8},     {AT(copy_minor), 3},
    {AT(copy_other), 1.3},    {AT(fused), .12},         {AT(transcendental), 3},
    {AT(reduce_minor), 1.9},  {AT(reshape), 2.2},
};

void lay_machine_draw(struct lay_machine *machine, struct task_rng *rng)
{
    for (size_t i = 0; i < sizeof factors / sizeof factors[0]; i++) {
        double *factor = (double *)(void *)((char *)machine + factors[i].offset);
        *factor = factors[i].middle * task_rng_range(rng, .8, 1.2);
    }
}
