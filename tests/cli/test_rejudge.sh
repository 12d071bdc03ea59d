#!/usr/bin/env bash
# Judging again beside what stands, whose turn it is, and what an audit tells.
set -u
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/loglib.sh"

# A season whose scorer can be another one: its score is what the entry's own file "score" says.
scored_by() { # scored_by TREE FACTOR
    fake_task "$1" "for output; do :; done
value=\$(cat \"\$output/score\" 2>/dev/null || echo 0)
printf '{\"schema\": \"podium.verdict/1\", \"raw\": %s, \"unit\": \"x\", \"score\": %s}' \\
    \"\$(awk -v v=\"\$value\" 'BEGIN { print v * $2 }')\" 50 >&3
exit 42"
}

received() { # two entries, received and judged
    local name
    season
    prefix=$(dirname "$podium")/..
    scored_by "$prefix" 1
    for name in low high; do
        mkdir -p "$scratch/in/$name"
        [[ $name == low ]] && echo .25 >"$scratch/in/$name/score" || echo .5 >"$scratch/in/$name/score"
        cat >"$scratch/in/$name/entry.json" <<JSON
{"schema": "podium.entry/1", "name": "$name", "team": "Team $name", "tasks": {"tile": {"output": "."}}}
JSON
    done
    expect 0 "$podium" intake -q -w "$folder" "$scratch/in"
    expect 0 "$podium" batch -q -w "$folder"
    says "2 recorded now"
}

ranks() { "$podium" board -q -w "$folder" | sed -n 's/^ *\([0-9][0-9]*  Team.*\)/\1/p'; }

rejudge() { expect 0 "$podium" rejudge -q -w "$folder" "$@"; }

test_another_scorer_is_shown_and_stands_only_when_applied() {
    local prefix before
    received
    before=$(ranks)
    [[ $before == *"1  Team high"*"0.500"*"2  Team low"*"0.250"* ]] || fail "board: $before"
    rejudge
    says "0 entries in a task judged anew"

    scored_by "$prefix" "1 / (4 * v * v)" # the lower one is the better now
    [[ -z $(ranks) ]] || fail "an old result is shown under a new scorer: $(ranks)"
    expect 0 "$podium" batch -q -w "$folder"
    says "2 entries were judged by another scorer"
    rejudge
    says "\"low\" of \"Team low\"  tile-x: OK 0.25 -> OK 1 (scorer changed)"
    says_not "\"high\" of" # its value is the same by both
    says "\"Team low\": rank 2 -> 1, score 0.250 -> 1.000"
    says "\"Team high\": rank 1 -> 2"
    says "nothing is applied without --apply"
    [[ -z $(ranks) ]] || fail "applied without being asked"
    expect 2 "$podium" rejudge -w "$folder" --apply
    says "--apply needs --reason"
    rejudge --apply --reason "the scorer was upside down"
    says ": applied"
    [[ $(ranks) == *"1  Team low"*"1.000"*"2  Team high"* ]] || fail "board: $(ranks)"
    [[ $("$podium" log -w "$folder" | tail -n 1) == *'"kind":"rejudged"'*'upside down'* ]] ||
        fail "it is not in the log"
    expect 0 "$podium" batch -q -w "$folder"
    says "nothing to do"
    rejudge
    says "0 entries in a task judged anew"
}

test_another_policy_makes_results_stale() {
    local prefix
    received
    sed 's/"why": "/"why": "./' "$(dirname "$0")/../../sandbox/policy/default.json" >"$folder/policy.json"
    expect 0 "$podium" rejudge -q -w "$folder" --policy "$folder/policy.json"
    says "2 entries in a task judged anew, 0 results differ"
}

test_one_entry_may_be_named() {
    local prefix
    received
    scored_by "$prefix" 2
    rejudge 2
    says "1 entries in a task judged anew"
    expect 2 "$podium" rejudge -q -w "$folder" 9
    says "there is no entry '9'"
}

# Three of one team before one of another: that one is second, not fourth.
test_teams_take_turns() {
    local name order
    season
    for name in a1 a2 a3; do
        small "$scratch/turns/$name" "Greedy"
    done
    small "$scratch/turns/b1" "Modest"
    expect 0 "$podium" intake -q -w "$folder" "$scratch/turns"
    expect 0 "$podium" batch --jobs 1 -w "$folder"
    order=$(sed -n 's/.*left: \([ab][0-9]\) on .*/\1/p' <<<"$out" | uniq | tr '\n' ' ')
    [[ $order == "a1 b1 a2 a3 " ]] || fail "order: $order"
}

test_an_audit_tells_what_to_look_at() {
    local body
    season
    small "$scratch/audited/a" A
    small "$scratch/audited/b" B
    sed -i 's/"name": "b"/"name": "a"/; s/"team": "B"/"team": "A"/' "$scratch/audited/b/entry.json"
    expect 0 "$podium" intake -q -w "$folder" "$scratch/audited"
    expect 0 "$podium" audit -w "$folder"
    says "ok    the chain holds"
    says "is pending"
    expect 0 "$podium" batch -q -w "$folder"
    expect 0 "$podium" audit -w "$folder"
    says_not "is pending"
    says "bits an entry"
    body=$(find "$folder/entries" -name entry.json | head -n 1)
    echo >>"$body"
    rm -f "$folder"/receipts/*.json
    expect 3 "$podium" audit -w "$folder"
    says "FAIL  entry"
    says "its files are not what was received"
    says "receipts are missing"
    "$podium" audit --json -w "$folder" >"$scratch/audit.json" && fail "status 0"
    python3 -c 'import json, sys
told = json.load(open(sys.argv[1]))
assert told["schema"] == "podium.audit/1" and told["failed"] == 1, told' "$scratch/audit.json"
}

run_tests
