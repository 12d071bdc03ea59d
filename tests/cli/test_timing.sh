#!/usr/bin/env bash
# Cases that are run more than once. No time is looked at: what is asserted follows from how
# often a case is run and from CPU time that an entry takes by its own clock.
set -u
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/loglib.sh"

# limited: a season whose task has a second of CPU time, and so much wall time that a loaded
# machine does not matter.
limited() {
    season
    python3 - "$(dirname "$rules")/tile/task.json" <<'PY'
import json, sys
task = json.load(open(sys.argv[1]))
task["limits"].update(cpu_s=1, wall_s=100)
json.dump(task, open(sys.argv[1], "w"))
PY
}

# burns FOLDER SECONDS: an entry that ends after so much CPU time of its own. Its clock
# starts with Python, some milliseconds after ours.
burns() {
    mkdir -p "$1"
    echo '{"schema": "podium.entry/1", "name": "burns", "team": "Burns",
        "tasks": {"tile": {"run": ["/usr/bin/python3", "-S", "burn.py"]}}}' >"$1/entry.json"
    printf 'import time\nwhile time.process_time() < %s:\n    pass\n' "$2" >"$1/burn.py"
}

# results WORK EXPRESSION: it must hold for r, the list of results below WORK.
results() {
    python3 - "$1" "$2" <<'PY' || fail "not so: $2"
import json, pathlib, sys
r = [json.load(open(p)) for p in pathlib.Path(sys.argv[1], "runs").rglob("result.json")]
sys.exit(0 if r and eval(sys.argv[2]) else f"{r}"[:1500])
PY
}

test_repeats_are_recorded_with_the_reference_beside_each() {
    local folder
    folder=$(work)
    entry "$scratch/five" "Five" "$copy_sample"
    expect 0 "$PODIUM" run -w "$folder" --task tile --repeats 5 "$scratch/five"
    says "of them quiet: CPU time"
    says "times the reference"
    results "$folder" 'all(5 <= len(x["timing"]["samples"]) == x["timing"]["repeats"] <= 15 for x in r)'
    results "$folder" 'all(s["reference_ns"] > 0 for x in r for s in x["timing"]["samples"])'
    results "$folder" 'all(x["timing"]["quiet"] >= 5 or x["timing"]["repeats"] == 15 for x in r)'
    [[ -z $(find "$folder/runs" -name again) ]] || fail "what later runs left is still there"
}

test_one_run_is_not_timed() {
    local folder
    folder=$(work)
    entry "$scratch/once" "Once" "$copy_sample"
    expect 0 "$PODIUM" run -w "$folder" --task tile --repeats 1 "$scratch/once"
    says_not "reference"
    results "$folder" 'not any("timing" in x for x in r)'
}

test_a_number_of_repeats_that_makes_no_sense_is_refused() {
    entry "$scratch/odd" "Odd" "$copy_sample"
    for number in 0 -1 101 x 2x ''; do
        expect 2 "$PODIUM" run -w "$(work)" --repeats "$number" "$scratch/odd"
        says "from 1 to 100"
    done
}

# As many repeats as the competition says, and each number has results of its own.
test_a_batch_repeats_as_the_competition_says_and_the_board_tells() {
    local folder=$scratch/said rules=$scratch/rules.json
    mkdir -p "$folder"
    cp -r "$(work)" "$scratch/said-work"
    entry "$folder/one" "One" "$copy_sample"
    python3 - "$(dirname "$PODIUM")/../share/podium/tasks/competition.json" "$rules" <<'PY'
import json, sys
rules = json.load(open(sys.argv[1]))
rules["timing"] = {"repeats": 3, "warmup": 0}
for track in rules["tracks"]:
    track["tasks"] = [t for t in track["tasks"] if t["id"] == "tile"]
rules["tracks"] = [t for t in rules["tracks"] if t["tasks"]]
json.dump(rules, open(sys.argv[2], "w"))
PY
    local batch=("$PODIUM" batch -q -w "$scratch/said-work" --competition "$rules")
    expect 0 "${batch[@]}" "$folder"
    says "2 recorded now"
    says "drift: the reference took"
    results "$scratch/said-work" 'all(3 <= x["timing"]["repeats"] <= 9 and x["timing"]["warmup"] == 0 for x in r)'
    expect 0 "${batch[@]}" "$folder"
    says "nothing to do"
    says_not "drift"
    expect 0 "$PODIUM" board -q -w "$scratch/said-work" --competition "$rules"
    python3 - "$scratch/said-work/leaderboard.json" <<'PY' || fail "the board does not tell"
import json, sys
row = json.load(open(sys.argv[1]))["tracks"][0]["rows"][0]
cases = [c for t in row["tasks"] for c in t["cases"]]
assert all("of them quiet: median CPU time" in c["timing"]["text"] for c in cases), cases
PY
    expect 0 "${batch[@]}" --repeats 2 "$folder"
    says "2 recorded now"
}

test_a_time_near_below_its_limit_is_run_again() {
    limited
    burns "$scratch/near" 0.95
    "$podium" run -w "$folder" "$scratch/near" >/dev/null || true # which side is the machine's
    results "$folder" 'all("near a limit, so it was run again" in " ".join(x["notes"]) for x in r)'
}

test_a_median_over_its_limit_is_tle_in_the_words_of_the_limit() {
    limited
    burns "$scratch/over" 1.03
    expect 1 "$podium" run -w "$folder" "$scratch/over"
    results "$folder" 'all(x["verdict"] == "TLE" and "s of 1.00 s" in x["message"] for x in r)'
}

test_a_time_far_over_its_limit_is_not_run_again() {
    limited
    burns "$scratch/far" 1000
    expect 1 "$podium" run -w "$folder" --repeats 5 "$scratch/far"
    results "$folder" 'all(x["verdict"] == "TLE" and "s of 1.00 s" in x["message"]
        and "median" not in x["message"] and "timing" not in x for x in r)'
}

test_the_drift_of_a_timed_batch_is_recorded_and_audited() {
    season
    small "$scratch/received/one" One
    expect 0 "$podium" intake -q -w "$folder" "$scratch/received/one"
    expect 0 "$podium" batch -q -w "$folder" --jobs 1 --repeats 2
    expect 0 "$podium" audit -w "$folder"
    says "timed batch of"
    says "the reference on processor"
}

# Whatever this machine is like: each source has a line, and noise is no failure.
test_doctor_names_what_makes_times_differ() {
    "$PODIUM" doctor --json -w "$(work)" >"$scratch/doctor.json"
    python3 - "$scratch/doctor.json" <<'PY' || fail "doctor does not name the noise"
import json, sys
noise = json.load(open(sys.argv[1]))["noise"]
assert [n["source"] for n in noise] == ["frequency", "turbo", "threads", "isolation", "machine",
                                        "pages", "load", "steal"], noise
assert all(n["found"] and n["is_quiet"] == ("advice" not in n) for n in noise), noise
PY
    out=$("$PODIUM" doctor -w "$(work)")
    says "noise in times:"
}

# Every other nanosecond it fails: that none of so many runs does has a chance of 1 in 2^60.
test_an_entry_that_fails_sometimes_fails() {
    local folder
    folder=$(work)
    entry "$scratch/fickle" "Fickle" '["/bin/sh", "-c", "cp /podium/in/sample_submission.csv /podium/out/submission.csv; [ $(($(date +%N | sed s/^0*//) % 2)) = 0 ]"]'
    expect 1 "$PODIUM" run -w "$folder" --task tile --repeats 60 "$scratch/fickle"
    results "$folder" 'all(x["verdict"] == "RTE" and "timing" not in x for x in r)'
}

run_tests
