/* ptrace: security violation: asks to be traced, and so to stop its own supervisor. */
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <sys/ptrace.h>

int main(void)
{
    long answer = syscall(SYS_ptrace, PTRACE_TRACEME, 0, 0, 0);
    printf("ptrace: %ld\n", answer);
    return 0;
}
