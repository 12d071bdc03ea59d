/* Normal equations (X'X + penalty * diag(X'X) / n) w = X'y, solved by Cholesky. */
#include "linear.h"

#include <math.h>

void ridge_add(struct ridge *r, const double *row, double label)
{
    r->rows++;
    for (int i = 0; i < FEATURES; i++) {
        r->moment[i] += row[i] * label;
        for (int j = 0; j <= i; j++)
            r->gram[i][j] += row[i] * row[j];
    }
}

/* Overwrites the lower triangle of the Gram matrix by its factor. A column that never
 * varied has a zero pivot: it gets 1, and so the weight 0. */
static void factorise(double a[FEATURES][FEATURES])
{
    for (int i = 0; i < FEATURES; i++) {
        for (int j = 0; j <= i; j++) {
            double sum = a[i][j];
            for (int k = 0; k < j; k++)
                sum -= a[i][k] * a[j][k];
            if (i == j)
                a[i][i] = sum > 1e-9 ? sqrt(sum) : 1;
            else
                a[i][j] = sum / a[j][j];
        }
    }
}

void ridge_solve(struct ridge *r, double penalty)
{
    double *w = r->weight;
    for (int i = 0; i < FEATURES && r->rows; i++)
        r->gram[i][i] *= 1 + penalty / (double)r->rows;
    factorise(r->gram);
    for (int i = 0; i < FEATURES; i++) {
        w[i] = r->moment[i];
        for (int k = 0; k < i; k++)
            w[i] -= r->gram[i][k] * w[k];
        w[i] /= r->gram[i][i];
    }
    for (int i = FEATURES - 1; i >= 0; i--) {
        for (int k = i + 1; k < FEATURES; k++)
            w[i] -= r->gram[k][i] * w[k];
        w[i] /= r->gram[i][i];
    }
}

double ridge_predict(const struct ridge *r, const double *row)
{
    double sum = 0;
    for (int i = 0; i < FEATURES; i++)
        sum += r->weight[i] * row[i];
    return sum;
}
