#include "llmserve_fixture.h"

#include "sdk/buf.h"
#include "sdk/file.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
