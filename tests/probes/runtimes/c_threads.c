/* expect: end=exit exit=0 stdout=learned collect=ok refused=none needs=/usr/bin/gcc */
/* C with threads: gradient descent for y = 3a - 2b + 1, half of the rows in each thread;
 * the model goes to a file and comes back. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROWS = 2000, STEPS = 400 };

struct part {
    const double *w;
    int first;
    double sum[3];
};

static double row_a(int i)
{
    return (i * 37 % 101) / 101.0;
}

static double row_b(int i)
{
    return (i * 53 % 97) / 97.0;
}

static double predict(const double *w, double a, double b)
{
    return w[0] * a + w[1] * b + w[2];
}

static void *gradient(void *arg)
{
    struct part *part = arg;
    for (int i = part->first; i < ROWS; i += 2) {
        double a = row_a(i), b = row_b(i);
        double error = predict(part->w, a, b) - (3 * a - 2 * b + 1);
        part->sum[0] += error * a / ROWS;
        part->sum[1] += error * b / ROWS;
        part->sum[2] += error / ROWS;
    }
    return NULL;
}

static int step(double *w)
{
    pthread_t threads[2];
    struct part parts[2] = {{w, 0, {0}}, {w, 1, {0}}};
    for (int t = 0; t < 2; t++)
        if (pthread_create(&threads[t], NULL, gradient, &parts[t]) != 0)
            return 0;
    for (int t = 0; t < 2; t++)
        if (pthread_join(threads[t], NULL) != 0)
            return 0;
    for (int j = 0; j < 3; j++)
        w[j] -= parts[0].sum[j] + parts[1].sum[j];
    return 1;
}

int main(void)
{
    double w[3] = {0}, back[3];
    for (int i = 0; i < STEPS; i++)
        if (!step(w))
            return 1;
    FILE *file = fopen("/out/model", "w+");
    if (!file || fwrite(w, sizeof w, 1, file) != 1 || fseek(file, 0, SEEK_SET) != 0 ||
        fread(back, sizeof back, 1, file) != 1 || fclose(file) != 0)
        return 2;
    double error = predict(back, 0.5, 0.25) - 2;
    puts(error < 0.01 && error > -0.01 ? "learned" : "failed");
    return 0;
}
