/* bpf.h - writing a BPF program, from its end to its start.
 *
 * BPF jumps forward only, so written backwards all that a jump leads to is there already
 * and its distance known. A conditional jump reaches 255 instructions; where that is too
 * short, a step is written in between: a long jump, or once more the return that it leads
 * to. The caller provides the storage; sb__bpf_init, write, then use code from start on,
 * unless is_full: then there was too much, and nothing of it may be used.
 */
#ifndef SB_BPF_H
#define SB_BPF_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sb__bpf {
    uint32_t start; /* of what is written, in code */
    bool is_full;
    struct sock_filter code[BPF_MAXINSNS];
};

/* What a jump leads to. A jump moves `at` to the step that it needed, for the next jump. */
struct sb__target {
    bool is_return;
    uint32_t value; /* of a return */
    uint32_t at;    /* index in code; SB__UNPLACED: a return not written yet */
};

#define SB__UNPLACED UINT32_MAX

void sb__bpf_init(struct sb__bpf *bpf);

/* The instruction that was written last, thus runs first. */
struct sb__target sb__bpf_here(const struct sb__bpf *bpf);

void sb__bpf_emit(struct sb__bpf *bpf, uint16_t code, uint32_t k);

/* The word at offset of struct seccomp_data. */
void sb__bpf_load(struct sb__bpf *bpf, size_t offset);

/* op: BPF_JEQ, BPF_JGT or BPF_JGE, of the loaded word with k. */
void sb__bpf_jump(struct sb__bpf *bpf, uint16_t op, uint32_t k, struct sb__target *yes,
                  struct sb__target *no);

/* What is written next goes on to target. */
void sb__bpf_go(struct sb__bpf *bpf, struct sb__target *target);

#endif
