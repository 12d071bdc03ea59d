#include "model/verdict.h"

#include <string.h>

static const struct verdict_info table[] = {
#define VERDICT(code, clics, title, fault, is_scored)                                      \
    {#code, clics, title, fault, is_scored},
#include "model/verdict.def"
#undef VERDICT
};

const struct verdict_info *verdict_info(enum verdict verdict)
{
    return &table[verdict];
}

bool verdict_find(const char *code, enum verdict *out)
{
    for (int i = 0; i < VERDICT_COUNT; i++) {
        if (strcmp(code, table[i].code) != 0)
            continue;
        *out = (enum verdict)i;
        return true;
    }
    return false;
}

int verdict_exit_status(enum verdict verdict)
{
    return pod_exit_status(table[verdict].fault);
}
