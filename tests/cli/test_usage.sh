#!/usr/bin/env bash
# What podium says to a caller who errs, and with which exit status.
set -u
. "$(dirname "$0")/lib.sh"

test_no_verb_prints_the_verbs_and_exits_2() {
    expect 2 "$PODIUM"
    says "usage: podium VERB"
}

test_an_unknown_verb_exits_2_in_one_line() {
    expect 2 "$PODIUM" judge
    says "no verb 'judge'"
    one_line
}

test_help_and_version_exit_0() {
    expect 0 "$PODIUM" --help
    says "batch"
    expect 0 "$PODIUM" --version
    says "podium "
    for verb in run score batch board task doctor; do
        expect 0 "$PODIUM" "$verb" --help
        says "Usage: podium $verb"
    done
}

test_an_unknown_option_exits_2() {
    expect 2 "$PODIUM" batch --no-such-option dir
    says "unrecognized option"
}

test_a_missing_argument_exits_2() {
    for verb in run score batch task; do
        expect 2 "$PODIUM" "$verb" -w "$(work)"
    done
}

test_a_missing_entry_folder_exits_2() {
    expect 2 "$PODIUM" run -w "$(work)" "$scratch/no-such-entry"
    says "no entry at '$scratch/no-such-entry'"
    one_line
}

test_a_file_instead_of_an_entry_folder_says_what_to_do() {
    touch "$scratch/entry.tar"
    expect 2 "$PODIUM" run -w "$(work)" "$scratch/entry.tar"
    says "is not a folder: unpack it"
}

test_bad_numbers_and_instants_exit_2() {
    expect 2 "$PODIUM" batch --jobs 0 x
    expect 2 "$PODIUM" batch --jobs 2x x
    expect 2 "$PODIUM" batch --cpu-limit -1 x
    expect 2 "$PODIUM" batch --cpu-limit nan x
    expect 2 "$PODIUM" batch -w "$(work)" --deadline 2023-11-17 "$scratch"
    says "--deadline"
    expect 2 "$PODIUM" batch -w "$(work)" --as-of yesterday "$scratch"
    says "--as-of"
}

test_an_unknown_layer_cannot_be_waived() {
    expect 2 "$PODIUM" run --waive moat x
    says "no layer 'moat'"
}

test_a_board_of_nothing_exits_2() {
    expect 2 "$PODIUM" board -w "$(work)"
    says "nothing is recorded"
}

test_a_closed_standard_output_is_an_error() {
    local status=0
    "$PODIUM" --help >/dev/full 2>/dev/null || status=$?
    ((status == 3)) || fail "status $status"
}

test_two_podiums_do_not_share_a_working_folder() {
    local folder
    folder=$(work)
    exec {lock}>"$folder/lock"
    flock -n "$lock"
    expect 3 "$PODIUM" batch -w "$folder" "$scratch"
    says "another podium works in"
    exec {lock}>&-
}

test_tasks_are_listed() {
    expect 0 "$PODIUM" task -w "$(work)" list
    says "layout "
    says "tile "
    expect 0 "$PODIUM" task -w "$(work)" --json list
    python3 -c 'import json, sys
assert {t["id"] for t in json.loads(sys.argv[1])["tasks"]} >= {"tile", "layout"}' "$out"
    expect 2 "$PODIUM" task -w "$(work)" generate no-such-task
    says "no task 'no-such-task'"
    expect 2 "$PODIUM" task -w "$(work)" polish tile
    says "no action 'polish'"
}

run_tests
