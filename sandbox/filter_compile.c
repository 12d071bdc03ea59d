/* The program: compare the architecture, load the number, find its range by a balanced tree
 * of comparisons, then return or go on to the rules of that call.
 */
#include "filter_compile.h"

#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "filter_rule.h"

/* x32 calls come with the native architecture and this bit. */
#define X32_BIT 0x40000000

/* At most so many exceptions to a range are compared in a row: each saves an instruction,
 * and adds to the depth of the tree. */
#define EXCEPTIONS_MAX 3

/* Numbers from first up to the first of the next range are treated alike. */
struct range {
    uint32_t first;
    uint32_t target; /* index */
};

struct compiler {
    const struct sb_policy *policy;
    struct sb__target *targets; /* ALLOW, NOTIFY, quiet errnos, the rules of a call */
    uint32_t target_count;
    struct range *ranges;
    size_t range_count;
    struct sb__bpf bpf;
};

enum { ALLOW, NOTIFY };

/* The rules of one call, in the file's order, and what is written of them. */
struct group {
    const struct sb__call *calls;
    size_t count;
    struct sb__target *next; /* where to go if the rules still to be written do not match */
    struct sb__target written;
};

static const struct sb__rule *rule_of(const struct compiler *c, const struct group *group,
                                      size_t i)
{
    return &c->policy->rules[group->calls[i].rule];
}

static bool is_plainly_allowed(const struct compiler *c, const struct group *group)
{
    for (size_t i = 0; i < group->count; i++) {
        const struct sb__rule *rule = rule_of(c, group, i);
        if (rule->action == SB__ALLOW && rule->arg_count == 0)
            return true;
    }
    return false;
}

/* Index of the first refusal without arguments, else count: those behind have no say. */
static size_t find_last_word(const struct compiler *c, const struct group *group)
{
    for (size_t i = 0; i < group->count; i++) {
        const struct sb__rule *rule = rule_of(c, group, i);
        if (rule->action != SB__ALLOW && rule->arg_count == 0)
            return i;
    }
    return group->count;
}

/* Index of the target that returns value. */
static uint32_t find_return(struct compiler *c, uint32_t value)
{
    for (uint32_t i = 0; i < c->target_count; i++)
        if (c->targets[i].is_return && c->targets[i].value == value)
            return i;
    c->targets[c->target_count] = (struct sb__target){true, value, SB__UNPLACED};
    return c->target_count++;
}

/* Puts those of the first `limit` rules that allow, or that refuse, in front. */
static void write_rules(struct compiler *c, struct group *group, size_t limit,
                        bool is_allowing)
{
    struct sb__target *yes = &c->targets[is_allowing ? ALLOW : NOTIFY];
    for (size_t i = limit; i-- > 0;) {
        const struct sb__rule *rule = rule_of(c, group, i);
        if ((rule->action == SB__ALLOW) != is_allowing)
            continue;
        if (group->next == &group->written)
            sb__rule_share_load(&c->bpf, rule, &group->written);
        sb__rule_write(&c->bpf, rule, yes, group->next);
        group->written = sb__bpf_here(&c->bpf);
        group->next = &group->written;
    }
}

/* Index of the target that treats the group's call. An allowing rule wins wherever it
 * stands; a refusal is the supervisor's unless a quiet one comes first. */
static uint32_t write_group(struct compiler *c, struct group *group)
{
    if (is_plainly_allowed(c, group))
        return ALLOW;
    size_t last = find_last_word(c, group);
    uint32_t end = NOTIFY;
    if (last < group->count && rule_of(c, group, last)->is_quiet)
        end = find_return(c, SECCOMP_RET_ERRNO | (uint32_t)rule_of(c, group, last)->number);
    group->next = &c->targets[end];
    if (end != NOTIFY)
        write_rules(c, group, last, false);
    write_rules(c, group, group->count, true);
    if (group->next != &group->written)
        return end;
    c->targets[c->target_count] = group->written;
    return c->target_count++;
}

static void add_range(struct compiler *c, uint32_t first, uint32_t target)
{
    if (c->range_count == 0 || c->ranges[c->range_count - 1].target != target)
        c->ranges[c->range_count++] = (struct range){first, target};
}

static void write_groups(struct compiler *c)
{
    const struct sb_policy *policy = c->policy;
    uint32_t beyond = 0; /* the first number not in a range yet */
    for (size_t i = 0, end; i < policy->call_count; i = end) {
        int nr = policy->calls[i].nr;
        for (end = i + 1; end < policy->call_count && policy->calls[end].nr == nr;)
            end++;
        if (nr < 0 || (nr & X32_BIT) != 0)
            continue;
        struct group group = {.calls = &policy->calls[i], .count = end - i};
        if ((uint32_t)nr > beyond)
            add_range(c, beyond, NOTIFY);
        add_range(c, (uint32_t)nr, write_group(c, &group));
        beyond = (uint32_t)nr + 1;
    }
    add_range(c, beyond, NOTIFY);
}

/* A leaf of the tree: a range, and behind it some that are one number wide with ranges of
 * the same target between. Returns the end of the leaf that begins at range i. */
static size_t find_leaf_end(const struct compiler *c, size_t i)
{
    size_t end = i + 1;
    unsigned exceptions = 0;
    for (size_t j = i + 1; j < c->range_count && exceptions <= EXCEPTIONS_MAX; j++) {
        bool is_single =
            j + 1 < c->range_count && c->ranges[j + 1].first - c->ranges[j].first == 1;
        if (c->ranges[j].target == c->ranges[i].target)
            end = j + 1;
        else if (is_single)
            exceptions++;
        else
            break;
    }
    return end;
}

static struct sb__target *write_leaf(struct compiler *c, size_t first, size_t end,
                                     struct sb__target *written)
{
    uint32_t common = c->ranges[first].target;
    struct sb__target *next = &c->targets[common];
    for (size_t i = end; i-- > first;) {
        const struct range *range = &c->ranges[i];
        if (range->target == common)
            continue;
        sb__bpf_jump(&c->bpf, BPF_JEQ, range->first, &c->targets[range->target], next);
        *written = sb__bpf_here(&c->bpf);
        next = written;
    }
    return next;
}

/* leaves[i] is the first range of leaf i; leaves[count] is the end of the last one. */
static struct sb__target *write_tree(struct compiler *c, const uint32_t *leaves,
                                     size_t count, struct sb__target *written)
{
    if (count == 1)
        return write_leaf(c, leaves[0], leaves[1], written);
    struct sb__target above, below;
    size_t half = count / 2;
    struct sb__target *yes = write_tree(c, leaves + half, count - half, &above);
    struct sb__target *no = write_tree(c, leaves, half, &below);
    sb__bpf_jump(&c->bpf, BPF_JGE, c->ranges[leaves[half]].first, yes, no);
    *written = sb__bpf_here(&c->bpf);
    return written;
}

static void write_program(struct compiler *c, uint32_t arch, uint32_t *leaves)
{
    struct sb__target written;
    size_t count = 0;
    sb__bpf_init(&c->bpf);
    c->targets[ALLOW] = (struct sb__target){true, SECCOMP_RET_ALLOW, SB__UNPLACED};
    c->targets[NOTIFY] = (struct sb__target){true, SECCOMP_RET_USER_NOTIF, SB__UNPLACED};
    c->target_count = 2;
    write_groups(c);
    for (size_t i = 0; i < c->range_count; i = find_leaf_end(c, i))
        leaves[count++] = (uint32_t)i;
    leaves[count] = (uint32_t)c->range_count;
    struct sb__target *tree = write_tree(c, leaves, count, &written);
    sb__bpf_go(&c->bpf, tree);
    sb__bpf_load(&c->bpf, offsetof(struct seccomp_data, nr));
    struct sb__target native = sb__bpf_here(&c->bpf);
    sb__bpf_jump(&c->bpf, BPF_JEQ, arch, &native, &c->targets[NOTIFY]);
    sb__bpf_load(&c->bpf, offsetof(struct seccomp_data, arch));
}

static bool copy_out(const struct compiler *c, struct sock_fprog *program,
                     struct sb_error *err)
{
    if (c->bpf.is_full)
        return sb__fail(err, SB_SPEC, "the policy makes more than %d instructions",
                        BPF_MAXINSNS);
    size_t count = BPF_MAXINSNS - c->bpf.start;
    struct sock_filter *code = malloc(count * sizeof *code);
    if (!code)
        return sb__fail(err, SB_HOST, "out of memory for the seccomp filter");
    memcpy(code, &c->bpf.code[c->bpf.start], count * sizeof *code);
    *program = (struct sock_fprog){.len = (unsigned short)count, .filter = code};
    return true;
}

bool sb__filter_compile(const struct sb_policy *policy, uint32_t arch,
                        struct sock_fprog *program, struct sb_error *err)
{
    /* A call makes at most a quiet answer and a block, and a range with the one behind. */
    size_t most = 2 * policy->call_count + 2;
    struct compiler *c = calloc(1, sizeof *c);
    struct sb__target *targets = calloc(most, sizeof *targets);
    struct range *ranges = calloc(most, sizeof *ranges);
    uint32_t *leaves = calloc(most + 1, sizeof *leaves);
    bool done = c && targets && ranges && leaves;
    if (done) {
        c->policy = policy;
        c->targets = targets;
        c->ranges = ranges;
        write_program(c, arch, leaves);
        done = copy_out(c, program, err);
    } else {
        sb__fail(err, SB_HOST, "out of memory for the seccomp filter");
    }
    free(leaves);
    free(ranges);
    free(targets);
    free(c);
    return done;
}
