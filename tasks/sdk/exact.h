/* exact.h - exp, log and sin from + - * / alone, so that libm's version never shows in a
 * package's bytes. Relative error below 2e-15 (of sin: absolute, below 4e-16); compile with
 * -ffp-contract=off.
 */
#ifndef TASK_EXACT_H
#define TASK_EXACT_H

double task_exp(double x); /* 0 below -708, +infinity above 709.7 */
double task_log(double x); /* x > 0 and normal */
double task_sin(double x); /* |x| at most 1e6 */

#endif
