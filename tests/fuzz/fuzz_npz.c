/* libFuzzer harness of the npz reader. From the top of the repository:
 *
 *   clang -g -O1 -std=gnu11 -D_GNU_SOURCE -fsanitize=fuzzer,address,undefined -Itasks
 *       -o fuzz tests/fuzz/fuzz_npz.c $(find tasks/sdk -maxdepth 1 -name '*.c')
 *       -lz -ljansson -lm
 *   cp -r tests/cases/sdk/npz corpus
 *   ./fuzz -max_len=8192 -max_total_time=180 -rss_limit_mb=1800 corpus
 */
#include "sdk/npz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct task_error err = TASK_ERROR_INIT;
    task_auto_npz struct task_npz *npz = task_npz_open_bytes(data, size, &err);
    for (size_t i = 0; npz && i < task_npz_count(npz); i++) {
        task_auto_array struct task_array array = {0};
        struct task_error read_err = TASK_ERROR_INIT;
        if (!task_npz_read(npz, task_npz_key(npz, i), &array, &read_err))
            continue;
        /* Whatever was read can be written, and read again. */
        task_auto_buf struct task_buf bytes = TASK_BUF_INIT;
        task_npz_append(&array, 1, &bytes);
        struct task_npz *again =
            task_npz_open_bytes(bytes.data, bytes.length, &(struct task_error){0});
        if (!again)
            __builtin_trap();
        task_npz_free(again);
    }
    return 0;
}
