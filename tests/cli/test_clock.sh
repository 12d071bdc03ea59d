#!/usr/bin/env bash
# Clocks that jump, deadlines that pass, and kills at any instant: with libfaketime, as the
# clock of the machine is not ours to set.
set -u

# What libfaketime shares lies in /dev/shm, and stays there after a kill: ours goes with the
# test.
if ((EUID == 0)) && [[ -z ${CLOCK_SHM:-} ]]; then
    CLOCK_SHM=own exec unshare -m sh -c 'mount -t tmpfs tmpfs /dev/shm && exec "$0"' "$0"
fi

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/loglib.sh"

library=$(compgen -G '/usr/lib/*/faketime/libfaketime.so.1' | head -n 1)
if [[ -z $library ]]; then
    echo "skipped: no libfaketime (Debian's faketime; ci/setup --tests)"
    exit 0
fi

# at INSTANT COMMAND...: the wall clock starts there and runs on; time itself is real.
at() {
    env TZ=UTC LD_PRELOAD="$library" FAKETIME="@$1" FAKETIME_DONT_FAKE_MONOTONIC=1 \
        DONT_FAKE_MONOTONIC=1 "${@:2}"
}

# frozen INSTANT COMMAND...: all clocks stand still.
frozen() {
    env TZ=UTC LD_PRELOAD="$library" FAKETIME="$1" "${@:2}"
}

never_back() {
    "$podium" log -w "$folder" | python3 -c 'import json, sys
events = [json.loads(line) for line in sys.stdin]
ats = [event["at"] for event in events]
assert ats == sorted(ats), ats
received = [event["received_at"] for event in events if event["kind"] == "received"]
assert received == sorted(received), received' || fail "an instant went back"
}

test_a_clock_that_was_set_is_in_the_log_and_instants_never_go_back() {
    local top=$scratch/jump i
    season
    for i in 1 2 3 4; do small "$top/e$i" "T$i"; done
    expect 0 at "2023-11-10 10:00:00" "$podium" intake -q -w "$folder" "$top/e1"
    expect 0 at "2023-11-10 09:00:00" "$podium" intake -q -w "$folder" "$top/e2" "$top/e3"
    expect 0 at "2023-11-10 12:00:00" "$podium" intake -q -w "$folder" "$top/e4"
    # The first opens and stamps within a second of its own; then back by an hour, which is
    # said once, and forward by three.
    has_kinds "opened received clock received received clock received"
    never_back
    whole
    [[ $(field 3 note) == *"before the last event: instants stand still until it is there again" ]] ||
        fail "$(field 3 note)"
    (($(field 3 drift_ms) < -3590000)) || fail "$(field 3 drift_ms)"
    (($(field 6 drift_ms) > 10000000)) || fail "$(field 6 drift_ms)"
    [[ $(field 4 received_at) == "$(field 2 received_at)" ]] || fail "$(field 4 received_at)"
    [[ $(field 7 received_at) == 2023-11-10T12:00:0* ]] || fail "$(field 7 received_at)"
}

test_the_deadline_is_held_to_the_wall_clock_of_the_intake() {
    local top=$scratch/dead
    season
    change_rules "rules['deadline'] = '2023-11-17 AoE'"
    small "$top/in-time" InTime
    small "$top/late" Late
    expect 0 frozen "2023-11-18 11:59:59" "$podium" intake -w "$folder" "$top/in-time"
    says_not "unranked"
    expect 0 frozen "2023-11-18 12:00:00" "$podium" intake -w "$folder" "$top/late"
    says "unranked: late: received 2023-11-18T12:00:00.000Z, the deadline was 2023-11-17 AoE"
    expect 0 "$podium" batch -q -w "$folder"
    says "1 recorded now"
    says "1 entries do not count and were passed over"
    expect 0 "$podium" board -q -w "$folder"
    stands "$folder" InTime ranked
    stands "$folder" Late late
    expect 0 "$podium" batch -q --late -w "$folder"
    says "1 recorded now"
    expect 0 "$podium" board -q -w "$folder"
    stands "$folder" Late late
    # Extended after the fact, it counts; nothing runs twice for that.
    expect 0 "$podium" extend -w "$folder" "2023-11-18 AoE" --reason "the site was down"
    expect 0 "$podium" batch -q -w "$folder"
    says "nothing to do"
    expect 0 "$podium" board -q -w "$folder"
    stands "$folder" Late ranked
}

test_what_was_sealed_counts_within_the_grace_and_not_after() {
    local top=$scratch/grace
    season
    change_rules "rules['deadline'] = '2023-11-17 AoE'"
    for name in one two three; do small "$top/$name" "$name"; done
    expect 0 frozen "2023-11-18 11:00:00" "$podium" grace -w "$folder" 3600 --reason "slow lines"
    expect 0 frozen "2023-11-18 11:59:59" "$podium" seal -w "$folder" --team one "$top/one"
    expect 0 frozen "2023-11-18 11:59:59" "$podium" seal -w "$folder" --team two "$top/two"
    expect 0 frozen "2023-11-18 12:00:00" "$podium" seal -w "$folder" --team three "$top/three"
    expect 0 frozen "2023-11-18 12:59:59" "$podium" intake -w "$folder" "$top/one"
    says_not "unranked"
    expect 0 frozen "2023-11-18 12:59:59" "$podium" intake -w "$folder" "$top/three"
    says "unranked: late"
    expect 0 frozen "2023-11-18 13:00:00" "$podium" intake -w "$folder" "$top/two"
    says "it was sealed, but uploaded after 3600 s of grace"
    expect 0 "$podium" batch -q -w "$folder"
    says "1 recorded now"
    expect 0 "$podium" board -q -w "$folder"
    stands "$folder" one ranked
    stands "$folder" two late
    stands "$folder" three late
    whole
}

test_after_the_deadline_a_selection_needs_a_reason() {
    local top=$scratch/select
    season
    change_rules "rules['deadline'] = '2023-11-17 AoE'"
    small "$top/a" A
    expect 0 frozen "2023-11-18 11:59:59" "$podium" intake -q -w "$folder" "$top"
    expect 0 frozen "2023-11-18 11:59:59" "$podium" select -w "$folder" A 2
    expect 2 frozen "2023-11-18 12:00:00" "$podium" select -w "$folder" A
    says "the deadline has passed: a selection needs a reason now"
    expect 0 frozen "2023-11-18 12:00:00" "$podium" select -w "$folder" A --reason "appeal"
}

test_the_quota_counts_days_of_utc_in_the_night_of_the_change() {
    local top=$scratch/dst i=0 instant
    season 1
    # 05:30Z and 06:30Z are both 01:30 in New York, where the 5th lasts to 05:00Z of the 6th.
    for instant in "2023-11-04 23:59:59" "2023-11-05 00:00:00" "2023-11-05 05:30:00" \
        "2023-11-05 06:30:00" "2023-11-06 00:00:00" "2023-11-06 04:59:59"; do
        i=$((i + 1))
        small "$top/e$i" A
        expect 0 frozen "$instant" "$podium" intake -q -w "$folder" "$top/e$i"
    done
    expect 0 env TZ=America/New_York "$podium" batch -q -w "$folder"
    says "3 recorded now"
    says "3 entries do not count and were passed over"
}

# Due is what was received in time, whenever the batch runs and ends.
test_a_batch_across_the_deadline_judges_all_that_came_before_it() {
    local top=$scratch/across i
    season
    change_rules "rules['deadline'] = '2023-11-17 AoE'"
    fake_task "$(dirname "$(dirname "$podium")")" \
        'sleep 0.7; echo "{\"schema\": \"podium.verdict/1\", \"raw\": 0.5, \"unit\": \"x\", \"score\": 1}" >&3; exit 42'
    for i in 1 2 3; do small "$top/e$i" "T$i"; done
    expect 0 frozen "2023-11-18 11:59:00" "$podium" intake -q -w "$folder" "$top/e1" "$top/e2"
    expect 0 frozen "2023-11-18 11:59:58" "$podium" intake -q -w "$folder" "$top/e3"
    expect 0 at "2023-11-18 11:59:59.5" "$podium" batch -q -n 1 -w "$folder" --as-of 2023-11-18T11:59:57Z
    says "2 recorded now"
    expect 0 at "2023-11-18 11:59:59.5" "$podium" batch -q -n 1 -w "$folder"
    says "1 recorded now"
    expect 0 at "2023-11-18 12:01:00" "$podium" board -q -w "$folder"
    for i in 1 2 3; do stands "$folder" "T$i" ranked; done
}

# 50 kills, seeded: whatever instant is hit, the next run goes on, and in the end there is
# the log of a run that nobody disturbed, byte for byte.
test_an_intake_that_is_killed_at_any_instant_loses_and_doubles_nothing() {
    local top=$scratch/killed kills=0 i pid reference took
    season
    for i in {1..130}; do small "$top/e$i" "T$((i % 7))"; done
    mkdir -p "$top/broken"
    echo '{}' >"$top/broken/entry.json"
    printf '%064d\n' 1 >"$scratch/killed.key"
    chmod 600 "$scratch/killed.key"
    reference=$folder
    cp -p "$scratch/killed.key" "$folder/organizer.key"
    took=$(date +%s%3N)
    expect 1 frozen "2023-11-10 00:00:00" "$podium" intake -q -w "$folder" "$top"
    took=$(($(date +%s%3N) - took + 20))
    "$podium" log -w "$folder" >"$scratch/killed.log"
    RANDOM=${PODIUM_SEED:-20231117}
    while ((kills < 50)); do
        folder=$(mktemp -d "$scratch/w.XXXXXX")
        cp -p "$scratch/killed.key" "$folder/organizer.key"
        for ((i = 0; i < 5; i++)); do
            # exec: the kill must hit podium, not a shell that waits for it
            (exec env TZ=UTC LD_PRELOAD="$library" FAKETIME="2023-11-10 00:00:00" \
                "$podium" intake -q -w "$folder" "$top" >/dev/null 2>&1) &
            pid=$!
            sleep "$(printf '0.%03d' $((RANDOM % took)))"
            kill -KILL "$pid" 2>/dev/null || true
            wait "$pid" 2>/dev/null || true
            kills=$((kills + 1))
        done
        expect 1 frozen "2023-11-10 00:00:00" "$podium" intake -q -w "$folder" "$top"
        "$podium" log -w "$folder" | cmp - "$scratch/killed.log" || fail "another log after $kills kills"
        diff -r "$folder/receipts" "$reference/receipts" || fail "other receipts after $kills kills"
        diff -r "$folder/entries" "$reference/entries" || fail "other bodies after $kills kills"
        rm -r "$folder"
    done
    folder=$reference
    whole
}

run_tests
