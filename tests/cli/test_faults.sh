#!/usr/bin/env bash
# Tasks, scorers, stores and disks that fail: whose fault it is, and that nothing is lost.
set -u
. "$(dirname "$0")/lib.sh"

judged() { # judged SCORE-COMMANDS STATUS: run an entry with that scorer
    local prefix
    prefix=$(tree)
    fake_task "$prefix" "$1"
    only_tile "$prefix"
    entry "$scratch/true" "True" "$nothing"
    expect "$2" "$prefix/bin/podium" run -w "$(mktemp -d "$scratch/w.XXXXXX")" "$scratch/true"
}

test_a_scorer_that_crashes_is_a_judge_error() {
    judged 'kill -SEGV $$' 3
    says JE
    says_not RTE
}

test_a_scorer_that_exits_0_without_a_verdict_is_a_judge_error() {
    judged 'exit 0' 3
    says JE
}

test_a_scorer_that_writes_nonsense_is_a_judge_error() {
    judged 'echo "{\"schema\": 7" >&3; exit 42' 3
    says JE
}

test_a_scorer_whose_number_is_not_finite_is_a_judge_error() {
    judged 'echo "{\"schema\": \"podium.verdict/1\", \"raw\": 1e999, \"unit\": \"x\", \"score\": 1}" >&3; exit 42' 3
    says JE
}

# A scorer has limits of its own, these among them: what hangs one would take minutes here.
test_a_scorer_that_exhausts_its_limits_is_a_judge_error() {
    judged 'for i in $(seq 40); do sleep 60 & done; wait; exit 42' 3
    says JE
    says "'processes'"
    says_not PLE
}

test_a_scorer_that_writes_without_end_is_a_judge_error() {
    judged 'exec cat /dev/zero >&3' 3
    says JE
    says "'file_size'"
}

test_a_rejection_is_wrong_answer_with_its_reason() {
    judged 'echo "{\"schema\": \"podium.verdict/1\", \"message\": \"no such graph\"}" >&3; exit 43' 1
    says WA
    says "no such graph"
}

test_a_judge_error_is_not_recorded_and_tried_again() {
    local prefix folder
    prefix=$(tree)
    folder=$(mktemp -d "$scratch/w.XXXXXX")
    fake_task "$prefix" 'exit 9'
    only_tile "$prefix"
    entry "$scratch/retry/one" "One" "$nothing"
    expect 3 "$prefix/bin/podium" batch -q -w "$folder" "$scratch/retry"
    says "1 judge errors"
    expect 3 "$prefix/bin/podium" batch -q -w "$folder" "$scratch/retry"
    says "1 missing"
    expect 0 "$prefix/bin/podium" board -w "$folder"
    says "not judged to the end yet"
}

test_a_changed_scorer_runs_again_and_never_shows_the_old_result() {
    local prefix folder
    prefix=$(tree)
    folder=$(mktemp -d "$scratch/w.XXXXXX")
    only_tile "$prefix"
    entry "$scratch/rescore/one" "One" "$nothing"
    local raw
    for raw in 0.25 0.75; do
        fake_task "$prefix" "echo '{\"schema\": \"podium.verdict/1\", \"raw\": $raw, \"unit\": \"x\", \"score\": 1}' >&3; exit 42"
        expect 0 "$prefix/bin/podium" batch -q -w "$folder" "$scratch/rescore"
        says "1 recorded now"
        expect 0 "$prefix/bin/podium" board --json -w "$folder"
        says "\"score\": $raw"
    done
}

test_a_malformed_task_exits_3_in_one_line() {
    local prefix
    prefix=$(tree)
    echo '{"schema": "podium.task/1", "id": "tile"' >"$prefix/share/podium/tasks/tile/task.json"
    entry "$scratch/any" "Any" "$nothing"
    expect 3 "$prefix/bin/podium" run -w "$(work)" "$scratch/any"
    says "task.json"
    one_line
}

test_a_malformed_competition_exits_3_in_one_line() {
    echo '{"schema": "podium.competition/1", "id": 5}' >"$scratch/rules.json"
    entry "$scratch/any" "Any" "$nothing"
    expect 3 "$PODIUM" run -w "$(work)" --competition "$scratch/rules.json" "$scratch/any"
    says "rules.json"
    one_line
}

test_a_generator_that_fails_leaves_no_cases_behind() {
    local prefix folder
    prefix=$(tree)
    folder=$(mktemp -d "$scratch/w.XXXXXX")
    printf '#!/bin/sh\nexit 3\n' >"$prefix/libexec/podium/tile"
    entry "$scratch/any" "Any" "$nothing"
    expect 3 "$prefix/bin/podium" run -w "$folder" "$scratch/any"
    says "could not generate"
    [[ -z $(find "$folder/cases/tile" -mindepth 1) ]] || fail "cases were left"
}

test_a_task_that_cannot_prepare_its_cases_is_at_fault() {
    local prefix folder
    prefix=$(tree)
    folder=$(mktemp -d "$scratch/w.XXXXXX")
    fake_task "$prefix" 'exit 42'
    sed -i 's/^\[.*$/[ "$1" != prepare ] || exit 3/' "$prefix/libexec/podium/tile"
    only_tile "$prefix"
    entry "$scratch/any" "Any" "$nothing"
    expect 3 "$prefix/bin/podium" run -w "$folder" "$scratch/any"
    says "could not prepare case 'tile-x'"
    [[ -z $(find "$folder/prepared" -type f) ]] || fail "a part was left"
}

test_a_task_that_prepares_nothing_is_scored_all_the_same() {
    local prefix folder
    prefix=$(tree)
    folder=$(mktemp -d "$scratch/w.XXXXXX")
    sed -i '/"prepares"/d' "$prefix/share/podium/tasks/tile/task.json"
    only_tile "$prefix"
    entry "$scratch/plain" "Plain" "$copy_sample"
    expect 0 "$prefix/bin/podium" run -w "$folder" "$scratch/plain"
    says " OK "
    [[ -z $(find "$folder/prepared" -type f) ]] || fail "something was prepared"
}

test_a_damaged_or_old_image_is_made_again() {
    local folder images image before
    folder=$(mktemp -d "$scratch/w.XXXXXX")
    ln -s "$PODIUM_CASES/cases" "$folder/cases"
    entry "$scratch/twice" "Twice" "$copy_sample"
    expect 0 "$PODIUM" run --json -w "$folder" "$scratch/twice"
    before=$(grep '"raw"' <<<"$out")
    images=$(cd "$folder/prepared" && find . -type f | sort)
    image=$(find "$folder/prepared/tile" -type f | head -n1)
    cp "$image" "$scratch/image"
    # In the last ratio: no scorer would notice.
    printf '\x55' | dd of="$image" bs=1 seek=$(($(stat -c %s "$image") - 3)) conv=notrunc status=none
    touch "${image%/*}/00000000000000000000000000000000-00000000000000000000000000000000"
    expect 0 "$PODIUM" run --json -w "$folder" "$scratch/twice"
    [[ $(grep '"raw"' <<<"$out") == "$before" ]] || fail "other scores"
    [[ $(cd "$folder/prepared" && find . -type f | sort) == "$images" ]] || fail "other images"
    cmp -s "$image" "$scratch/image" || fail "the image is still damaged"
}

test_looking_at_the_board_prepares_nothing() {
    local folder
    folder=$(mktemp -d "$scratch/w.XXXXXX")
    ln -s "$PODIUM_CASES/cases" "$folder/cases"
    expect 2 "$PODIUM" board -w "$folder" # nothing is recorded there
    [[ ! -e $folder/prepared ]] || fail "a reader wrote"
}

test_a_store_of_a_newer_podium_is_refused() {
    local folder
    folder=$(work)
    python3 -c 'import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("PRAGMA user_version = 99")' "$folder/podium.sqlite"
    entry "$scratch/newer/one" "One" "$copy_sample"
    expect 3 "$PODIUM" batch -q -w "$folder" "$scratch/newer"
    says "newer podium"
    one_line
}

test_a_store_of_garbage_is_refused() {
    local folder
    folder=$(work)
    head -c 8192 /dev/urandom >"$folder/podium.sqlite"
    entry "$scratch/garbage/one" "One" "$copy_sample"
    expect 3 "$PODIUM" batch -q -w "$folder" "$scratch/garbage"
    says "podium.sqlite"
    one_line
}

test_results_can_be_neither_changed_nor_deleted() {
    local folder
    folder=$(work)
    entry "$scratch/kept/one" "One" "$copy_sample"
    expect 0 "$PODIUM" batch -q -w "$folder" "$scratch/kept"
    local sql
    for sql in "DELETE FROM result" "UPDATE result SET verdict = 'OK'"; do
        expect 1 python3 -c 'import sqlite3, sys
sqlite3.connect(sys.argv[1]).execute(sys.argv[2])' "$folder/podium.sqlite" "$sql"
        says "never"
    done
}

test_a_full_disk_exits_3_and_blames_no_entry() {
    ((EUID == 0)) || return 0 # mounting needs root
    local folder
    folder=$(mktemp -d "$scratch/full.XXXXXX")
    entry "$scratch/disk/one" "One" "$copy_sample"
    # A private mount namespace: nothing is left behind, whatever happens.
    expect 3 unshare -m sh -c "mount -t tmpfs -o size=256k tmpfs '$folder' &&
        ln -s '$PODIUM_CASES/cases' '$folder/cases' &&
        '$PODIUM' batch -q -w '$folder' '$scratch/disk'"
    [[ $out == *"No space left on device"* || $out == *"disk is full"* ]] || fail "said: $out"
    says_not "RTE"
}

run_tests
