#!/usr/bin/env bash
# A board that is published: into a folder and a Jekyll site, and what podium verify says of
# it. What goes over the web is in test_publish_web.sh, what makes a board final in
# test_publish_final.sh.
set -u
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/loglib.sh"
. "$(dirname "$0")/publishlib.sh"

# Folders.

test_without_send_it_says_what_would_change_and_changes_nothing() {
    board
    local to=$scratch/dry
    publish 0 "$to"
    says "new      manifest.json"
    says "dry run: nothing was sent"
    [[ ! -e $to ]] || fail "it made '$to'"
    publish 0 --send "$to"
    says "published, read back and compared"
    change
    cp -r "$to" "$to.before"
    publish 0 "$to"
    says "changed  manifest.json"
    says "lines come"
    says '"A" =1 (0.500) -> -'
    says '"B" =1 (0.500) -> 1 (0.500)'
    diff -r "$to" "$to.before"
}

test_what_stands_there_cannot_write_to_the_terminal() {
    board
    local to=$scratch/terminal
    publish 0 --send "$to"
    python3 - "$to/leaderboard.json" <<'PY'
import json, sys
board = json.load(open(sys.argv[1]))
for row in board["tracks"][0]["rows"]:
    row["rank_text"] = row["score_text"] = "\x1b]0;owned\x07"
    row["team"] = "\x1b[2J"
json.dump(board, open(sys.argv[1], "w"))
PY
    publish 0 "$to"
    says '\x1b]0;owned\x07'
    says '\x1b[2J'
    says_not $'\x1b'
    says_not $'\x07'
}

test_what_is_published_is_the_board_and_the_log_and_holds() {
    board
    local to=$scratch/pub/deep
    publish 0 --send "$to"
    cmp "$folder/leaderboard.json" "$to/leaderboard.json"
    cmp "$folder/leaderboard.json" "$to"/boards/*/leaderboard.json
    "$podium" log -w "$folder" | cmp - "$to"/boards/*/log.ndjson
    [[ -z $(find "$to" -name '*.tmp-*') ]]
    holds "$to" 3
    holds "$to/manifest.json" 3
    (cd "$to" && expect 0 "$podium" verify manifest.json)
    expect 0 "$podium" verify --key "$(field 1 key)" --head "$("$podium" log -w "$folder" |
        sed -n 2p | tr -d '\n' | b2sum -l 256 | cut -d ' ' -f 1)" "$to"
    expect 1 "$podium" verify --key "$(printf '%064d' 1)" "$to"
    says "is signed by another key"
    expect 1 "$podium" verify --head "$(printf '%064d' 1)" "$to"
    says "never had the head"
}

# By openssl and sha256sum, which know nothing of podium.
test_signature_and_digests_are_what_other_programs_find_too() {
    board
    local to=$scratch/other
    publish 0 --send "$to"
    python3 - "$to" <<'PY'
import base64, json, sys
manifest = json.load(open(sys.argv[1] + "/manifest.json"))
key = bytes.fromhex("302a300506032b6570032100" + manifest["key"])  # RFC 8410, 4 and 10.1
open(sys.argv[1] + ".pem", "w").write("-----BEGIN PUBLIC KEY-----\n" +
    base64.b64encode(key).decode() + "\n-----END PUBLIC KEY-----\n")
open(sys.argv[1] + ".sig", "wb").write(bytes.fromhex(manifest["signature"]))
open(sys.argv[1] + ".sums", "w").writelines(
    f"{f['sha256']}  {f['path']}\n" for f in manifest["files"])
PY
    { echo podium.bundle/1; head -n -2 "$to/manifest.json"; } >"$to.text"
    expect 0 openssl pkeyutl -verify -pubin -inkey "$to.pem" -rawin -in "$to.text" -sigfile "$to.sig"
    (cd "$to" && sha256sum -c --quiet "$to.sums")
}

test_published_again_it_has_nothing_to_do_and_what_is_missing_is_brought() {
    board
    local to=$scratch/again
    publish 0 --send "$to"
    publish 0 --send "$to"
    says "nothing to do"
    rm "$to/leaderboard.json" "$to"/boards/*/log.ndjson
    local gone=$to/leaderboard.json.tmp-$(bash -c 'echo $$')-0 name # of a podium that was killed
    local -a others=(mine 1-0 "$$-0" "x$$-0" 4194305- 4194305-0-1 4194305)
    touch "$gone"
    for name in "${others[@]}"; do
        touch "$to/leaderboard.json.tmp-$name"
    done
    publish 0 --send "$to"
    holds "$to" 3
    cmp "$folder/leaderboard.json" "$to/leaderboard.json"
    [[ ! -e $gone ]] || fail "left: $(ls "$to")"
    for name in "${others[@]}"; do
        [[ -e $to/leaderboard.json.tmp-$name ]] || fail "gone: $name"
    done
}

test_no_link_inside_of_the_target_leads_elsewhere() {
    board
    local to=$scratch/linked away=$scratch/away
    mkdir "$to" "$away"
    ln -s "$away" "$to/boards"
    publish 3 --send "$to"
    says "boards' is a link"
    [[ -z $(ls -A "$away") ]] || fail "written: $(ls "$away")"
    rm "$to/boards"
    echo "{}" >"$away/kept"
    ln -s "$away/kept" "$to/leaderboard.json"
    publish 3 --send "$to"
    says "leaderboard.json' is a link"
    [[ -L $to/leaderboard.json && $(cat "$away/kept") == "{}" ]]
    # The target itself may be one.
    ln -s "$away" "$scratch/target"
    publish 0 --send "$scratch/target"
    holds "$scratch/target" 3
}

test_an_older_board_stays_readable_when_a_newer_one_is_published() {
    board
    local to=$scratch/older
    publish 0 --send "$to"
    cp "$to/manifest.json" "$to.old"
    cp "$to/leaderboard.json" "$to.board"
    change
    publish 0 --send "$to"
    holds "$to" 4
    [[ $(find "$to/boards" -mindepth 1 -maxdepth 1 | wc -l) == 2 ]]
    cp "$to.old" "$to/manifest.json"
    expect 1 "$podium" verify "$to"
    says "'leaderboard.json', which people open, is not the file that the manifest names"
    cp "$to.board" "$to/leaderboard.json"
    holds "$to" 3
}

test_files_beside_the_board_go_with_it_unless_they_are_older() {
    board
    local to=$scratch/beside
    echo '<feed/>' >"$folder/leaderboard.atom"
    echo 'rank,team' >"$folder/leaderboard.csv"
    echo '<p>' >"$folder/index.html"
    publish 0 --send "$to"
    cmp "$folder/index.html" "$to/index.html"
    cmp "$folder/leaderboard.csv" "$to/leaderboard.csv"
    cmp "$folder/leaderboard.atom" "$to"/boards/*/leaderboard.atom
    expect 0 "$podium" verify "$to"
    says "5 files"
    says ", not made again: leaderboard.csv and leaderboard.atom and index.html,"
    one_line
    expect 0 "$podium" board -w "$folder"
    touch -r "$folder/leaderboard.json" "$folder/leaderboard.atom" "$folder/index.html"
    touch -d @1700000000 "$folder/leaderboard.csv"
    publish 2 --send "$to"
    says "leaderboard.csv' is older than the board"
    one_line
}

# What may not take whose place.

test_an_older_board_or_another_history_never_replaces_a_newer_one() {
    board
    local to=$scratch/newer ours=$folder
    cp -r "$folder" "$scratch/copy"
    change
    publish 0 --send "$to"
    cp "$to/manifest.json" "$to.kept"
    folder=$scratch/copy
    publish 2 --send "$to"
    says "it is newer: its log has 4 events, this one 3"
    one_line
    change 3
    publish 2 --send "$to"
    says "another history: its event 4 is not that of this log"
    cmp "$to/manifest.json" "$to.kept"
    publish 0 --send --force "the first one was a trial" "$to"
    expect 0 "$podium" verify "$to"
    says 'it took the place of another board: "the first one was a trial"'
    # It is said for as long as that board is there.
    publish 0 --send "$to"
    says "nothing to do"
    publish 0 --send --force "another reason" "$to"
    says "nothing to do"
    grep -q '"forced": "the first one was a trial"' "$to/manifest.json"
    folder=$ours
    expect 0 "$podium" board -w "$folder" --as-of 2023-11-01T12:00:00Z
    publish 0 --send --force "nothing to overrule" "$scratch/instant/"
    grep -q forced "$scratch/instant/manifest.json" && fail "a reason without a need for it"
    expect 0 "$podium" board -w "$folder" --as-of 2023-11-01T06:00:00Z
    publish 2 --send "$scratch/instant"
    says "it is newer: as of 2023-11-01T12:00:00.000Z, this one as of 2023-11-01T06:00:00.000Z"
}

test_a_board_of_another_key_and_what_is_no_manifest_are_not_replaced() {
    board
    local to=$scratch/others
    publish 0 --send "$to"
    make_board
    publish 2 --send "$to"
    says "it is signed by another key"
    echo '{"name": "an app"}' >"$to/manifest.json"
    publish 2 --send "$to"
    says "(--force REASON replaces it)"
    one_line
}

test_without_a_log_or_a_board_of_it_nothing_is_published() {
    board
    rm "$folder/leaderboard.json"
    publish 2 "$scratch/none"
    says "run podium board"
    one_line
    expect 0 "$podium" board -w "$folder"
    python3 - "$folder/leaderboard.json" <<'PY'
import json, sys
board = json.load(open(sys.argv[1]))
board["log_head"] = "ab" * 32
json.dump(board, open(sys.argv[1], "w"))
PY
    publish 2 "$scratch/none"
    says "which this log never had"
    one_line
    folder=$(mktemp -d "$scratch/w.XXXXXX")
    publish 2 "$scratch/none"
    says "nothing was received"
    expect 2 "$podium" publish -w "$folder"
    expect 2 "$podium" publish -w "$folder" a b
    publish 2 ""
    publish 2 --force $'a\nb' x
    publish 2 --workshop ../x x
}

test_two_podiums_do_not_publish_into_one_folder_at_a_time() {
    board
    local to=$scratch/locked
    mkdir "$to"
    exec {lock}<"$to"
    flock "$lock"
    publish 3 --send "$to"
    says "another podium publishes into"
    [[ -z $(ls -A "$to") ]]
    exec {lock}<&-
    publish 0 --send "$to"
}

# What verify finds.

test_a_change_of_any_published_file_is_noticed() {
    board
    local to=$scratch/changed file
    publish 0 --send "$to"
    for file in "$to"/boards/*/* "$to/manifest.json"; do
        cp "$file" "$to.kept"
        for edit in '$s/}/} /' '2s/[0-9]/x/' '$d' '1s/^/ /'; do
            sed "$edit" "$to.kept" >"$file"
            cmp -s "$file" "$to.kept" && fail "'$edit' changes nothing in $file"
            expect 1 "$podium" verify "$to"
            one_line
        done
        rm "$file"
        [[ $file == */manifest.json ]] || expect 1 "$podium" verify "$to"
        cp "$to.kept" "$file"
    done
    holds "$to" 3
    rm "$to/manifest.json"
    expect 2 "$podium" verify "$to"
    says "no 'manifest.json' in"
}

test_what_people_open_must_be_what_was_signed() {
    board
    local to=$scratch/opened
    echo '<p>' >"$folder/index.html"
    publish 0 --send "$to"
    echo '<b>' >"$to/index.html" # as long as the other one
    expect 1 "$podium" verify "$to"
    says "'index.html', which people open, is not the file that the manifest names"
    one_line
    rm "$to/index.html" # a publishing that was cut off
    holds "$to" 3
    head -c 100000 /dev/zero >"$to/leaderboard.csv"
    holds "$to" 3
    says ", not signed: leaderboard.csv,"
    mkfifo "$to/index.html"
    expect 1 "$podium" verify "$to"
    says "'index.html', which people open"
}

test_what_lies_in_the_place_of_a_manifest_is_judged_and_not_waited_for() {
    board
    local to=$scratch/place kept=$scratch/place.kept make path
    publish 0 --send "$to"
    cp "$to/manifest.json" "$kept"
    for make in "head -c 70000 /dev/zero >manifest.json" "mkdir manifest.json" \
        "mkfifo manifest.json" "ln -s manifest.json manifest.json"; do
        rm -rf "$to/manifest.json"
        (cd "$to" && eval "$make")
        for path in "$to" "$to/manifest.json"; do
            expect 1 timeout 20 "$podium" verify "$path"
            one_line
        done
    done
}

test_words_that_verify_would_have_to_pass_over_are_refused() {
    board
    local to=$scratch/words receipt word
    publish 0 --send "$to"
    "$podium" log -w "$folder" >"$to.log"
    receipt=$(ls "$folder"/receipts/*.json | head -n 1)
    for word in "" abc "$(printf '%063d' 1)" "$(printf '%065d' 1)" "$(printf '%063dg' 1)"; do
        expect 2 "$podium" verify --key "$word" "$to"
        says "--key"
        expect 2 "$podium" verify --head "$word" "$to"
        says "--head"
        one_line
    done
    expect 2 "$podium" verify --log "$to.log" "$to"
    says "--log is for receipts"
    expect 2 "$podium" verify --log "$to.log" "$to.log"
    says "--log is for receipts"
    expect 2 "$podium" verify --head "$(printf '%064d' 1)" "$receipt"
    says "--head is for logs and boards"
    expect 0 "$podium" verify --log "$to.log" "$receipt"
    expect 2 "$podium" verify s3://the-bucket/boards/manifest.json
    says "name the https: address"
    one_line
}

# A manifest that is signed by the right key and yet says what board and log do not.
test_a_signed_manifest_of_other_boards_or_logs_does_not_hold() {
    board
    local to=$scratch/mixed
    publish 0 --send "$to"
    cp -r "$to" "$to.first"
    change
    publish 0 --send "$to"
    # The older board's files in the place of the newer one's: their digests tell.
    cp "$to.first"/boards/*/* "$to"/boards/000004-*/
    expect 1 "$podium" verify "$to"
    says "the manifest says"
    # Another organizer's signature under the same files.
    local key
    key=$(field 1 key)
    python3 - "$to.first/manifest.json" "$key" "$(printf '%064d' 5)" <<'PY'
import sys
path, old, new = sys.argv[1:]
text = open(path).read()
assert old in text
open(path, "w").write(text.replace(old, new))
PY
    expect 1 "$podium" verify "$to.first"
    says ".signature does not hold"
}

# Jekyll sites.

test_a_jekyll_site_gets_exactly_its_two_files() {
    board
    local to=$scratch/site
    site "$to"
    (cd "$to" && git init -q . && git add . && git -c user.name=x -c user.email=x@example.org commit -qm x)
    publish 0 --page "$scratch/page.html" "$to"
    says "new      _data/neurips2023/leaderboard.json"
    [[ -z $(git -C "$to" status --porcelain -uall) ]] || fail "$(git -C "$to" status --porcelain)"
    publish 0 --page "$scratch/page.html" --send "$to"
    [[ $(git -C "$to" status --porcelain -uall) == "?? _data/neurips2023/leaderboard.json
?? neurips2023/leaderboard.html" ]] || fail "$(git -C "$to" status --porcelain -uall)"
    cmp "$folder/leaderboard.json" "$to/_data/neurips2023/leaderboard.json"
    cmp "$scratch/page.html" "$to/neurips2023/leaderboard.html"
    publish 0 --page "$scratch/page.html" --send "$to"
    says "nothing to do"
    publish 0 --page "$scratch/page.html" --workshop mlsys2024 --send "$to"
    grep -q "site.data.mlsys2024.leaderboard" "$to/mlsys2024/leaderboard.html"
    cmp "$folder/leaderboard.json" "$to/_data/mlsys2024/leaderboard.json"
}

test_a_site_with_a_newer_board_keeps_it() {
    board
    local to=$scratch/site2 ours=$folder
    site "$to"
    cp -r "$folder" "$scratch/site2.copy"
    change
    publish 0 --page "$scratch/page.html" --send "$to"
    folder=$scratch/site2.copy
    publish 2 --page "$scratch/page.html" --send "$to"
    says "the site has a board that this one may not replace: it is newer"
    one_line
    expect 0 "$podium" board -w "$folder"
    publish 2 --page "$scratch/page.html" --send "$to"
    says "it stands on another log"
    cmp "$ours/leaderboard.json" "$to/_data/neurips2023/leaderboard.json"
    publish 0 --page "$scratch/page.html" --send --force "a trial" "$to"
    cmp "$folder/leaderboard.json" "$to/_data/neurips2023/leaderboard.json"
    publish 2 --page "$scratch/nowhere" "$to"
    says "no page at"
    one_line
}

make_board
made=$folder
run_tests
