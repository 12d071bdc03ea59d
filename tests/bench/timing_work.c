/* What bench_timing times: an entry that computes for a while and answers with the sample.
 *
 * usage: timing_work KIND AMOUNT [INPUT OUTPUT]
 * Work of AMOUNT 103 is by its construction 3 % more than of AMOUNT 100. None of the kinds
 * is one of the reference workload's. Without INPUT it computes for ever: the load.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static uint64_t random_state = 1;

static uint64_t draw(void)
{
    random_state = random_state * UINT64_C(6364136223846793005) + 1442695040888963407;
    return random_state >> 11;
}

/* Down a search tree of 64 KiB, as a forest of decision trees does. */
static uint64_t trees(void)
{
    enum { NODES = 1 << 13, DESCENTS = 20000 };
    static uint64_t nodes[NODES];
    uint64_t sum = 0;
    if (nodes[1] == 0)
        for (size_t i = 0; i < NODES; i++)
            nodes[i] = draw();
    for (int i = 0; i < DESCENTS; i++) {
        size_t at = 1;
        while (at < NODES)
            at = 2 * at + (nodes[at] < draw());
        sum += at;
    }
    return sum;
}

static uint64_t matrices(void)
{
    enum { SIDE = 64, PRODUCTS = 15 };
    static float a[SIDE][SIDE], b[SIDE][SIDE], c[SIDE][SIDE];
    for (int i = 0; i < SIDE; i++)
        for (int j = 0; j < SIDE; j++)
            a[i][j] = b[j][i] = (float)(draw() % 7);
    for (int place = 0; place < PRODUCTS * SIDE * SIDE; place++) {
        int i = place / SIDE % SIDE, k = place % SIDE;
        for (int j = 0; j < SIDE; j++)
            c[i][j] += a[i][k] * b[k][j];
    }
    return (uint64_t)c[3][4];
}

static int compare(const void *left, const void *right)
{
    uint32_t x = *(const uint32_t *)left, y = *(const uint32_t *)right;
    return (x > y) - (x < y);
}

static uint64_t sorting(void)
{
    enum { COUNT = 8192 };
    static uint32_t values[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        values[i] = (uint32_t)draw();
    qsort(values, COUNT, sizeof values[0], compare);
    return values[COUNT / 2];
}

static const struct {
    const char *name;
    uint64_t (*work)(void); /* some 0.5 ms of it */
} KINDS[] = {{"trees", trees}, {"matrices", matrices}, {"sorting", sorting}};

static int copy(const char *from, const char *to)
{
    char bytes[65536];
    int in = open(from, O_RDONLY | O_CLOEXEC);
    int out = open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    ssize_t got = 0;
    if (in < 0 || out < 0)
        return 1;
    while ((got = read(in, bytes, sizeof bytes)) > 0)
        if (write(out, bytes, (size_t)got) != got)
            return 1;
    return got < 0 || close(out) != 0;
}

int main(int argc, char **argv)
{
    size_t kind = 0, kinds = sizeof KINDS / sizeof KINDS[0];
    uint64_t sum = 0;
    if (argc != 3 && argc != 5)
        return 2;
    while (kind < kinds && strcmp(argv[1], KINDS[kind].name) != 0)
        kind++;
    if (kind == kinds)
        return 2;
    long amount = strtol(argv[2], NULL, 10);
    for (long i = 0; argc == 3 || i < amount; i++)
        sum += KINDS[kind].work();
    printf("%llu\n", (unsigned long long)sum);
    return copy(argv[3], argv[4]);
}
