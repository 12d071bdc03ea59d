#!/usr/bin/env bash
# The board in other tools' formats: podium board --format.
set -u
. "$(dirname "$0")/lib.sh"
check_schema=$(dirname "$0")/../../ci/check-schema

# A working folder in $folder with one scored team, one whose entry fails and a late one; made
# once, for the tests only look.
made() {
    folder=$scratch/made
    [[ ! -d $folder ]] || return 0
    local top=$scratch/entries
    mv "$(work)" "$folder"
    entry "$top/one" 'Ada, \"Co\"' "$copy_sample" # as JSON has it
    entry "$top/late" "Late" "$copy_sample"
    entry "$top/wrong" "Wrong" '["/bin/true"]'
    received "$top" one 2023-11-01T00:00:00Z late 2024-01-01T00:00:00Z \
        wrong 2023-11-02T00:00:00Z
    expect 0 "$PODIUM" batch -q -w "$folder" "$top"
}

board() { # board STATUS WORD...: of that folder, at one instant
    expect "$1" "$PODIUM" board -w "$folder" --as-of 2024-06-01T00:00:00Z "${@:2}"
}

test_help_lists_every_format() {
    expect 0 "$PODIUM" board --help
    for format in csv clics codabench gradescope markdown atom; do
        says "  $format "
    done
    says "(with --team)"
}

test_a_format_goes_to_standard_output_and_writes_no_file() {
    made
    board 0 --format csv
    says "Rank,TeamId,TeamName,LastSubmissionDate,Score,SubmissionCount,TeamMemberUserNames"
    says '"Ada, ""Co""",2023-11-01 00:00:00,'
    says_not "Late"
    [[ ! -e $folder/leaderboard.json ]] || fail "leaderboard.json is written"
}

test_a_format_goes_to_the_file_that_is_named() {
    made
    board 0 --format atom -o "$scratch/feed.atom"
    [[ -z $out ]] || fail "printed: $out"
    python3 - "$scratch/feed.atom" <<'PY' || fail "$(cat "$scratch/feed.atom")"
import sys, xml.etree.ElementTree
feed = xml.etree.ElementTree.parse(sys.argv[1]).getroot()
atom = "{http://www.w3.org/2005/Atom}"
titles = [e.find(atom + "title").text for e in feed.findall(atom + "entry")]
assert titles == ['Ada, "Co": rank 1, new on the board'], titles
assert feed.find(atom + "updated").text == "2023-11-01T00:00:00.000Z"
PY
}

test_json_formats_follow_their_schemas() {
    made
    board 0 --format clics -o "$scratch/clics.json"
    board 0 --format codabench --team 'Ada, "Co"' -o "$scratch/codabench.json"
    board 0 --format gradescope --team Wrong -o "$scratch/gradescope.json"
    board 0 -o "$scratch/leaderboard.json"
    for format in clics codabench gradescope leaderboard; do
        expect 0 "$check_schema" --schema "$format" "$scratch/$format.json"
    done
    # The contest starts with the first phase of tasks/competition.json: 29 August 2023.
    grep -q '"started": "2023-08-29T00:00:00.000Z"' "$scratch/clics.json" ||
        fail "$(cat "$scratch/clics.json")"
}

test_the_same_record_gives_the_same_bytes() {
    made
    for format in csv clics markdown atom; do
        board 0 --format "$format" -o "$scratch/first"
        board 0 --format "$format" -o "$scratch/second"
        cmp "$scratch/first" "$scratch/second" || fail "$format differs"
    done
}

test_what_cannot_be_exported_exits_2_and_says_why() {
    made
    board 2 --format xls
    says 'no format "xls": it is one of csv,'
    one_line
    board 2 --format csv --track nowhere
    says 'no track "nowhere"'
    board 2 --format gradescope
    says "say which"
    board 2 --format gradescope --team Nobody
    says 'no entry of team "Nobody"'
    board 2 --format codabench --team Wrong
    says 'no valid result of team "Wrong"'
    board 2 --format csv --team Wrong
    says "name none"
    board 2 --team Wrong
    says "needs a --format"
    board 2 --json --format csv
    says "choose one"
}

run_tests
