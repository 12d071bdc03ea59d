#!/bin/bash
# The board with statistics from programs of two compilers at different levels, one with all
# that this processor has: all must write the bytes of the example of the schema.
# usage: same_bytes.sh SOURCE_FOLDER
set -euo pipefail
source=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

check() { # COMPILER OPTION...
    command -v "$1" >/dev/null || { echo "no $1 here, left out"; return; }
    "$@" -std=gnu11 -D_GNU_SOURCE -ffp-contract=off -o "$work/print" \
        -I"$source/leaderboard" -I"$source/tests/unit" "$source"/leaderboard/*.c \
        "$source/tests/unit/board_fixture.c" "$source/tests/cases/stats/print_board.c" \
        -ljansson -lsodium -lm
    "$work/print" "$source/tests/cases/board/statistics/input.json" |
        cmp - "$source/leaderboard/schema/examples/statistics.json" ||
        { echo "$*: another board"; exit 1; }
}

check gcc -O0
check gcc -O3 -march=native
check clang -O0
check clang -O2
