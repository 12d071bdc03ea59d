#!/bin/bash
# Generates the public split of cache with programs from two compilers and two optimisation
# levels; all must give the bytes whose digest is written down here: a change of the generator
# changes it knowingly, or not at all.
# Use: same_bytes.sh SOURCE_FOLDER
set -euo pipefail
expected=d6f7a33786ec8fac0aa6cfc7664c257839f3e584a74e3e91a66b26942aa4e92f
source=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
seed=$(grep -o '[0-9a-f]\{64\}' "$source/tasks/cache/task.json")

# Digest of a folder: paths and contents, whatever the order on disk.
digest() {
    (cd "$1" && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum) |
        sha256sum | cut -d' ' -f1
}

for variant in "gcc -O2" "gcc -O0" "clang -O0" "clang -O2"; do
    read -r compiler level <<<"$variant"
    command -v "$compiler" >/dev/null || { echo "no $compiler here, left out"; continue; }
    "$compiler" -std=gnu11 -D_GNU_SOURCE "$level" -ffp-contract=off -I"$source/tasks" \
        -o "$work/program" "$source"/tasks/sdk/*.c "$source"/tasks/cache/*.c -lz -ljansson -lm
    mkdir "$work/out"
    (cd "$source/tasks/cache" &&
        "$work/program" generate --split public --seed "$seed" "$work/out")
    found=$(digest "$work/out")
    rm -r "$work/out"
    [ "$found" = "$expected" ] || { echo "$variant: digest $found, not $expected"; exit 1; }
done
