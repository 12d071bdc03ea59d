#!/bin/bash
# Generates the public and the hidden split of verilog with programs from two compilers and
# two optimisation levels; all must give the same bytes, and the public ones those that are
# written down here. A change of the generator changes the digest knowingly, or not at all.
# Use: same_bytes.sh SOURCE_FOLDER
set -euo pipefail
expected_public=a63a9e1442cf70bbbc8398031305e2360122def4513a5b8b126675d01b873b0a
source=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Digest of a folder: paths and contents, whatever the order on disk.
digest() {
    (cd "$1" && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum) |
        sha256sum | cut -d' ' -f1
}

variant() { # COMPILER LEVEL SPLIT SEED: prints the digest
    local program=$work/$1$2 out=$work/out
    [ -x "$program" ] || "$1" -std=gnu11 -D_GNU_SOURCE "$2" -ffp-contract=off \
        -I"$source/tasks" -o "$program" \
        "$source"/tasks/sdk/*.c "$source"/tasks/verilog/*.c -lz -ljansson -lm
    mkdir "$out"
    "$program" generate --split "$3" --seed "$4" "$out"
    digest "$out"
    rm -rf "$out"
}

expect() { # DIGEST COMPILER LEVEL SPLIT SEED
    local found
    command -v "$2" >/dev/null || { echo "no $2 here, left out"; return; }
    found=$(variant "$2" "$3" "$4" "$5")
    [ "$found" = "$1" ] || { echo "$2 $3: $4 split has digest $found, not $1"; exit 1; }
}

seed=$(grep -o '[0-9a-f]\{64\}' "$source/tasks/verilog/task.json")
other=${seed//5/6}
hidden=$(variant gcc -O0 hidden "$other")
for level in -O0 -O2; do
    expect $expected_public gcc $level public "$seed"
    expect $expected_public clang $level public "$seed"
    expect "$hidden" gcc $level hidden "$other"
    expect "$hidden" clang $level hidden "$other"
done
