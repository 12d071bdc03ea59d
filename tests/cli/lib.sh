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
