/* keyctl: security violation: looks for the session's keys, which outlive a run. */
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/keyctl.h>

int main(void)
{
    long answer = syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0);
    printf("keyctl: %ld\n", answer);
    return 0;
}
