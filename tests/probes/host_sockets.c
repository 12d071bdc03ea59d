/* expect: end=exit exit=0 cpu=20 wall=60 */
/* ATTACKS 114: looks in the whole root for a socket or a FIFO by which somebody outside
 * could be talked to. Landlock does not restrict a socket that has a path. */
#define _XOPEN_SOURCE 700
#include <ftw.h>

#include "probe.h"

static int look(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)at;
    if (type != FTW_NS && (S_ISSOCK(st->st_mode) || S_ISFIFO(st->st_mode)))
        HOLE("%s is a way out", path);
    return strcmp(path, "/proc") == 0 ? FTW_SKIP_SUBTREE : FTW_CONTINUE;
}

int main(void)
{
    static const char *const known[] = {
        "/run/docker.sock",     "/var/run/docker.sock", "/run/dbus/system_bus_socket",
        "/run/systemd/private", "/tmp/.X11-unix",       "/run/containerd/containerd.sock"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (access(known[i], F_OK) == 0)
            HOLE("%s", known[i]);
    return nftw("/", look, 32, FTW_PHYS | FTW_ACTIONRETVAL) == 0 ? 0 : 2;
}
