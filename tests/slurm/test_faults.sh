#!/usr/bin/env bash
# A batch by Slurm where Slurm fails in each of its ways: no cluster is needed, see fake.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../cli/lib.sh"

# slurm MODE: a fresh fake, two entries and a working folder; then $batch is the command.
slurm() {
    local program
    FAKE=$(mktemp -d "$scratch/fake.XXXXXX")
    mkdir "$FAKE/bin" "$FAKE/entries" "$FAKE/tmp"
    for program in sbatch squeue scontrol scancel sinfo; do
        ln -s "$here/fake" "$FAKE/bin/$program"
    done
    echo "$1" >"$FAKE/mode"
    : >"$FAKE/calls"
    entry "$FAKE/entries/one" "One" "$copy_sample"
    folder=$(work)
    echo '{"schema": "podium.slurm/1", "poll_ms": 100, "rounds": 2, "call_timeout_s": 2}' \
        >"$FAKE/slurm.json"
    batch=(env "PATH=$FAKE/bin:$PATH" "$PODIUM" batch -q -w "$folder" --executor slurm
        --slurm "$FAKE/slurm.json" "$FAKE/entries")
    # Wherever tests run, the cgroup layer is not what they are about.
    ((EUID == 0)) || batch+=(--waive cgroup)
}

calls() { # calls WHAT NUMBER
    local got
    got=$(grep -c "^$1" "$FAKE/calls") || true
    ((got == $2)) || fail "$got calls of '$1', not $2: $(cat "$FAKE/calls")"
}

# All results are recorded, and nothing of the batch is left on the shared folder.
complete() {
    says "6 recorded now, 0 were there, 0 missing"
    [[ ! -e $folder/slurm ]] || fail "left: $(find "$folder/slurm")"
}

lines() { # lines NUMBER TEXT: so many lines have it
    local got
    got=$(grep -c "$2" <<<"$out") || true
    ((got == $1)) || fail "$got lines have '$2', not $1: $out"
}

test_results_come_home_and_the_board_is_made() {
    slurm plain
    expect 0 "${batch[@]}"
    complete
    calls sbatch 1
    says "node fake2 is drained*: bad fan"
    expect 0 "$PODIUM" board -w "$folder"
    says "One"
    expect 0 "${batch[@]}"
    says "nothing to do"
    calls sbatch 1
}

test_what_an_entry_said_is_where_it_always_is() {
    slurm plain
    expect 0 "${batch[@]}"
    (($(find "$folder"/runs/*/cases -name log | wc -l) == 6)) || fail "$(find "$folder/runs")"
    (($(find "$folder"/runs/*/cases -name result.json | wc -l) == 6)) || fail "no results"
    [[ -z $(ls -A "$FAKE/tmp") ]] || fail "a private folder stays: $(ls -A "$FAKE/tmp")"
}

test_options_of_the_file_reach_sbatch_and_no_shell() {
    slurm plain
    cat >"$FAKE/slurm.json" <<'JSON'
{"schema": "podium.slurm/1", "poll_ms": 100, "partition": "big; rm", "time_limit_minutes": 30,
 "cpus": 2, "memory_mib": 5000, "exclusive": true, "extra": ["--qos=$(id)"]}
JSON
    expect 0 "${batch[@]}" --jobs 3
    grep -qF -- "--partition=big; rm --time=30 --cpus-per-task=2 --mem=5000M --exclusive --qos=\$(id)" \
        "$FAKE/calls" || fail "$(cat "$FAKE/calls")"
    grep -qF -- "--array=0-0%3 " "$FAKE/calls" || fail "$(cat "$FAKE/calls")"
}

test_jobs_get_no_environment_but_what_they_need() {
    slurm plain
    export SECRET=token SBATCH_WAIT=1 SQUEUE_STATES=CD SLURM_JOB_ID=5 SLURM_CONF=/etc/x.conf
    expect 0 "${batch[@]}"
    complete
    # bash adds the last three.
    local names
    names=$(cut -d= -f1 "$FAKE/environment" | sort | paste -sd ' ')
    [[ $names =~ ^(HOME\ )?(LD_LIBRARY_PATH\ )?(LOGNAME\ )?PATH\ PWD\ SHLVL\ SLURM_CONF\ (USER\ )?_$ ]] ||
        fail "$names"
}

test_arrays_are_cut_to_size() {
    slurm plain
    entry "$FAKE/entries/two" "Two" "$copy_sample"
    entry "$FAKE/entries/three" "Three" "$copy_sample"
    echo '{"schema": "podium.slurm/1", "poll_ms": 100, "max_array": 2}' >"$FAKE/slurm.json"
    expect 0 "${batch[@]}"
    says "18 recorded now"
    calls "sbatch .*--array=0-1" 1
    calls "sbatch .*--array=0-0" 1
}

test_a_wrong_configuration_is_one_line_and_usage() {
    slurm plain
    echo '{"schema": "podium.slurm/1", "queue": "x"}' >"$FAKE/slurm.json"
    expect 2 "${batch[@]}"
    says "slurm.json: .queue:"
    one_line
    echo '{"schema": "podium.slurm/1", "extra": ["--arr=0-5"]}' >"$FAKE/slurm.json"
    expect 2 "${batch[@]}"
    says '.extra[0]: "--arr=0-5" is set by podium'
    one_line
    rm "$FAKE/slurm.json"
    expect 2 "${batch[@]}"
    one_line
    expect 2 "$PODIUM" batch -w "$folder" --executor moon "$FAKE/entries"
    expect 2 "$PODIUM" batch -w "$folder" --slurm x.json "$FAKE/entries"
}

test_a_refusal_is_one_line_and_ends_the_batch() {
    slurm refuse
    expect 3 "${batch[@]}"
    lines 1 "slurm does not take the jobs: sbatch gave exit status 1: .*Invalid partition name"
    calls sbatch 3
}

test_an_answer_that_got_lost_is_found_by_name() {
    slurm lost
    expect 0 "${batch[@]}"
    complete
    calls sbatch 1
}

test_a_forgotten_task_is_submitted_again() {
    slurm forget
    expect 0 "${batch[@]}"
    complete
    calls sbatch 2
    lines 1 "entry 'one': its job ended without 6 of 6 results, try 1 of 2"
}

test_what_never_runs_is_reported_missing() {
    slurm never
    expect 3 "${batch[@]}"
    lines 1 "entry 'one': 6 cases have no result after 2 submissions"
    says "0 recorded now, 0 were there, 6 missing"
    calls sbatch 2
    echo plain >"$FAKE/mode"
    expect 0 "${batch[@]}" # another batch may try again
    complete
}

test_a_task_held_by_slurm_is_released() {
    slurm held
    expect 0 "${batch[@]}"
    complete
    lines 1 "task 70_0 is held by Slurm after a failed launch: released"
    calls "scontrol release 70_0" 1
}

test_a_task_held_by_a_person_is_left_alone() {
    slurm paused
    expect 0 "${batch[@]}"
    complete
    lines 1 "task 70_0 is held by a person"
    calls scontrol 0
}

test_a_controller_that_is_away_is_waited_for() {
    slurm away
    expect 0 "${batch[@]}"
    complete
    lines 1 "slurm does not answer.*Unable to contact slurm controller"
    lines 1 "slurm answers again"
}

test_a_call_that_hangs_is_ended() {
    slurm hang
    expect 0 "${batch[@]}"
    complete
    lines 1 "squeue gave no answer in 2 s"
}

test_an_answer_that_cannot_be_read_ends_the_batch() {
    slurm babble
    expect 3 "${batch[@]}"
    lines 1 'squeue says "what is a queue?", which is not JOB|TASK|STATE|NAME|REASON'
}

test_without_slurm_it_is_one_line() {
    slurm plain
    rm "$FAKE"/bin/*
    batch[1]="PATH=$FAKE/bin"
    expect 3 "${batch[@]}"
    says "cannot start 'sbatch'"
    one_line
}

damaged() { # damaged MODE TEXT
    slurm "$1"
    expect 0 "${batch[@]}"
    lines 1 "entry 'one': a result is damaged, set aside"
    says "$2"
    says "6 recorded now"
    calls sbatch 2
    # Only what was damaged ran again.
    lines 1 "its job ended without 1 of 6 results"
}

test_a_garbage_result_is_set_aside_and_run_again() {
    damaged garbage "line 1, column 2"
}

test_a_truncated_result_is_set_aside_and_run_again() {
    damaged truncated "results/"
}

test_a_result_under_a_wrong_name_is_set_aside_and_run_again() {
    damaged swapped ".key: is that of another result"
}

# One file of answers for all collections: a job for one case must know of the others' rows.
test_answers_are_scored_as_on_this_machine() {
    slurm truncated
    rm -r "$FAKE/entries/one"
    mkdir "$FAKE/entries/answers"
    echo '{"schema": "podium.entry/1", "name": "answers", "team": "Answers",
           "tasks": {"tile": {"output": "."}, "layout": {"output": "."}}}' \
        >"$FAKE/entries/answers/entry.json"
    cat "$folder"/cases/*/public-*/*/in/sample_submission.csv | awk '!seen[$0]++' \
        >"$FAKE/entries/answers/submission.csv"
    expect 0 "${batch[@]}"
    says "6 recorded now"
    calls sbatch 2
    local verdicts
    verdicts=$(python3 -c 'import sqlite3, sys
for row in sqlite3.connect(sys.argv[1]).execute("SELECT verdict FROM result"):
    print(*row)' "$folder/podium.sqlite" | sort | uniq -c)
    [[ $verdicts =~ ^\ *6\ OK$ ]] || fail "$verdicts"
}

test_what_was_received_runs_there_too() {
    slurm plain
    rm "$folder/cases"
    cp -r "$PODIUM_CASES/cases" "$folder/cases"
    expect 0 "$PODIUM" intake -q -w "$folder" --now "$FAKE/entries"
    expect 0 "${batch[@]:0:${#batch[@]}-1}" --late # the deadline was in 2023
    complete
    says_not "practice"
    expect 0 "$PODIUM" board -w "$folder"
    says "One"
}

test_of_two_results_the_first_counts() {
    slurm twice
    entry "$FAKE/entries/one" "One" \
        '["/bin/sh", "-c", "sleep 0.2; cp /podium/in/sample_submission.csv /podium/out/submission.csv"]'
    expect 0 "${batch[@]}"
    complete
    lines 1 "cases were run twice, the first result of each counts"
}

test_a_judge_error_is_tried_again_and_never_a_result() {
    slurm judge
    expect 3 "${batch[@]}"
    says "entry 'one': judge error on node 'fake1', try 2 of 2: the scorer broke"
    says "6 judge errors, 0 failed entries"
    calls sbatch 2
}

test_a_node_with_another_podium_refuses() {
    slurm other
    expect 3 "${batch[@]}"
    says "node 'fake1': this podium is not the one that made the job"
    says "6 missing"
}

test_a_case_with_another_key_is_refused() {
    slurm changed
    expect 3 "${batch[@]}"
    says "has another key here: the case, the policy or the kit is not the one of the job"
}

test_a_job_file_can_be_run_by_hand_and_once() {
    slurm never
    expect 3 "${batch[@]}"
    local job=$folder/slurm/aside/2/0.json results
    # A batch that gave up leaves its arrays for whoever looks.
    expect 0 "$PODIUM" work "$job"
    says "6 results, 0 were there"
    results=$(cat "$folder"/slurm/results/*.json | sha256sum)
    expect 0 "$PODIUM" work "$job"
    says "0 results, 6 were there"
    [[ $results == $(cat "$folder"/slurm/results/*.json | sha256sum) ]] || fail "changed"
    expect 0 "${batch[@]}" # they come home without a job
    complete
}

test_a_job_file_that_is_none_is_one_line() {
    slurm plain
    expect 3 "$PODIUM" work "$scratch/none.json"
    one_line
    echo '{"schema": "podium.job/1", "entry": "/x"}' >"$scratch/half.json"
    expect 3 "$PODIUM" work "$scratch/half.json"
    one_line
    expect 2 "$PODIUM" work
}

test_a_private_folder_that_a_killed_job_left_is_removed() {
    local left
    slurm plain
    left=$(mktemp -d "$FAKE/tmp/podium-work-XXXXXX")
    expect 0 "${batch[@]}"
    [[ ! -e $left ]] || fail "$left stays"
}

test_a_stopped_batch_cancels_its_arrays() {
    slurm never
    echo '{"schema": "podium.slurm/1", "poll_ms": 60000}' >"$FAKE/slurm.json"
    local status=0
    "${batch[@]}" >"$scratch/said" 2>&1 &
    local podium=$!
    until grep -q "^sinfo" "$FAKE/calls"; do
        kill -0 "$podium" || fail "the batch ended early: $(cat "$scratch/said")"
        sleep 0.05
    done
    kill -INT "$podium" 2>/dev/null || true
    kill -TERM "$podium"
    wait "$podium" || status=$?
    ((status == 3)) || fail "status $status: $(cat "$scratch/said")"
    grep -q "1 arrays were cancelled" "$scratch/said" || fail "$(cat "$scratch/said")"
    calls "scancel --quiet --name=podium-" 1
}

run_tests
