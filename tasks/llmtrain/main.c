/* The task `llmtrain`: partition the training of one language model over a fleet. */
#include "package.h"
#include "published.h"
#include "score.h"

#include "sdk/task.h"

int main(int argc, char **argv)
{
    static const struct task_verb verbs[] = {
        {"evaluate", "INSTANCE PLAN", score_evaluate},
        {"published", "", published_print},
        {NULL, NULL, NULL},
    };
    static const struct task_program program = {
        .id = "llmtrain",
        .version = "1",
        .generate = package_generate,
        .score = score_plan,
        .verbs = verbs,
    };

    return task_main(&program, argc, argv);
}
