/* The task `cache`: what to evict and what to admit. README.md is its data sheet. */
#include "generate.h"
#include "import.h"
#include "play.h"
#include "replay.h"

int main(int argc, char **argv)
{
    static const struct task_verb verbs[] = {
        {"replay", "POLICY|all CASE...", cache_replay},
        {NULL, NULL, NULL},
    };
    static const struct task_program program = {
        .id = "cache",
        .version = "1",
        .generate = cache_generate,
        .import = cache_import,
        .play = cache_play,
        .messages = cache_messages,
        .verbs = verbs,
    };
    return task_main(&program, argc, argv);
}
