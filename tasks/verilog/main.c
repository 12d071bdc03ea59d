/* The task `verilog`: write modules that do what a text says. README.md is its data sheet.
 */
#include "import.h"
#include "package.h"
#include "score.h"

int main(int argc, char **argv)
{
    static const struct task_program program = {
        .id = "verilog",
        .version = "1",
        .generate = vlog_package,
        .import = vlog_import,
        .score = vlog_score,
    };

    return task_main(&program, argc, argv);
}
