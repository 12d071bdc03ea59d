#include "ground.h"

#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "io.h"

struct sb_ground {
    int network;
    bool has_tree; /* or the kernel cannot, and each launch assembles its root itself */
    int tree;      /* -1: not made yet */
    struct sb__cgroup cgroup; /* of the next run, or none */
    char *places; /* that it is made for: 'd' or 'f' and the target, NUL; "" ends */
    atomic_flag is_taken;
};

/* Of this thread: only it moves. */
static int open_own(void)
{
    return open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
}

bool sb__ground_leave(int *home, struct sb_error *err)
{
    bool is_back = setns(*home, CLONE_NEWNET) == 0 ||
                   sb__fail_errno(err, SB_HOST, "cannot return to the host's network");
    sb__close(home);
    return is_back;
}

bool sb__ground_enter(const struct sb_ground *ground, int *home, struct sb_error *err)
{
    *home = open_own();
    if (*home >= 0 && setns(ground->network, CLONE_NEWNET) == 0)
        return true;
    sb__fail_errno(err, SB_HOST, "cannot enter the kept network");
    sb__close(home);
    return false;
}

/* An empty one, or -1; the thread is where it was, or err says that it is not. */
static int make_network(struct sb_error *err)
{
    SB__FD int home = open_own();
    if (home < 0 || unshare(CLONE_NEWNET) != 0) {
        sb__fail_errno(err, SB_HOST, "cannot make a network to keep; only root can");
        return -1;
    }
    SB__FD int network = open_own();
    if (network < 0)
        sb__fail_errno(err, SB_HOST, "cannot open the network");
    return sb__ground_leave(&home, err) ? sb__steal(&network) : -1;
}

struct sb_ground *sb_ground_new(struct sb_error *err)
{
    *err = (struct sb_error){0};
    SB__FD int network = make_network(err);
    int has_tree = network < 0 ? -1 : sb__root_can_assemble();
    if (has_tree < 0)
        sb__fail_errno(err, SB_HOST, "cannot try to assemble a tree");
    struct sb_ground *ground = has_tree < 0 ? NULL : malloc(sizeof *ground);
    if (!ground) {
        sb__fail(err, SB_HOST, "out of memory");
        return NULL;
    }
    *ground = (struct sb_ground){.is_taken = ATOMIC_FLAG_INIT,
                                 .network = sb__steal(&network),
                                 .has_tree = has_tree > 0,
                                 .tree = -1};
    sb__cgroup_open_none(&ground->cgroup);
    return ground;
}

static void drop_tree(struct sb_ground *ground)
{
    sb__close(&ground->tree);
    free(ground->places);
    ground->places = NULL;
}

void sb_ground_free(struct sb_ground *ground)
{
    if (!ground)
        return;
    struct sb_error ignored = {0};
    drop_tree(ground);
    (void)sb__cgroup_close(&ground->cgroup, &ignored); /* or the next start sweeps it up */
    sb__close(&ground->network);
    free(ground);
}

static char kind_of(const struct sb__op *op)
{
    return op->is_folder ? 'd' : 'f';
}

static bool has_places_of(const struct sb_ground *ground, const struct sb__root *root)
{
    const char *place = ground->places;
    for (size_t i = 0; i < root->count; i++) {
        const struct sb__op *op = &root->ops[i];
        if (op->is_fixed)
            continue;
        if (*place != kind_of(op) || strcmp(place + 1, op->target) != 0)
            return false;
        place += strlen(place) + 1;
    }
    return *place == '\0';
}

static char *list_places(const struct sb__root *root)
{
    size_t size = 1;
    for (size_t i = 0; i < root->count; i++)
        size += strlen(root->ops[i].target) + 2;
    char *places = calloc(size, 1);
    char *place = places;
    for (size_t i = 0; i < root->count && places; i++) {
        const struct sb__op *op = &root->ops[i];
        size_t length = strlen(op->target);
        if (op->is_fixed)
            continue;
        *place = kind_of(op);
        memcpy(place + 1, op->target, length);
        place += length + 2;
    }
    return places;
}

static bool make_tree(struct sb_ground *ground, struct sb__root *root, struct sb_error *err)
{
    drop_tree(ground);
    ground->places = list_places(root);
    if (!ground->places)
        return sb__fail(err, SB_HOST, "out of memory");
    if (!sb__root_open_as_root(root, true, err))
        return false;
    ground->tree = sb__root_assemble(root, err);
    return ground->tree >= 0;
}

bool sb__ground_lay(struct sb_ground *ground, struct sb__root *root, struct sb_error *err)
{
    if (!ground->has_tree)
        return true;
    bool fits = ground->tree >= 0 && has_places_of(ground, root);
    if (!fits && !make_tree(ground, root, err))
        return false;
    root->tree = sb__root_clone(ground->tree);
    return root->tree >= 0 ||
           sb__fail_errno(err, SB_HOST, "cannot clone the ground's tree");
}

void sb__ground_make_cgroup(struct sb_ground *ground, const struct sb__cgroup *like)
{
    struct sb_error ignored = {0}; /* see the header */
    if (ground->cgroup.kind == &sb__cgroup_none)
        (void)sb__cgroup_open_like(&ground->cgroup, like, &ignored);
}

bool sb__ground_take_cgroup(struct sb_ground *ground, struct sb__cgroup *cg)
{
    if (ground->cgroup.kind == &sb__cgroup_none)
        return false;
    *cg = ground->cgroup;
    sb__cgroup_open_none(&ground->cgroup);
    return true;
}

bool sb__ground_take(struct sb_ground *ground, struct sb_error *err)
{
    return !atomic_flag_test_and_set(&ground->is_taken) ||
           sb__fail(err, SB_SPEC, "ground: another worker or run has it");
}

void sb__ground_give_back(struct sb_ground *ground)
{
    atomic_flag_clear(&ground->is_taken);
}
