/* fork-bomb: process limit: a polite one, of at most 500 sleepers that end with their
 * parent or after ten seconds. */
#include <stdio.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { CHILDREN = 500 };

int main(void)
{
    for (int k = 0; k < CHILDREN; k++) {
        pid_t child = fork();
        if (child < 0) {
            perror("fork");
            return 1;
        }
        if (child == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            alarm(10);
            pause();
            _exit(0);
        }
    }
    return 0;
}
