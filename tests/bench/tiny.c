/* What the launch benchmark starts: a program of one page without libc, so that what is
 * timed is the launch and not the program.
 *
 *   tiny             exits with 0
 *   tiny wait        writes the instant, then waits for the end of its input
 *   tiny bomb        writes the instant, then every task of it forks for ever
 *   tiny KIND COUNT  makes COUNT calls and writes the nanoseconds that they took
 *
 * Numbers are written to descriptor 1 as eight bytes. KIND is one of the names below.
 */
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>

/* Cheap calls that the default policy treats in four ways: the kernel's own work is next to
 * nothing, so that the filter and the supervisor are what is seen. */
static const struct {
    const char *name;
    long nr, arg;
} kinds[] = {
    {"allowed", SYS_getppid, 0},
    {"checked", SYS_prctl, PR_GET_DUMPABLE},
    {"quiet", SYS_clone3, 0},
    {"refused", SYS_mincore, 0},
};

__attribute__((noreturn, used)) void tiny_main(const long *stack);

/* The kernel starts a program with argc and argv on the stack. */
__asm__(".globl _start\n"
        "_start: mov %rsp, %rdi\n"
        "and $-16, %rsp\n"
        "call tiny_main\n");

static inline long call3(long nr, long a, long b, long c)
{
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "0"(nr), "D"(a), "S"(b), "d"(c)
                     : "rcx", "r11", "memory");
    return result;
}

static long now_ns(void)
{
    struct timespec t = {0};
    call3(SYS_clock_gettime, CLOCK_MONOTONIC, (long)&t, 0);
    return t.tv_sec * 1000000000 + t.tv_nsec;
}

static void tell(long value)
{
    call3(SYS_write, 1, (long)&value, sizeof value);
}

static int is_same(const char *a, const char *b)
{
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

static long number_of(const char *text)
{
    long value = 0;
    for (; *text >= '0' && *text <= '9'; text++)
        value = 10 * value + (*text - '0');
    return value;
}

static int wait_for_end(void)
{
    char byte;
    tell(now_ns());
    while (call3(SYS_read, 0, (long)&byte, 1) > 0)
        ;
    return 0;
}

__attribute__((noreturn)) static void bomb(void)
{
    tell(now_ns());
    for (;;)
        call3(SYS_fork, 0, 0, 0);
}

static int make_calls(const char *name, long count)
{
    for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (!is_same(name, kinds[i].name))
            continue;
        long start = now_ns();
        for (long n = 0; n < count; n++)
            call3(kinds[i].nr, kinds[i].arg, 0, 0);
        tell(now_ns() - start);
        return 0;
    }
    return 2;
}

void tiny_main(const long *stack)
{
    const char *const *argv = (const char *const *)(stack + 1);
    int status = 0;
    if (stack[0] == 3)
        status = make_calls(argv[1], number_of(argv[2]));
    else if (stack[0] == 2 && is_same(argv[1], "wait"))
        status = wait_for_end();
    else if (stack[0] == 2 && is_same(argv[1], "bomb"))
        bomb();
    for (;;)
        call3(SYS_exit_group, status, 0, 0);
}
