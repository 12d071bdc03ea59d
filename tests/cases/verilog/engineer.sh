#!/bin/bash
# The text of each problem is enough: engineer.py solves all of them, public and hidden, from
# prompts and ports alone, and is scored 1; the sample entry `forger` solves none.
# Use: engineer.sh TASK_FOLDER TASK_PROGRAM
set -euo pipefail
here=$(dirname "$(realpath "$0")")
task=$1 program=$2
command -v iverilog >/dev/null || { echo "no Icarus Verilog here"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONDONTWRITEBYTECODE=1 TMPDIR=$work

expect() { # RAW FOLDER CASE: the verdict on what is in FOLDER
    local status=0
    "$program" score "$3" "$2" 3>"$work/verdict" || status=$?
    [[ $status == 42 ]] && grep -q "\"raw\":$1," "$work/verdict" && return
    echo "$3: status $status, expected raw $1:"
    cut -c1-3000 "$work/verdict"
    exit 1
}

seed=$(grep -o '[0-9a-f]\{64\}' "$task/task.json")
for split in public hidden; do
    [[ $split == public ]] || seed=${seed//5/6}
    mkdir "$work/$split"
    "$program" generate --split $split --seed "$seed" "$work/$split"
    for case in "$work/$split"/*; do
        mkdir "$work/solved" "$work/forged"
        "$here/engineer.py" "$task" "$case/in" "$work/solved"
        expect 1.0 "$work/solved" "$case"
        PODIUM_INPUT=$case/in PODIUM_OUTPUT=$work/forged \
            python3 "$task/entries/scored/forger/forger.py"
        expect 0.0 "$work/forged" "$case"
        rm -r "$work/solved" "$work/forged"
    done
done
left=$(find "$work" -name 'verilog-??????')
[[ -z $left ]] || { echo "the scorer left $left"; exit 1; }
