/* expect: end=exit exit=0 stdout=learned refused=none needs=/usr/bin/gcc */
/* C linked statically, with children: each learns the mean of its half and tells it by a
 * pipe. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROWS = 1000 };

static double mean_of(int first)
{
    double mean = 0;
    for (int step = 0; step < 50; step++)
        for (int i = first; i < ROWS; i += 2)
            mean += (i - mean) / (step * ROWS / 2 + i / 2 + 1);
    return mean;
}

int main(void)
{
    double sum = 0, mean;
    int ends[2], status;
    if (pipe(ends) != 0)
        return 1;
    for (int half = 0; half < 2; half++) {
        if (fork() != 0)
            continue;
        mean = mean_of(half);
        _exit(write(ends[1], &mean, sizeof mean) != sizeof mean);
    }
    for (int half = 0; half < 2; half++) {
        if (wait(&status) < 0 || status != 0 ||
            read(ends[0], &mean, sizeof mean) != sizeof mean)
            return 2;
        sum += mean / 2;
    }
    puts(sum > (ROWS - 1) / 2.0 - 1 && sum < (ROWS - 1) / 2.0 + 1 ? "learned" : "failed");
    return 0;
}
