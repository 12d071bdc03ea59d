#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>

extern char **environ;

static bool set_up_files(posix_spawn_file_actions_t *actions, const char *cwd,
                         struct pod_error *err)
{
    int problem = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
    if (problem == 0)
        problem = posix_spawn_file_actions_adddup2(actions, 2, 1);
    if (problem == 0)
        problem = posix_spawn_file_actions_addchdir_np(actions, cwd);
    if (problem != 0)
        return pod_fail(err, POD_HOST, "cannot prepare a program's files: %s",
                        strerror(problem));
    return true;
}

static bool wait_for(pid_t pid, const char *program, int *status, struct pod_error *err)
{
    int raw = 0;
    while (waitpid(pid, &raw, 0) < 0)
        if (errno != EINTR)
            return pod_fail_errno(err, POD_HOST, "cannot wait for '%s'", program);
    if (WIFSIGNALED(raw))
        return pod_fail(err, POD_TASK, "'%s' was ended by signal %d (%s)", program,
                        WTERMSIG(raw), strsignal(WTERMSIG(raw)));
    *status = WEXITSTATUS(raw);
    return true;
}

bool process_run(const char *const *argv, const char *cwd, int *status,
                 struct pod_error *err)
{
    posix_spawn_file_actions_t actions;
    if (posix_spawn_file_actions_init(&actions) != 0)
        return pod_fail(err, POD_HOST, "cannot start '%s': out of memory", argv[0]);
    pid_t pid = -1;
    bool done = set_up_files(&actions, cwd, err);
    if (done) {
        /* posix_spawn takes char *const * for history's sake and does not write to it. */
        char *const *words = (char *const *)(uintptr_t)argv;
        int problem = posix_spawn(&pid, argv[0], &actions, NULL, words, environ);
        if (problem != 0)
            done = pod_fail(err, POD_HOST, "cannot start '%s': %s", argv[0],
                            strerror(problem));
    }
    posix_spawn_file_actions_destroy(&actions);
    return done && wait_for(pid, argv[0], status, err);
}
