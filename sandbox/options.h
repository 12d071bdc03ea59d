/* options.h - the command line of the tool podbox, as a spec.
 *
 * Text in a struct options points into argv or into copies that live as long as it does.
 */
#ifndef SB_OPTIONS_H
#define SB_OPTIONS_H

#include "podbox.h"

enum {
    MAX_OPTION_MOUNTS = 60,
    MAX_OPTION_ENV = 120,
    MAX_OPTION_FDS = 16,
    MAX_OPTION_PEER = 60
};

struct options {
    struct sb_spec spec;
    struct sb_mount mounts[MAX_OPTION_MOUNTS];
    const char *keep_to[MAX_OPTION_MOUNTS]; /* host folder for a kept mount, or NULL */
    const char *env[MAX_OPTION_ENV];
    size_t env_count;
    struct sb_pass_fd pass_fds[MAX_OPTION_FDS];
    const char *stream_files[3]; /* NULL: null for stdin, our own for the others */
    uint64_t stream_caps[3];
    const char *policy_file;  /* NULL: the built-in */
    const char *result_file;  /* NULL: none */
    int result_fd;            /* -1: none */
    struct sb_spec peer_spec; /* as spec, with mounts and a uid of its own */
    struct sb_mount peer_mounts[MAX_OPTION_MOUNTS];
    const char *peer[MAX_OPTION_PEER]; /* its command; none: no talk */
    size_t peer_count;
    enum sb_wire wire;
    uint64_t linger_ns;
};

/* Ends the process with status 2 and a line on stderr if the words are wrong, and with 0
 * after --help. */
void options_parse(struct options *options, int argc, char **argv);

#endif
