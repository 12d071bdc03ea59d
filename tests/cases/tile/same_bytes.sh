#!/bin/bash
# Generates the public split of tile with programs from two compilers and two optimisation
# levels, with one kernel of ten because -O0 simulates slowly; all must give the same bytes.
# The whole split, from gcc -O2, must be the one whose digest is written down here: a change
# of the generator changes it knowingly, or not at all.
# Use: same_bytes.sh SOURCE_FOLDER
set -euo pipefail
expected=9cf4d567a41cdcf77e2aa39fbf000470f71e475c52e1daf98deed31c67b1e52b
source=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
seed=$(grep -o '[0-9a-f]\{64\}' "$source/tasks/tile/task.json")

# Digest of a folder: paths and contents, whatever the order on disk.
digest() {
    (cd "$1" && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum) |
        sha256sum | cut -d' ' -f1
}

variant() { # COMPILER LEVEL SHARE: prints the digest
    local program=$work/program out=$work/out
    "$1" -std=gnu11 -D_GNU_SOURCE "$2" -ffp-contract=off "-DPLAN_SHARE=$3" \
        -I"$source/tasks" -o "$program" \
        "$source"/tasks/sdk/*.c "$source"/tasks/tile/*.c -lz -ljansson -lm
    mkdir "$out"
    (cd "$source/tasks/tile" && "$program" generate --split public --seed "$seed" "$out")
    digest "$out"
    rm -rf "$out"
}

whole=$(variant gcc -O2 1)
[ "$whole" = "$expected" ] || { echo "the public split has digest $whole, not $expected"; exit 1; }
first=$(variant gcc -O2 10)
for other in "gcc -O0" "clang -O0" "clang -O2"; do
    read -r compiler level <<<"$other"
    command -v "$compiler" >/dev/null || { echo "no $compiler here, left out"; continue; }
    found=$(variant "$compiler" "$level" 10)
    [ "$found" = "$first" ] || { echo "$other: digest $found, gcc -O2: $first"; exit 1; }
done
