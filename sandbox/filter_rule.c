#include "filter_rule.h"

#include <linux/seccomp.h>

/* The two words of an argument lie as the machine has them. */
static size_t word_offset(const struct sb__arg *arg, bool is_high)
{
    bool is_second = is_high == (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__);
    return offsetof(struct seccomp_data, args) + 8 * arg->index + (is_second ? 4 : 0);
}

static uint32_t high(uint64_t value)
{
    return (uint32_t)(value >> 32);
}

static void write_word_equal(struct sb__bpf *bpf, size_t offset, uint32_t mask,
                             uint32_t value, struct sb__target *to[2])
{
    sb__bpf_jump(bpf, BPF_JEQ, value, to[1], to[0]);
    if (mask != UINT32_MAX)
        sb__bpf_emit(bpf, BPF_ALU | BPF_AND | BPF_K, mask);
    sb__bpf_load(bpf, offset);
}

static bool needs_high_word(uint64_t mask, uint64_t value)
{
    return high(mask) != 0 || high(value) != 0;
}

/* to[0]: where to go if it is not so; to[1]: if it is. */
static void write_equal(struct sb__bpf *bpf, const struct sb__arg *arg, uint64_t mask,
                        uint64_t value, struct sb__target *to[2])
{
    write_word_equal(bpf, word_offset(arg, false), (uint32_t)mask, (uint32_t)value, to);
    if (!needs_high_word(mask, value))
        return;
    struct sb__target low = sb__bpf_here(bpf);
    write_word_equal(bpf, word_offset(arg, true), high(mask), high(value),
                     (struct sb__target *[2]){to[0], &low});
}

/* At least (BPF_JGE) or more than (BPF_JGT) the value: the low words decide a tie. */
static void write_order(struct sb__bpf *bpf, uint16_t op, const struct sb__arg *arg,
                        struct sb__target *to[2])
{
    sb__bpf_jump(bpf, op, (uint32_t)arg->value, to[1], to[0]);
    sb__bpf_load(bpf, word_offset(arg, false));
    struct sb__target low = sb__bpf_here(bpf);
    sb__bpf_jump(bpf, BPF_JEQ, high(arg->value), &low, to[0]);
    struct sb__target tie = sb__bpf_here(bpf);
    sb__bpf_jump(bpf, BPF_JGT, high(arg->value), to[1], &tie);
    sb__bpf_load(bpf, word_offset(arg, true));
}

static void write_test(struct sb__bpf *bpf, const struct sb__arg *arg,
                       struct sb__target *yes, struct sb__target *no)
{
    struct sb__target *to[2] = {no, yes}, *opposite[2] = {yes, no};
    switch (arg->compare) {
    case SB__EQ:
        write_equal(bpf, arg, UINT64_MAX, arg->value, to);
        break;
    case SB__NE:
        write_equal(bpf, arg, UINT64_MAX, arg->value, opposite);
        break;
    case SB__LT:
        write_order(bpf, BPF_JGE, arg, opposite);
        break;
    case SB__LE:
        write_order(bpf, BPF_JGT, arg, opposite);
        break;
    case SB__GT:
        write_order(bpf, BPF_JGT, arg, to);
        break;
    case SB__GE:
        write_order(bpf, BPF_JGE, arg, to);
        break;
    case SB__MASKED_EQ:
        write_equal(bpf, arg, arg->value, arg->datum, to);
        break;
    }
}

/* Looks at one whole word, once: when it fails, that word is still loaded. */
static bool keeps_word(const struct sb__rule *rule)
{
    const struct sb__arg *arg = &rule->args[0];
    return rule->arg_count == 1 && arg->compare == SB__MASKED_EQ &&
           (uint32_t)arg->value == UINT32_MAX && !needs_high_word(arg->value, arg->datum);
}

void sb__rule_share_load(struct sb__bpf *bpf, const struct sb__rule *rule,
                         struct sb__target *next)
{
    const struct sock_filter *head = &bpf->code[next->at];
    if (!bpf->is_full && keeps_word(rule) && next->at == bpf->start &&
        head->code == (BPF_LD | BPF_W | BPF_ABS) &&
        head->k == word_offset(&rule->args[0], false))
        next->at = ++bpf->start;
}

void sb__rule_write(struct sb__bpf *bpf, const struct sb__rule *rule,
                    struct sb__target *yes, struct sb__target *no)
{
    struct sb__target rest;
    for (unsigned i = rule->arg_count; i-- > 0;) {
        write_test(bpf, &rule->args[i], yes, no);
        rest = sb__bpf_here(bpf);
        yes = &rest;
    }
}
