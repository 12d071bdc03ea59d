/* expect: end=exit exit=0 collect=FIFO */
/* ATTACKS 100: a file became a FIFO after it was looked at; the base lets it be made. */
#include "../../probes/probe.h"

int main(void)
{
    return mkfifo("/out/submission.csv", 0600);
}
