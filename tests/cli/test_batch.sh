#!/usr/bin/env bash
# Entries in, results recorded once, a board out: what an organizer relies on.
set -u
. "$(dirname "$0")/lib.sh"

test_a_valid_entry_is_scored_and_exits_0() {
    entry "$scratch/plain" "Plain" "$copy_sample"
    expect 0 "$PODIUM" run -w "$(work)" "$scratch/plain"
    says "tile-sim"
    says " OK "
    says "layout-conv-random"
}

test_a_failing_entry_exits_1_and_says_why() {
    entry "$scratch/dies" "Dies" '["/bin/false"]'
    expect 1 "$PODIUM" run -w "$(work)" --task tile "$scratch/dies"
    says "RTE"
    says "exit status 1"
}

test_endless_diagnostics_of_a_build_are_cut() {
    local folder log
    folder=$(work)
    entry "$scratch/flood" "Flood" '["/bin/true"]' '["sh", "-c", "yes error | head -c 20000000 >&2; exit 1"]'
    expect 1 "$PODIUM" run -w "$folder" "$scratch/flood"
    says CE
    ((${#out} < 10000)) || fail "${#out} bytes are shown"
    log=$(find "$folder/runs" -name build.log)
    (($(stat -c %s "$log") <= 256 << 10)) || fail "$(stat -c '%s bytes in %n' "$log")"
}

test_json_of_a_run_parses() {
    entry "$scratch/parsed" "Parsed" "$copy_sample"
    "$PODIUM" run --json -w "$(work)" --task tile "$scratch/parsed" |
        python3 -c 'import json, sys
run = json.load(sys.stdin)
assert run["schema"] == "podium.run/1"
assert {r["verdict"] for r in run["results"]} == {"OK"}, run
assert all(len(r["items"]) > 0 for r in run["results"])'
}

test_a_malformed_entry_is_one_line_and_the_others_go_on() {
    local folder
    folder=$(work)
    mkdir -p "$scratch/mixed/broken"
    echo '{"schema": "podium.entry/1", "name": "x", "team": "y", "colour": 1}' \
        >"$scratch/mixed/broken/entry.json"
    entry "$scratch/mixed/fine" "Fine" "$copy_sample"
    expect 1 "$PODIUM" run -w "$folder" "$scratch/mixed/broken"
    says "entry.json"
    says "colour"
    one_line
    expect 1 "$PODIUM" batch -q -w "$folder" "$scratch/mixed"
    says "1 entries could not be read"
    expect 0 "$PODIUM" board -w "$folder"
    says "Fine"
    says "invalid entry"
}

test_a_link_in_an_entry_is_refused() {
    entry "$scratch/linked" "Linked" "$copy_sample"
    ln -s /etc/passwd "$scratch/linked/secret"
    expect 1 "$PODIUM" run -w "$(work)" "$scratch/linked"
    says "secret"
    one_line
}

test_a_second_batch_has_nothing_to_do() {
    local folder
    folder=$(work)
    entry "$scratch/twice/one" "One" "$copy_sample"
    expect 0 "$PODIUM" batch -q -w "$folder" "$scratch/twice"
    says "recorded now"
    expect 0 "$PODIUM" batch -q -w "$folder" "$scratch/twice"
    says "nothing to do"
}

test_a_changed_entry_runs_again() {
    local folder
    folder=$(work)
    entry "$scratch/changed/one" "One" "$copy_sample"
    expect 0 "$PODIUM" batch -q -w "$folder" "$scratch/changed"
    echo "a note" >"$scratch/changed/one/NOTES"
    expect 0 "$PODIUM" batch -q -w "$folder" "$scratch/changed"
    says "recorded now"
}

test_equal_entries_run_once() {
    local folder
    folder=$(work)
    entry "$scratch/equal/one" "One" "$copy_sample"
    cp -r "$scratch/equal/one" "$scratch/equal/two"
    expect 0 "$PODIUM" batch --json -q -w "$folder" "$scratch/equal"
    local cases
    cases=$(find "$folder/runs" -name result.json | wc -l)
    [[ $out == *"\"recorded\": $cases,"* ]] || fail "not $cases recorded: $out"
}

test_the_last_millisecond_counts_and_the_next_is_late() {
    local folder top=$scratch/deadline
    folder=$(work)
    entry "$top/early" "Early" "$copy_sample"
    entry "$top/late" "Late" "$copy_sample"
    received "$top" early 2023-11-18T11:59:59.999Z late 2023-11-18T12:00:00.000Z
    expect 0 "$PODIUM" batch -q -w "$folder" "$top"
    says "1 entries are late"
    expect 0 "$PODIUM" board -w "$folder"
    stands "$folder" Early ranked
    stands "$folder" Late late
}

test_file_times_are_never_arrival_times() {
    local folder top=$scratch/backdated
    folder=$(work)
    entry "$top/late" "Late" "$copy_sample"
    touch -d 2023-01-01 "$top/late" "$top/late/entry.json"
    received "$top" late 2023-12-01T00:00:00Z
    expect 0 "$PODIUM" batch -q -w "$folder" "$top"
    expect 0 "$PODIUM" board -w "$folder"
    stands "$folder" Late late
}

test_another_deadline_can_be_given() {
    local folder top=$scratch/season
    folder=$(work)
    entry "$top/one" "One" "$copy_sample"
    received "$top" one 2024-05-01T10:00:00Z
    expect 0 "$PODIUM" batch -q -w "$folder" --deadline "2024-05-01 AoE" "$top"
    expect 0 "$PODIUM" board -w "$folder" --deadline "2024-05-01 AoE"
    stands "$folder" One ranked
    expect 0 "$PODIUM" board -w "$folder" --deadline 2024-05-01T10:00:00Z
    stands "$folder" One late
}

test_as_of_hides_what_came_after() {
    local folder top=$scratch/asof
    folder=$(work)
    entry "$top/one" "One" "$copy_sample"
    entry "$top/two" "Two" "$copy_sample"
    received "$top" one 2023-11-01T00:00:00Z two 2023-11-10T00:00:00Z
    expect 0 "$PODIUM" batch -q -w "$folder" "$top"
    expect 0 "$PODIUM" board -w "$folder" --as-of 2023-11-05T00:00:00Z
    stands "$folder" One ranked
    stands "$folder" Two ""
}

test_without_arrival_data_the_board_says_practice() {
    local folder top=$scratch/practice
    folder=$(work)
    entry "$top/one" "One" "$copy_sample"
    expect 0 "$PODIUM" batch -q -w "$folder" "$top"
    says "practice"
    expect 0 "$PODIUM" board -w "$folder"
    says "practice"
}

test_the_same_record_gives_the_same_bytes() {
    local folder top=$scratch/bytes
    folder=$(work)
    entry "$top/one" "One" "$copy_sample"
    expect 0 "$PODIUM" batch -q -w "$folder" "$top"
    expect 0 "$PODIUM" board -w "$folder" --as-of 2030-01-01T00:00:00Z -o "$scratch/a"
    expect 0 "$PODIUM" board -w "$folder" --as-of 2030-01-01T00:00:00Z -o "$scratch/b"
    cmp "$scratch/a" "$scratch/b"
}

test_equal_entries_are_one_row_wherever_they_lie() {
    local folder top=$scratch/copies
    folder=$(work)
    entry "$top/one" "One" "$copy_sample"
    cp -r "$top/one" "$top/two"
    expect 0 "$PODIUM" batch -q -w "$folder" "$top"
    expect 0 "$PODIUM" board -w "$folder"
    mv "$top/two" "$top/three"
    expect 0 "$PODIUM" batch -q -w "$folder" "$top"
    expect 0 "$PODIUM" batch -q -w "$folder" "$top/one"
    expect 0 "$PODIUM" board -w "$folder"
    stands "$folder" One ranked
}

test_a_late_copy_does_not_hide_the_entry_that_was_in_time() {
    local folder top=$scratch/latecopy
    folder=$(work)
    entry "$top/a-late" "One" "$copy_sample"
    cp -r "$top/a-late" "$top/b-ontime"
    received "$top" b-ontime 2023-11-01T00:00:00Z a-late 2023-12-01T00:00:00Z
    expect 0 "$PODIUM" batch -q -w "$folder" "$top"
    says "recorded now"
    expect 0 "$PODIUM" board -w "$folder"
    stands "$folder" One ranked
}

test_the_working_folder_is_no_part_of_an_entry() {
    entry "$scratch/inside/mine" "Mine" "$copy_sample"
    cd "$scratch/inside/mine"
    expect 0 "$PODIUM" run --task tile .
    cd ..
    expect 0 "$PODIUM" batch -q .
    expect 0 "$PODIUM" batch -q .
    says "nothing to do: 1 entries"
}

test_an_entry_that_cannot_be_read_stops_nobody_else() {
    ((EUID == 0)) || return 0 # an ordinary user is made by root
    local top=$scratch/unreadable folder
    folder=$(mktemp -d "$scratch/user.XXXXXX")
    cp -r "$PODIUM_CASES/cases" "$folder/cases"
    entry "$top/fine" "Fine" "$copy_sample"
    entry "$top/locked" "Locked" "$copy_sample"
    echo secret >"$top/locked/secret"
    mkdir "$top/shut"
    chmod 755 "$scratch"
    chown -R 65534:65534 "$folder" "$top"
    chmod 000 "$top/locked/secret" "$top/shut"
    expect 1 setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=/tmp \
        "$PODIUM" batch -q -w "$folder" --waive cgroup "$top"
    says "entry 'locked'"
    says "entry 'shut'"
    says "recorded now"
}

test_what_was_received_and_is_no_entry_stands_unranked() {
    local folder top=$scratch/received
    folder=$(work)
    entry "$top/fine" "Fine" "$copy_sample"
    mkdir "$top/empty"
    received "$top" fine 2023-11-01T00:00:00Z empty 2023-11-02T00:00:00Z \
        absent 2023-11-03T00:00:00Z
    expect 1 "$PODIUM" batch -q -w "$folder" "$top"
    says "entry 'absent': there is no such folder"
    says "entry 'empty'"
    expect 0 "$PODIUM" board -w "$folder"
    stands "$folder" absent invalid
    stands "$folder" empty invalid
}

test_a_fixed_entry_replaces_the_broken_one() {
    local folder top=$scratch/fixed
    folder=$(work)
    mkdir -p "$top/one"
    echo '{}' >"$top/one/entry.json"
    expect 1 "$PODIUM" batch -q -w "$folder" "$top"
    says_not "$folder"
    entry "$top/one" "One" "$copy_sample"
    expect 0 "$PODIUM" batch -q -w "$folder" "$top"
    expect 0 "$PODIUM" board -w "$folder"
    says_not "invalid"
}

test_a_stamp_is_set_once_and_binds_the_files() {
    local folder top=$scratch/stamp
    folder=$(work)
    entry "$top/one" "One" "$copy_sample"
    received "$top" one 2023-11-01T00:00:00Z
    expect 0 "$PODIUM" batch -q -w "$folder" "$top"
    received "$top" one 2023-12-01T00:00:00Z
    expect 3 "$PODIUM" batch -q -w "$folder" "$top"
    says "recorded as received at 2023-11-01T00:00:00.000Z"
    one_line
    received "$top" one 2023-11-01T00:00:00Z
    echo "better" >"$top/one/after-the-deadline"
    expect 1 "$PODIUM" batch -q -w "$folder" "$top"
    says "not those that were received"
}

test_a_board_shows_only_results_of_its_own_split() {
    local folder top=$scratch/splits
    folder=$(work)
    entry "$top/one" "One" "$copy_sample"
    expect 0 "$PODIUM" batch -q -w "$folder" --cpu-limit 9 "$top"
    expect 0 "$PODIUM" board -w "$folder"
    stands "$folder" One pending # a quick look counts for nothing
    expect 0 "$PODIUM" batch -q -w "$folder" "$top"
    expect 0 "$PODIUM" board -w "$folder"
    stands "$folder" One ranked
    printf '%064d\n' 7 >"$scratch/seed"
    rm "$folder/cases"
    cp -r "$PODIUM_CASES/cases" "$folder/cases"
    expect 0 "$PODIUM" board -q -w "$folder" --split hidden --seed "$scratch/seed"
    stands "$folder" One pending
}

test_a_board_is_made_while_a_batch_runs() {
    local folder top=$scratch/looking
    folder=$(work)
    entry "$top/one" "One" "$copy_sample"
    expect 0 "$PODIUM" batch -q -w "$folder" "$top"
    exec {lock}>"$folder/lock"
    flock -n "$lock"
    expect 0 "$PODIUM" board -w "$folder"
    exec {lock}>&-
}

test_the_board_follows_its_schema() {
    local folder top=$scratch/schema
    folder=$(work)
    entry "$top/one" '<b>&\"One\"</b>' "$copy_sample" # as JSON has it
    entry "$top/late" "Late" "$copy_sample"
    entry "$top/wrong" "Wrong" '["/bin/true"]'
    mkdir "$top/broken"
    echo '[]' >"$top/broken/entry.json"
    received "$top" one 2023-11-01T00:00:00Z late 2024-01-01T00:00:00Z \
        wrong 2023-11-02T00:00:00Z broken 2023-11-03T00:00:00Z
    expect 1 "$PODIUM" batch -q -w "$folder" "$top"
    expect 0 "$PODIUM" board -w "$folder"
    stands "$folder" '<b>&"One"</b>' ranked
    stands "$folder" Late late
    stands "$folder" Wrong no_valid_result
    stands "$folder" broken invalid
    expect 0 "$(dirname "$0")/../../ci/check-schema" "$folder/leaderboard.json"
}

test_a_killed_batch_goes_on_where_it_was() {
    local folder top=$scratch/killed slow
    folder=$(work)
    slow='["/bin/sh", "-c", "sleep 0.3; cp $PODIUM_INPUT/sample_submission.csv $PODIUM_OUTPUT/submission.csv"]'
    for i in 1 2 3 4; do
        entry "$top/e$i" "Team $i" "$slow"
    done
    "$PODIUM" batch -w "$folder" "$top" >/dev/null 2>"$scratch/progress" &
    local podium=$!
    until grep -q "^3/" "$scratch/progress"; do
        kill -0 "$podium" || fail "the batch ended before it could be killed"
        sleep 0.05
    done
    kill -KILL "$podium"
    wait "$podium" 2>/dev/null || true
    expect 0 "$PODIUM" batch --json -q -w "$folder" "$top"
    # Three were recorded for sure; whatever is there is not run again.
    python3 -c 'import json, sys
batch = json.loads(sys.argv[1])
assert batch["present"] >= 3, batch
assert batch["present"] + batch["recorded"] == batch["cases"], batch' "$out"
    expect 0 "$PODIUM" batch -q -w "$folder" "$top"
    says "nothing to do"
}

test_an_interrupted_batch_exits_3_and_can_go_on() {
    local folder top=$scratch/interrupted status=0
    folder=$(work)
    entry "$top/one" "One" '["/bin/sleep", "20"]'
    "$PODIUM" batch -q -w "$folder" "$top" >"$scratch/said" 2>&1 &
    local podium=$!
    until compgen -G "$folder/runs/*/cases/*/*/log" >/dev/null; do
        kill -0 "$podium" || fail "the batch ended early: $(cat "$scratch/said")"
        sleep 0.05
    done
    kill -TERM "$podium"
    wait "$podium" || status=$?
    ((status == 3)) || fail "status $status"
    grep -q "run the batch again" "$scratch/said"
}

test_hostile_names_reach_no_terminal_raw() {
    local folder top=$scratch/names
    folder=$(work)
    entry "$top/one" '<script>alert(1)</script>' "$copy_sample"
    expect 0 "$PODIUM" batch -q -w "$folder" "$top"
    expect 0 "$PODIUM" board -w "$folder"
    entry "$top/two" 'red\u001b[31m' "$copy_sample"
    expect 1 "$PODIUM" batch -q -w "$folder" "$top"
    says_not $'\033'
}

run_tests
