#!/bin/bash
# Generates the public split of llmserve with programs from two compilers and two optimisation
# levels; all must give the same bytes, which hold m0 too and so every iteration that the
# trivial policy plays, and those that are written down here. A change of the generator or of
# the engines changes the digest knowingly, or not at all.
# Use: same_bytes.sh SOURCE_FOLDER
set -euo pipefail
expected=9a097101d09e4e1f5dfc0cb2a17afcbe49358307da9216d71e3ba631de51d83e
source=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
seed=$(grep -o '[0-9a-f]\{64\}' "$source/tasks/llmserve/task.json")

# Digest of a folder: paths and contents, whatever the order on disk.
digest() {
    (cd "$1" && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum) |
        sha256sum | cut -d' ' -f1
}

for compiler in gcc clang; do
    command -v $compiler >/dev/null || { echo "no $compiler here, left out"; continue; }
    for level in -O0 -O2; do
        $compiler -std=gnu11 -D_GNU_SOURCE $level -ffp-contract=off -I"$source/tasks" \
            -o "$work/program" "$source"/tasks/sdk/*.c "$source"/tasks/llmserve/*.c \
            -lz -ljansson -lm
        mkdir "$work/out"
        "$work/program" generate --split public --seed "$seed" "$work/out"
        found=$(digest "$work/out")
        rm -rf "$work/out"
        [ "$found" = $expected ] || { echo "$compiler $level: digest $found, not $expected"; exit 1; }
    done
done
