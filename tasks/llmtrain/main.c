/* The task `llmtrain`: partition the training of one language model over a fleet. */
#include "import.h"
#include "package.h"
#include "published.h"
#include "score.h"

#include "sdk/task.h"

int main(int argc, char **argv)
{
    static const struct task_verb verbs[] = {
        {"evaluate", SCORE_EVALUATE_USAGE, score_evaluate},
        {"published", "", published_print},
        {NULL, NULL, NULL},
    };
    static const struct task_program program = {
        .id = "llmtrain",
        .version = "1",
        .generate = package_generate,
        .import = import_cases,
        .score = score_plan,
        .verbs = verbs,
    };

    return task_main(&program, argc, argv);
}
