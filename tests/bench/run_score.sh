#!/bin/bash
# Interleaves `score` and score_scipy.py and prints the ratios of their medians.
# Use: run_score.sh PATH_OF_score [BLOCKS]
set -euo pipefail
score=$1 blocks=${2:-15}
here=$(dirname "$(readlink -f "$0")")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$score" make "$folder"

middle() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

compare() { # WHAT ROUNDS_OF_C ROUNDS_OF_PYTHON NEEDED
    local i
    rm -f "$folder"/c.txt "$folder"/py.txt
    for ((i = 0; i < blocks; i++)); do
        "$score" "${1/bare/csv}" "$folder" "$2" >>"$folder/c.txt"
        /usr/bin/python3 "$here/score_scipy.py" "$1" "$folder" "$3" >>"$folder/py.txt"
    done
    local c py value_c value_py
    c=$(cut -d' ' -f1 "$folder/c.txt" | middle)
    py=$(cut -d' ' -f1 "$folder/py.txt" | middle)
    value_c=$(tail -n1 "$folder/c.txt" | cut -d' ' -f2)
    value_py=$(tail -n1 "$folder/py.txt" | cut -d' ' -f2)
    awk -v what="$1" -v c="$c" -v py="$py" -v need="$4" -v a="$value_c" -v b="$value_py" 'BEGIN {
        d = a - b; if (d < 0) d = -d
        printf "%-4s %12.1f us  scipy %12.1f us  ratio %6.1f (to reach: %s)  values %s %s %s\n",
               what, c, py, py / c, need, a, b, d < 1e-9 ? "agree" : "DIFFER"
    }'
}
compare csv 200 7 100
compare bare 200 7 "no figure"
compare tau 3 2 3
