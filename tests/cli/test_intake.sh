#!/usr/bin/env bash
# Entries handed in: received once, on record, with a receipt that can be shown later.
set -u
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/loglib.sh"

test_a_folder_of_entries_is_received_once_and_again_changes_nothing() {
    local top=$scratch/in1 head
    season
    small "$top/a" A
    small "$top/b" B
    expect 0 "$podium" intake -w "$folder" "$top"
    says "2 received, 0 were there, 0 refused"
    says "keep a copy of it"
    has_kinds "opened received received"
    whole
    head=$("$podium" log -w "$folder" | b2sum)
    expect 0 "$podium" intake -w "$folder" "$top"
    says "0 received, 2 were there, 0 refused"
    says "nothing is charged"
    says_not "keep a copy of it"
    [[ $("$podium" log -w "$folder" | b2sum) == "$head" ]] || fail "the log grew"
    expect 0 "$podium" batch -q -w "$folder"
    says "2 recorded now"
    expect 0 "$podium" batch -q -w "$folder"
    says "nothing to do"
}

test_json_of_an_intake_and_a_batch_parses() {
    local top=$scratch/in2
    season
    small "$top/a" A
    mkdir -p "$top/b"
    echo '{}' >"$top/b/entry.json"
    "$podium" intake --json -q -w "$folder" "$top" >"$scratch/intake.json" 2>/dev/null && fail "status 0"
    python3 -c 'import json, sys
told = json.load(open(sys.argv[1]))
assert told["schema"] == "podium.intake/1" and told["received"] == 1, told
assert told["refused"] == 1 and told["log_seq"] == 3, told
assert told["entries"][0]["team"] == "A" and "refused" in told["entries"][1], told' "$scratch/intake.json"
    "$podium" batch --json -q -w "$folder" >"$scratch/batch.json"
    python3 -c 'import json, sys
told = json.load(open(sys.argv[1]))
assert told["recorded"] == 1 and told["is_practice"] is False, told' "$scratch/batch.json"
}

test_refused_entries_are_on_record_and_the_others_are_taken() {
    local top=$scratch/in3
    season
    small "$top/fine" Fine
    mkdir -p "$top/broken" "$top/linked"
    echo '{"schema": "podium.entry/1", "name": "x", "team": "y", "colour": 1}' >"$top/broken/entry.json"
    small "$top/linked" Linked
    ln -s /etc/passwd "$top/linked/secret"
    expect 1 "$podium" intake -w "$folder" "$top"
    says "1 received, 0 were there, 2 refused"
    says "refused  broken: entry.json: .colour: unknown key"
    says "refused  linked:"
    says "secret"
    says_not "$folder/entries"
    has_kinds "opened refused received refused"
    expect 1 "$podium" intake -w "$folder" "$top"
    has_kinds "opened refused received refused" # the same refusal is told, not recorded twice
    whole
    expect 0 "$podium" batch -q -w "$folder"
    says "1 recorded now"
}

test_an_entry_cannot_be_handed_in_for_another_team() {
    local top=$scratch/in4
    season
    small "$top/a" A
    expect 1 "$podium" intake -w "$folder" --team B "$top"
    says 'entry.json: .team: is "A", but "B" handed it in'
    has_kinds "opened refused"
    [[ $(field 2 team) == B ]] || fail "team $(field 2 team)"
    expect 0 "$podium" intake -w "$folder" --team A "$top"
    has_kinds "opened refused received"
}

test_words_of_the_organizer_that_cannot_stand_in_the_log_are_refused() {
    local top=$scratch/in5 long
    season
    small "$top/a" A
    received "$top" a 2023-11-01T00:00:00Z
    long=$(printf 'x%.0s' {1..5000})
    for word in "$long" $'\xff' $'a\nb' $'\x1b[31m' ""; do
        expect 2 "$podium" intake -q -w "$folder" --now --team "$word" "$top"
        says "--team"
        one_line
        expect 2 "$podium" intake -q -w "$folder" --stamped-by "$word" "$top"
        says "--stamped-by"
        one_line
    done
    [[ ! -e $folder/podium.sqlite ]] || has_kinds "opened"
    expect 0 "$podium" intake -q -w "$folder" --stamped-by "The web site" "$top"
    has_kinds "opened received"
}

test_arrival_times_of_another_system_are_taken_on_request_only() {
    local top=$scratch/in6
    season
    small "$top/a" A
    small "$top/b" B
    received "$top" b 2023-11-01T00:00:00Z a 2023-11-02T00:00:00Z
    expect 2 "$podium" intake -w "$folder" "$top"
    says "received.json' says when these were received: --stamped-by WHO takes its instants, --now stamps them now"
    one_line
    expect 2 "$podium" intake -w "$folder" --stamped-by x --now "$top"
    expect 0 "$podium" intake -w "$folder" --stamped-by "The web site" "$top"
    has_kinds "opened received received"
    [[ $(field 2 team) == B && $(field 3 team) == A ]] || fail "not in the order of arrival"
    [[ $(field 2 received_at) == 2023-11-01T00:00:00.000Z ]] || fail "$(field 2 received_at)"
    [[ $(field 2 stamped_by) == "The web site" ]] || fail "$(field 2 stamped_by)"
    [[ $(field 2 at) == 2[0-9][0-9][0-9]-* && $(field 2 at) != 2023-11-01* ]] || fail "$(field 2 at)"
    whole
    # It is seen at its instant, long before the log was opened.
    expect 0 "$podium" batch -q -w "$folder"
    expect 0 "$podium" board -w "$folder" --as-of 2023-11-01T12:00:00Z
    stands "$folder" B ranked
    stands "$folder" A ""
}

test_now_passes_over_the_arrival_times_of_another_system() {
    local top=$scratch/in7
    season
    small "$top/a" A
    received "$top" a 2023-11-01T00:00:00Z
    expect 0 "$podium" intake -w "$folder" --now "$top"
    [[ $(field 2 received_at) != 2023-11-01* ]] || fail "$(field 2 received_at)"
    [[ $(field 2 stamped_by) == None ]] || fail "$(field 2 stamped_by)"
}

test_stamps_that_lie_in_the_future_or_before_the_log_are_refused() {
    local top=$scratch/in8
    season
    small "$top/a" A
    small "$top/b" B
    small "$top/c" C
    received "$top" a 2023-11-02T00:00:00Z b 2099-01-01T00:00:00Z
    expect 1 "$podium" intake -w "$folder" --stamped-by w "$top"
    says "1 received, 0 were there, 1 refused"
    says "its arrival lies in the future"
    received "$top" a 2023-11-02T00:00:00Z c 2023-11-01T00:00:00Z
    expect 1 "$podium" intake -w "$folder" --stamped-by w "$top"
    says "0 received, 1 were there, 1 refused"
    says "arrivals are taken in in their order"
}

test_stamps_need_a_folder_that_has_them() {
    local top=$scratch/in9
    season
    small "$top/a" A
    expect 3 "$podium" intake -w "$folder" --stamped-by w "$top"
    says "received.json"
    one_line
    echo x >"$scratch/file.tar"
    expect 2 "$podium" intake -w "$folder" --stamped-by w "$scratch/file.tar"
    says "received.json"
    one_line
    expect 2 "$podium" intake -w "$folder" "$scratch/nowhere"
    says "no entry at"
    expect 2 "$podium" intake -w "$folder"
    says "which entry"
}

test_what_was_stamped_and_is_not_there_is_refused_by_name() {
    local top=$scratch/in10
    season
    small "$top/a" A
    received "$top" gone 2023-11-01T00:00:00Z a 2023-11-02T00:00:00Z
    expect 1 "$podium" intake -w "$folder" --stamped-by w "$top"
    says "refused  gone:"
    has_kinds "opened refused received"
}

test_equal_bytes_of_two_teams_are_flagged_and_of_one_team_are_one() {
    local top=$scratch/in11
    season
    small "$top/a" A
    cp -r "$top/a" "$top/copy"
    expect 0 "$podium" intake -w "$folder" "$top"
    says "1 received, 1 were there, 0 refused"
    # A team's name is in entry.json, so equal bytes are of one team, unless it took its
    # entry back and hands it in again.
    expect 0 "$podium" withdraw -w "$folder" --reason r 2
    expect 0 "$podium" intake -w "$folder" "$top/copy"
    says "the same bytes as entry 2 of team \"A\""
    [[ $(field 4 same_as) == 2 ]] || fail "$(field 4 same_as)"
    whole
    expect 0 "$podium" batch -q -w "$folder"
    says "1 recorded now"
}

test_over_the_quota_is_kept_and_stands_unranked() {
    local top=$scratch/in12
    season 2
    small "$top/e1" A
    expect 0 "$podium" intake -w "$folder" "$top"
    says '"e1" of "A"; 1 more of this team count on that UTC day'
    for i in 2 3; do small "$top/e$i" A; done
    expect 0 "$podium" intake -w "$folder" "$top"
    says "unranked: over the quota of 2 entries a UTC day"
    says '"e2" of "A"; 0 more of this team count on that UTC day'
    small "$top/f" B
    expect 0 "$podium" intake -w "$folder" --json "$top/f"
    says '"left_that_day": 1'
    expect 0 "$podium" intake -w "$folder" --json "$top/f"
    says_not left_that_day
    rm -r "$top/f"
    expect 0 "$podium" batch -q -w "$folder"
    says "3 recorded now"
    says "1 entries do not count and were passed over"
    expect 0 "$podium" board -w "$folder"
    says "quota"
}

# Receipts.

test_lost_receipts_are_made_anew_byte_for_byte() {
    local top=$scratch/re1
    season
    for i in 1 2 3; do small "$top/e$i" "T$i"; done
    expect 0 "$podium" intake -q -w "$folder" "$top"
    cp -r "$folder/receipts" "$scratch/re1.kept"
    rm -r "$folder/receipts"
    expect 0 "$podium" intake -q -w "$folder" "$top"
    diff -r "$folder/receipts" "$scratch/re1.kept"
    rm "$folder/receipts/000003.json"
    : >"$folder/receipts/000002.json" # a power cut can leave the name without the bytes
    expect 0 "$podium" intake -q -w "$folder" "$top"
    diff -r "$folder/receipts" "$scratch/re1.kept"
    whole
}

test_a_receipt_shows_that_a_log_was_changed() {
    local top=$scratch/re2 key
    season
    small "$top/a" A
    small "$top/b" B
    expect 0 "$podium" intake -q -w "$folder" "$top"
    "$podium" log -w "$folder" >"$scratch/re2.log"
    key=$(field 1 key)
    local receipt=$folder/receipts/000002.json
    expect 0 "$podium" verify --key "$key" --log "$scratch/re2.log" "$receipt"
    says "holds: event 2 (received)"
    says "stands in the log"
    expect 1 "$podium" verify --key "$(tr 0-9a-f 1-9a-f0 <<<"$key")" "$receipt"
    says "is signed by another key"
    one_line
    # Another log that holds in itself, but is not the one.
    local other=$folder
    season
    expect 0 "$podium" intake -q -w "$folder" "$top"
    "$podium" log -w "$folder" >"$scratch/re2.other"
    expect 0 "$podium" verify "$scratch/re2.other"
    expect 1 "$podium" verify --log "$scratch/re2.other" "$other/receipts/000002.json"
    says "key"
    one_line
    head -n 1 "$scratch/re2.log" >"$scratch/re2.cut"
    expect 1 "$podium" verify --log "$scratch/re2.cut" "$receipt"
    says "does not stand in"
    one_line
}

# The key.

test_without_its_key_nothing_is_received() {
    local top=$scratch/ke1
    season
    small "$top/a" A
    small "$top/b" B
    expect 0 "$podium" intake -q -w "$folder" "$top/a"
    [[ $(stat -c %a "$folder/organizer.key") == 600 ]] || fail "mode $(stat -c %a "$folder/organizer.key")"
    cp -p "$folder/organizer.key" "$scratch/ke1.key"
    rm "$folder/organizer.key"
    expect 3 "$podium" intake -q -w "$folder" "$top/b"
    says "put it back"
    one_line
    expect 3 "$podium" withdraw -w "$folder" --reason r 2
    one_line
    expect 0 "$podium" log -w "$folder" # looking needs no key
    head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$folder/organizer.key"
    echo >>"$folder/organizer.key"
    chmod 600 "$folder/organizer.key"
    expect 3 "$podium" intake -q -w "$folder" "$top/b"
    says "is not the one that the log was opened with"
    one_line
    cp -p "$scratch/ke1.key" "$folder/organizer.key"
    chmod 644 "$folder/organizer.key"
    expect 3 "$podium" intake -q -w "$folder" "$top/b"
    says "can be read by others (mode 0644): chmod 600 it"
    one_line
    : >"$folder/organizer.key"
    chmod 600 "$folder/organizer.key"
    expect 3 "$podium" intake -q -w "$folder" "$top/b"
    says "is not a key"
    one_line
    has_kinds "opened received"
    cp -p "$scratch/ke1.key" "$folder/organizer.key"
    expect 0 "$podium" intake -q -w "$folder" "$top/b"
    whole
}

# The rules.

test_rules_that_differ_from_the_log_are_refused() {
    local top=$scratch/ru1
    season 5 2
    small "$top/a" A
    expect 0 "$podium" intake -q -w "$folder" "$top"
    local change
    for change in "rules['deadline'] = '2098-12-31 AoE'" "rules['quotas']['entries_per_day'] = 6" \
        "rules['quotas']['final_selections'] = 3" "rules['id'] = 'other'"; do
        cp "$rules" "$scratch/ru1.kept"
        change_rules "$change"
        for verb in "intake $top" batch log board "withdraw --reason r 2"; do
            # shellcheck disable=SC2086
            expect 2 "$podium" $verb -q -w "$folder"
            says "log"
            one_line
        done
        cp "$scratch/ru1.kept" "$rules"
    done
    has_kinds "opened received"
    expect 0 "$podium" batch -q -w "$folder"
}

# Bodies.

test_a_changed_body_is_told_and_not_run() {
    local top=$scratch/bo1 body
    season
    small "$top/a" A
    small "$top/b" B
    expect 0 "$podium" intake -q -w "$folder" "$top"
    body=$folder/entries/$(field 2 digest)
    cp "$body/note" "$scratch/bo1.note"
    echo changed >"$body/note"
    expect 3 "$podium" batch -q -w "$folder"
    says "is not what was received: put it back"
    says "1 recorded now"
    cp "$scratch/bo1.note" "$body/note"
    expect 0 "$podium" batch -q -w "$folder"
    says "1 recorded now"
    rm -r "$body"
    expect 0 "$podium" batch -q -w "$folder"
    says "nothing to do"
}

# A power cut after the body's rename and before its sync leaves names without bytes.
test_a_half_written_body_that_nobody_received_is_replaced() {
    local top=$scratch/bo2 digest
    season
    small "$top/a" A
    expect 0 "$podium" intake -q -w "$folder" "$top"
    digest=$(field 2 digest)
    folder=$(mktemp -d "$scratch/w.XXXXXX")
    mkdir -p "$folder/entries/$digest" "$folder/entries/.new-7"
    : >"$folder/entries/$digest/entry.json"
    expect 0 "$podium" intake -q -w "$folder" "$top"
    diff -r "$top/a" "$folder/entries/$digest"
    whole
    expect 0 "$podium" batch -q -w "$folder"
    says "1 recorded now"
}

run_tests
