#include "student.h"

#include <math.h>

enum { STEPS_MAX = 10000 };

static const double tiny = 1e-300;
static const double enough = 1e-15;

static double no_zero(double value)
{
    return fabs(value) < tiny ? tiny : value;
}

/* The coefficients d of DLMF 8.17.23. */
static double coefficient(int step, double a, double b, double x)
{
    int m = step / 2;
    if (step % 2 == 0)
        return m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    return -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
}

/* 1 / (1 + d1 / (1 + d2 / (1 + ...))) */
static double fraction(double a, double b, double x)
{
    double c = 1, d = 0, value = 1;
    for (int step = 1; step < STEPS_MAX; step++) {
        double factor = coefficient(step, a, b, x);
        d = 1 / no_zero(1 + factor * d);
        c = no_zero(1 + factor / c);
        value *= c * d;
        if (fabs(c * d - 1) < enough)
            break;
    }
    return 1 / value;
}

/* Regularised incomplete beta function; y is 1 - x, given so that it keeps its digits. The
 * fraction converges fast below the mean only. */
static double beta(double a, double b, double x, double y)
{
    if (x > (a + 1) / (a + b + 2))
        return 1 - beta(b, a, y, x);
    if (x <= 0)
        return 0;
    double log_front =
        lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(y) - log(a);
    return exp(log_front) * fraction(a, b, x);
}

double board__student_p(double t, double freedom)
{
    double sum = freedom + t * t;
    if (!isfinite(sum))
        return 0;
    return beta(freedom / 2, 0.5, freedom / sum, t * t / sum);
}
