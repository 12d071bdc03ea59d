/* student.h - tail of Student's t distribution.
 *
 * By the incomplete beta function's continued fraction (NIST Digital Library of
 * Mathematical Functions, 8.17.22), evaluated by Lentz's method. The relative error is
 * 1e-13 and 1e-15 for each degree of freedom. Nothing fails.
 */
#ifndef BOARD_STUDENT_H
#define BOARD_STUDENT_H

/* Two-sided: how likely is an absolute value of at least |t| with `freedom` degrees of
 * freedom, above 0 and not necessarily whole. */
double board__student_p(double t, double freedom);

#endif
