/* expect: end=exit exit=0 without=seccomp repeat=2 */
/* ATTACKS 148, 149: without the filter what it leaves goes with the ipc namespace. */
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include "probe.h"

int main(void)
{
    if (shmget(4711, 4096, 0) >= 0 || errno != ENOENT)
        HOLE("shared memory of the run before");
    if (semget(4711, 1, 0) >= 0 || msgget(4711, 0) >= 0)
        HOLE("semaphore or queue of the run before");
    if (shmget(4711, 4096, IPC_CREAT | 0666) < 0 || semget(4711, 1, IPC_CREAT | 0666) < 0 ||
        msgget(4711, IPC_CREAT | 0666) < 0)
        return 1;
    return 0;
}
