#!/usr/bin/env bash
# The runner's side of interactive tasks: an environment that is a script, entries that end in
# every way, and what each comes to. The channel itself is tested by unit.sdk_channel.
set -u
. "$(dirname "$0")/lib.sh"

# The environment doubles numbers for three steps, in lines. It ends as the SDK's does: 42 and a
# verdict, or 43 and a verdict with a fault.
environment='
[ "$1 $2" = "play --text" ] || exit 9
verdict() {
    printf "{\"schema\": \"podium.verdict/1\", \"raw\": %s, \"unit\": \"x\", \"score\": %s, $3 \"message\": \"$4\"}" $1 $2 >&3
}
lost() { # lost FAULT WHY
    verdict 0.1 0 "\"fault\": \"$1\"," "step $step: $2"
    exit 43
}
trap "" PIPE
for step in 1 2 3; do
    echo "$step" 2>&- || lost left "it left"
    if ! read -r answer; then lost left "it left"; fi
    [ "$answer" != slow ] || { sleep 1; lost late "no answer within 1 s"; }
    [ "$answer" = $((2 * step)) ] || lost wrong "it said $answer"
done
echo END
verdict 0.75 50 "" "all answered"
exit 42'

setup_tree() {
    prefix=$(tree)
    fake_task "$prefix" "${1:-$environment}"
    only_tile "$prefix"
    podium=$prefix/bin/podium
    python3 - "$prefix/share/podium/tasks/tile/task.json" <<'PY'
import json, sys
task = json.load(open(sys.argv[1]))
task["kind"] = "interact"
task["limits"]["cpu_s"], task["limits"]["wall_s"] = 1, 5
task["prepares"] = False
json.dump(task, open(sys.argv[1], "w"))
PY
    folder=$(mktemp -d "$scratch/w.XXXXXX")
}

# talker NAME SCRIPT: an entry that speaks lines.
talker() {
    mkdir -p "$scratch/in/$1"
    printf '#!/bin/sh\n%s\n' "$2" >"$scratch/in/$1/run.sh"
    chmod +x "$scratch/in/$1/run.sh"
    cat >"$scratch/in/$1/entry.json" <<JSON
{"schema": "podium.entry/1", "name": "$1", "team": "Team $1",
 "tasks": {"tile": {"run": ["./run.sh"], "protocol": "text"}}}
JSON
}

doubles='while read -r n && [ "$n" != END ]; do echo $((2 * n)); done'

# comes_to NAME SCRIPT VERDICT MESSAGE: run it, one case.
comes_to() {
    talker "$1" "$2"
    "$podium" run --json -w "$folder" "$scratch/in/$1" >"$scratch/run.json" 2>"$scratch/run.err" || true
    python3 - "$scratch/run.json" "$3" "$4" <<'PY' || fail "$1: $(grep -A3 verdict "$scratch/run.json" | tail -40; cat "$scratch/run.err")"
import json, sys
results = json.load(open(sys.argv[1]))
result = results["results"][0] if "results" in results else results[0]
verdict, message = result["verdict"], result.get("message") or ""
print(verdict, message)
sys.exit(not (verdict == sys.argv[2] and sys.argv[3] in message and
              ("raw" in result) == (verdict == "OK")))
PY
}

test_a_dialogue_is_scored_by_its_environment() {
    setup_tree
    comes_to doubles "$doubles" OK "all answered"
    python3 - "$scratch/run.json" <<'PY' || fail "$(cat "$scratch/run.json")"
import json, sys
result = json.load(open(sys.argv[1]))["results"][0]
sys.exit(not (result["raw"] == .75 and result["score"] == 50 and result["cpu_ns"] > 0))
PY
}

test_every_way_to_spoil_a_dialogue_has_its_verdict_and_names_the_step() {
    setup_tree
    comes_to leaves 'read -r n; echo 2' WA "step 2: it left"
    comes_to leaves-at-once 'exit 0' WA "step 1: it left"
    comes_to fails 'read -r n; echo 2; exit 3' RTE "exit status 3; step 2: it left"
    comes_to dies 'read -r n; echo 2; kill -SEGV $$' RTE "signal 11"
    comes_to lies 'read -r n; echo 7; while :; do sleep 1; done' WA "step 1: it said 7"
    comes_to lies-and-fails 'read -r n; echo 7; exit 3' WA "step 1: it said 7"
    comes_to lies-and-tries 'read -r n; echo 7; exec python3 -c "import ctypes; ctypes.CDLL(None).ptrace(0, 0, 0, 0)"' SV "ptrace"
    comes_to slow 'read -r n; echo slow; while :; do sleep 1; done' TLE "step 1: no answer"
    comes_to burns 'read -r n; while :; do :; done' TLE "CPU time"
    comes_to stays "$doubles; while :; do sleep 1; done" OK ""
    comes_to fails-at-the-end "$doubles; exit 3" RTE "exit status 3; after the last step"
    comes_to refused 'read -r n; exec python3 -c "import ctypes; ctypes.CDLL(None).ptrace(0, 0, 0, 0)"' SV "ptrace"
}

test_an_environment_that_fails_is_never_the_entrys_fault() {
    setup_tree 'echo 1; read -r n; exit 5'
    comes_to honest "$doubles" JE "environment of task 'tile'"
    setup_tree 'echo 1; read -r n; echo "{}" >&3; exit 42'
    comes_to honest "$doubles" JE "environment of task 'tile'"
    setup_tree "printf '%s' '{\"schema\": \"podium.verdict/1\", \"raw\": 1, \"unit\": \"x\", \"score\": 1, \"fault\": \"bored\", \"message\": \"\"}' >&3; exit 43"
    comes_to honest "$doubles" JE ".fault: expected left, wrong or late"
}

test_an_environment_that_rejects_without_a_fault_has_not_scored() {
    setup_tree "printf '%s' '{\"schema\": \"podium.verdict/1\", \"message\": \"no game\"}' >&3; exit 43"
    comes_to honest "$doubles" WA "no game"
}

test_answers_without_a_command_are_no_dialogue() {
    setup_tree
    talker answers ""
    sed -i 's/"run": .*"text"/"output": "."/' "$scratch/in/answers/entry.json"
    expect 1 "$podium" run -w "$folder" "$scratch/in/answers"
    says "task 'tile' is a dialogue and needs a command"
}

test_a_file_of_predictions_is_not_given_to_an_environment() {
    setup_tree
    echo ID,TopConfigs >"$scratch/answers.csv"
    expect 0 "$podium" score -q -w "$folder" "$scratch/answers.csv"
    says "task 'tile' is a dialogue: no file answers it"
    says_not JE
}

test_a_check_that_goes_on_leaves_what_is_done() {
    setup_tree
    local entries=$prefix/share/podium/tasks/tile/entries
    rm -rf "$entries" "$prefix/share/podium/tasks/entries"
    talker one "$doubles"
    mkdir -p "$entries/scored"
    cp -r "$scratch/in/one" "$entries/scored/one"
    "$podium" task check tile --work "$folder" >"$scratch/check" 2>&1 || true
    talker two "$doubles"
    cp -r "$scratch/in/two" "$entries/scored/two"
    "$podium" task check tile --work "$folder" >"$scratch/check" 2>&1 || true
    grep -q "1 cases, 2 sample entries" "$scratch/check" || fail "$(cat "$scratch/check")"
    if grep "sample entry '" "$scratch/check"; then fail "it complains of one that was fine"; fi
}

test_the_entry_sees_neither_the_case_nor_the_environment() {
    setup_tree
    comes_to looks 'ls /podium/case /podium/task /podium/bin /podium/in/../ref 2>&1 | grep -v "No such\|cannot" >&2
[ "$(ls /podium)" = "in
sdk" ] || exit 7
ls /proc | grep -c "^[0-9]" >&2
'"$doubles" OK "all answered"
}

test_a_batch_of_dialogues_is_recorded_and_shown() {
    setup_tree
    rm -rf "$scratch/in"
    talker doubles "$doubles"
    talker lies 'read -r n; echo 7'
    expect 0 "$podium" batch -q -w "$folder" "$scratch/in"
    says "2 entries, 2 cases: 2 recorded now"
    expect 0 "$podium" batch -q -w "$folder" "$scratch/in"
    says "nothing to do"
    expect 0 "$podium" board -q -w "$folder"
    says "1  Team doubles"
    says "Team lies / lies: no valid result (WA)"
}

test_what_a_task_gives_to_its_entries_is_there_and_a_change_of_it_runs_them_anew() {
    setup_tree
    rm -rf "$scratch/in"
    local kit=$prefix/share/podium/tasks/tile/kit
    mkdir "$kit"
    echo 2 >"$kit/factor"
    talker reads 'read -r factor <"$PODIUM_KIT/tile/factor"; read -r built <factor
while read -r n && [ "$n" != END ]; do echo $((n * built * factor / 2)); done'
    sed -i 's|"tasks"|"build": ["sh", "-c", "cp $PODIUM_KIT/tile/factor ."], "tasks"|' \
        "$scratch/in/reads/entry.json"
    expect 0 "$podium" batch -q -w "$folder" "$scratch/in"
    says "1 recorded now"
    expect 0 "$podium" board -q -w "$folder"
    says "1  Team reads"
    echo 3 >"$kit/factor"
    expect 0 "$podium" batch -q -w "$folder" "$scratch/in"
    says "1 recorded now"
    expect 0 "$podium" board -q -w "$folder"
    says "Team reads / reads: no valid result (WA)"
}

run_tests
