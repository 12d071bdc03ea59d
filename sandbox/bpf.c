#include "bpf.h"

#define JUMP_MAX 255

void sb__bpf_init(struct sb__bpf *bpf)
{
    bpf->start = BPF_MAXINSNS;
    bpf->is_full = false;
}

struct sb__target sb__bpf_here(const struct sb__bpf *bpf)
{
    return (struct sb__target){.at = bpf->start};
}

void sb__bpf_emit(struct sb__bpf *bpf, uint16_t code, uint32_t k)
{
    bpf->is_full |= bpf->start == 0;
    if (!bpf->is_full)
        bpf->code[--bpf->start] = (struct sock_filter){.code = code, .k = k};
}

void sb__bpf_load(struct sb__bpf *bpf, size_t offset)
{
    sb__bpf_emit(bpf, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset);
}

static void step(struct sb__bpf *bpf, struct sb__target *target)
{
    if (target->is_return)
        sb__bpf_emit(bpf, BPF_RET | BPF_K, target->value);
    else
        sb__bpf_emit(bpf, BPF_JMP | BPF_JA, target->at - bpf->start);
    target->at = bpf->start;
}

static bool is_within(const struct sb__bpf *bpf, const struct sb__target *target,
                      uint32_t distance)
{
    return target->at != SB__UNPLACED && target->at - bpf->start <= distance;
}

void sb__bpf_jump(struct sb__bpf *bpf, uint16_t op, uint32_t k, struct sb__target *yes,
                  struct sb__target *no)
{
    if (!is_within(bpf, yes, JUMP_MAX - 1)) /* the step to `no` may come in between */
        step(bpf, yes);
    if (!is_within(bpf, no, JUMP_MAX))
        step(bpf, no);
    uint32_t next = bpf->start;
    sb__bpf_emit(bpf, BPF_JMP | op | BPF_K, k);
    bpf->code[bpf->start].jt = (uint8_t)(yes->at - next);
    bpf->code[bpf->start].jf = (uint8_t)(no->at - next);
}

void sb__bpf_go(struct sb__bpf *bpf, struct sb__target *target)
{
    if (!is_within(bpf, target, 0))
        step(bpf, target);
}
