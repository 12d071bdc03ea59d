# Sourced by the command-line tests. Each test is a function test_*; run_tests runs them all,
# prints a line for each, and ends with 'N passed, N failed'.
# Given by ctest: PODIUM (the program), PODIUM_CASES (cases made once for all tests).

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() {
    local text="$*"
    echo "    ${text:0:2000}" >&2
    exit 1
}

# expect STATUS COMMAND...: run it, keep what it says in $out, compare the exit status.
expect() {
    local wanted=$1 got=0
    shift
    out=$("$@" 2>&1) || got=$?
    ((got == wanted)) || fail "'$*' gave status $got, not $wanted: $out"
}

# says TEXT: the last command's output holds TEXT.
says() {
    [[ $out == *"$1"* ]] || fail "not said: '$1' in: $out"
}

says_not() {
    [[ $out != *"$1"* ]] || fail "said, and should not be: '$1' in: $out"
}

# one_line: a refusal is a single line.
one_line() {
    (($(wc -l <<<"$out") == 1)) || fail "not one line: $out"
}

# work: a new working folder with the cases that were made once.
work() {
    local folder
    folder=$(mktemp -d "$scratch/work.XXXXXX")
    ln -s "$PODIUM_CASES/cases" "$folder/cases"
    echo "$folder"
}

# entry FOLDER TEAM COMMAND-JSON [BUILD-JSON]: an entry that plays both tasks.
entry() {
    local build=${4:+"\"build\": $4, "}
    mkdir -p "$1"
    cat >"$1/entry.json" <<JSON
{"schema": "podium.entry/1", "name": "$(basename "$1")", "team": "$2", $build
 "tasks": {"tile": {"run": $3}, "layout": {"run": $3}}}
JSON
}

# The sample file as it is: every configuration in index order, a valid if poor answer.
copy_sample='["/bin/cp", "/podium/in/sample_submission.csv", "/podium/out/submission.csv"]'

# A copy of podium's tree whose tile program can be replaced by a script.
tree() {
    local prefix
    prefix=$(mktemp -d "$scratch/prefix.XXXXXX")
    mkdir -p "$prefix/bin" "$prefix/libexec/podium" "$prefix/share/podium"
    cp "$PODIUM" "$prefix/bin/podium"
    cp "$(dirname "$PODIUM")"/../libexec/podium/* "$prefix/libexec/podium/"
    cp -rL "$(dirname "$PODIUM")/../share/podium/tasks" "$prefix/share/podium/tasks"
    echo "$prefix"
}

# A tile program that makes one tiny case and scores as the text in $2 says.
fake_task() { # fake_task PREFIX SCORE-COMMANDS
    cat >"$1/libexec/podium/tile" <<SH
#!/bin/sh
if [ "\$1" = generate ]; then
    for last; do :; done
    mkdir -p "\$last/tile-x/in" "\$last/tile-x/ref"
    echo "hello \$3" >"\$last/tile-x/in/file" # the split
    exit 0
fi
[ "\$1" != prepare ] || exit 0 # an empty file is there already
$2
SH
    chmod +x "$1/libexec/podium/tile"
}

# only_tile PREFIX: a competition of that one task.
only_tile() {
    python3 - "$1/share/podium/tasks/competition.json" <<'PY'
import json, sys
path = sys.argv[1]
rules = json.load(open(path))
for track in rules["tracks"]:
    track["tasks"] = [t for t in track["tasks"] if t["id"] == "tile"]
rules["tracks"] = [t for t in rules["tracks"] if t["tasks"]]
json.dump(rules, open(path, "w"))
PY
}

nothing='["/bin/true"]'

# received FOLDER [SUB INSTANT]...: arrival times as intake writes them.
received() {
    local top=$1 rows="" seq=0
    shift
    while (($# > 0)); do
        seq=$((seq + 1))
        rows+="${rows:+, }\"$1\": {\"received_at\": \"$2\", \"seq\": $seq}"
        shift 2
    done
    echo "{\"schema\": \"podium.received/1\", \"entries\": {$rows}}" >"$top/received.json"
}

# standing BOARD TEAM: "ranked", or the code of the reason why not.
standing() {
    python3 - "$1" "$2" <<'PY'
import json, sys
board = json.load(open(sys.argv[1]))
track = board["tracks"][0]
for row in track["rows"]:
    if row["team"] == sys.argv[2]:
        print("ranked")
for row in track.get("unranked", []):
    if row["team"] == sys.argv[2]:
        print(row["reason"])
PY
}

stands() { # stands FOLDER TEAM STANDING
    local got
    got=$(standing "$1/leaderboard.json" "$2")
    [[ $got == "$3" ]] || fail "team $2 stands as '$got', not '$3'"
}

run_tests() {
    local passed=0 failed=0 name
    for name in $(declare -F | awk '$3 ~ /^test_/ {print $3}'); do
        # Not as a condition: bash forgets set -e inside of one, and nothing could fail.
        (
            set -eE
            "$name"
        )
        if (($? == 0)); then
            passed=$((passed + 1))
            echo "ok   ${name#test_}"
        else
            failed=$((failed + 1))
            echo "FAIL ${name#test_}"
        fi
    done
    echo "$passed passed, $failed failed"
    ((failed == 0))
}
