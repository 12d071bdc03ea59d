#!/usr/bin/env bash
# Workers that are killed, judges that fail, batches that are interrupted.
set -u
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/loglib.sh"

scores='echo "{\"schema\": \"podium.verdict/1\", \"raw\": 0.5, \"unit\": \"x\", \"score\": 1}" >&3; exit 42'

# judge SCORE-COMMANDS: another scorer for the season.
judge() {
    fake_task "$(dirname "$(dirname "$podium")")" "$1"
}

# child PID: the first of its children.
child() {
    local children
    read -r -a children <"/proc/$1/task/$1/children" || true
    echo "${children[0]:-}"
}

# until_true COMMAND...: it succeeds, while podium runs.
until_true() {
    local tries
    for ((tries = 0; tries < 400; tries++)); do
        "$@" && return 0
        kill -0 "$pid" 2>/dev/null || fail "podium ended early: $(cat "$scratch/said")"
        sleep 0.025
    done
    fail "waited in vain for: $*"
}

ended() { # ended STATUS: of the podium in the background
    local status=0
    wait "$pid" || status=$?
    out=$(cat "$scratch/said")
    ((status == $1)) || fail "status $status, not $1: $out"
}

test_a_worker_that_is_killed_is_replaced_and_its_case_tried_again() {
    local top=$scratch/worker pid worker
    season
    mkdir -p "$top"
    small "$top/a" A
    small "$top/b" B
    sed -i 's|\["/bin/true"\]|["/bin/sleep", "1"]|' "$top/a/entry.json"
    expect 0 "$podium" intake -q -w "$folder" "$top"
    : >"$scratch/said"
    "$podium" batch -n 1 -w "$folder" >"$scratch/said" 2>&1 &
    pid=$!
    sandbox_is_there() {
        worker=$(child "$pid")
        [[ -n $worker && -n $(child "$worker") ]] &&
            compgen -G "$folder/runs/*/cases/*/*/log" >/dev/null
    }
    until_true sandbox_is_there
    kill -KILL "$worker"
    ended 0
    says "its worker was ended by signal 9"
    says "2 recorded now"
    says "0 missing"
    [[ $(sql "SELECT count(*) FROM result") == 2 ]] || fail "$(sql "SELECT count(*) FROM result") results"
    expect 0 "$podium" batch -q -w "$folder"
    says "nothing to do"
}

test_a_judge_that_always_fails_is_tried_three_times_and_each_is_on_record() {
    local top=$scratch/judge
    season
    judge 'exit 9'
    small "$top/a" A
    small "$top/b" B
    expect 0 "$podium" intake -q -w "$folder" "$top"
    expect 3 "$podium" batch -q -w "$folder"
    says "2 judge errors"
    says "2 missing"
    [[ $(sql "SELECT case_id, count(*) FROM judge_error GROUP BY digest") == $'tile-x 3\ntile-x 3' ]] ||
        fail "$(sql "SELECT * FROM judge_error")"
    [[ $(sql "SELECT count(*) FROM result") == 0 ]] || fail "a judge error is a result"
    expect 0 "$podium" board -q -w "$folder"
    stands "$folder" A pending
    whole
}

test_a_judge_that_was_mended_judges_what_it_failed_at() {
    local top=$scratch/mended
    season
    judge 'exit 9'
    small "$top/a" A
    small "$top/b" B
    expect 0 "$podium" intake -q -w "$folder" "$top"
    expect 3 "$podium" batch -q -w "$folder"
    judge "$scores"
    expect 0 "$podium" batch -q -w "$folder"
    says "2 recorded now"
    expect 0 "$podium" board -q -w "$folder"
    stands "$folder" A ranked
}

test_an_interrupt_ends_a_batch_cleanly_and_the_next_goes_on() {
    local top=$scratch/interrupt pid i
    season
    for i in 1 2 3 4; do
        small "$top/e$i" "T$i"
        sed -i 's|\["/bin/true"\]|["/bin/sleep", "0.4"]|' "$top/e$i/entry.json"
    done
    expect 0 "$podium" intake -q -w "$folder" "$top"
    : >"$scratch/said" # not what an earlier test read there
    # A shell's background jobs ignore SIGINT; python gives it back.
    python3 -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])' "$podium" batch -n 1 -w "$folder" >"$scratch/said" 2>&1 &
    pid=$!
    one_is_recorded() { grep -q "^1/" "$scratch/said"; }
    until_true one_is_recorded
    kill -INT "$pid"
    ended 3
    says "interrupted: what is recorded stays, run the batch again to go on"
    local before
    before=$(sql "SELECT count(*) FROM result")
    ((before >= 1 && before < 4)) || fail "$before results"
    expect 0 "$podium" batch --json -q -w "$folder"
    [[ $out == *"\"present\": $before,"* && $out == *"\"recorded\": $((4 - before)),"* ]] || fail "$out"
    [[ $(sql "SELECT count(*) FROM result") == 4 ]] || fail "$(sql "SELECT count(*) FROM result") results"
    whole
}

test_a_batch_that_is_killed_leaves_no_process_and_goes_on() {
    local top=$scratch/dead pid worker i
    season
    for i in 1 2 3; do
        small "$top/e$i" "T$i"
        sed -i 's|\["/bin/true"\]|["/bin/sleep", "0.4"]|' "$top/e$i/entry.json"
    done
    expect 0 "$podium" intake -q -w "$folder" "$top"
    : >"$scratch/said"
    "$podium" batch -n 1 -w "$folder" >"$scratch/said" 2>&1 &
    pid=$!
    one_is_recorded() { grep -q "^1/" "$scratch/said"; }
    until_true one_is_recorded
    worker=$(child "$pid")
    kill -KILL "$pid"
    wait "$pid" 2>/dev/null || true
    for ((i = 0; i < 200; i++)); do
        kill -0 "$worker" 2>/dev/null || break
        sleep 0.01
    done
    ! kill -0 "$worker" 2>/dev/null || fail "the worker lives on"
    expect 0 "$podium" batch -q -w "$folder"
    [[ $(sql "SELECT count(*) FROM result") == 3 ]] || fail "$(sql "SELECT count(*) FROM result") results"
    whole
}

run_tests
