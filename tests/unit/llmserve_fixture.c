#include "llmserve_fixture.h"

#include "sdk/buf.h"
#include "sdk/file.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct engine_spec toy = {.hidden = 1,
                                .heads = 1,
                                .kv_heads = 1,
                                .ffn = 1,
                                .vocab = 1,
                                .tp = 1,
                                .kv_capacity = 12,
                                .peak = 1e15,
                                .hbm = 1e15,
                                .emax = 1,
                                .eb = 1,
                                .fa = 1,
                                .ib = 1};

struct request chat(uint64_t arrival_us, uint32_t prompt, uint32_t output)
{
    return (struct request){.arrival_us = arrival_us,
                            .prompt = prompt,
                            .output = output,
                            .ttft_us = 10000,
                            .tpot_us = 2000};
}

char *scratch(void)
{
    char *folder = task_strdup("/tmp/llmserve-test-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    return folder;
}

static int remove_one(const char *path, const struct stat *status, int kind,
                      struct FTW *where)
{
    (void)status;
    (void)kind;
    (void)where;
    return remove(path);
}

void remove_tree(char *folder)
{
    cr_assert_eq(nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
    free(folder);
}

char *put(const char *folder, const char *name, const char *text)
{
    struct task_error err = TASK_ERROR_INIT;
    char *path = task_strf("%s/%s", folder, name);
    cr_assert(task_file_write(path, text, strlen(text), &err), "%s", err.message);
    return path;
}
