#!/usr/bin/env bash
# The same entries on this machine and on a Slurm cluster of two nodes, one of which dies in the
# middle, and the controller after it: the board must be the same. See testbed.
# Without Slurm or root nothing is tested and the exit status is 77, unless SLURM=required.
set -u
here=$(cd "$(dirname "$0")" && pwd)

leave_out() {
    echo "not tested: $*"
    [[ ${SLURM:-} == required ]] && exit 1
    exit 77
}

if [[ $(hostname) != testbed ]]; then
    ((EUID == 0)) || leave_out "only root can make a cluster"
    PATH=$PATH:/usr/sbin command -v slurmctld munged >/dev/null ||
        leave_out "no Slurm: see ci/setup --tests"
    exec timeout -k 5 560 "$here/testbed" cell "$here/test_cluster.sh"
fi

. "$here/../cli/lib.sh"
chmod 755 "$scratch" # an ordinary user's batch is in there
bed=$scratch/bed
export SLURM_CONF=$bed/etc/slurm.conf
start=$EPOCHREALTIME
"$here/testbed" up "$bed" || exit 1
echo "the cluster was up in $(bc <<<"$EPOCHREALTIME - $start") s"
echo '{"schema": "podium.slurm/1", "poll_ms": 500, "partition": "main", "time_limit_minutes": 10,
       "memory_mib": 500}' >"$scratch/slurm.json"

# The sample file, after a while: long enough for a node to die under it.
slow='["/bin/sh", "-c", "sleep 0.7; cp $PODIUM_INPUT/sample_submission.csv $PODIUM_OUTPUT/submission.csv"]'

# entries FOLDER: some that are scored, some that fail, and slow ones; each with its arrival.
entries() {
    local samples=$here/../../tasks/entries path rows="" seq=0
    mkdir -p "$1"
    cp -r "$samples"/scored/{first-listed,random,heuristic} "$samples"/RTE/exit-3 \
        "$samples"/CE/broken "$1"
    for i in 1 2 3 4 5 6 7; do
        entry "$1/slow$i" "Slow $i" "$slow"
    done
    for path in "$1"/*; do
        seq=$((seq + 1))
        rows+="${rows:+, }\"$(basename "$path")\": {\"received_at\":
            \"2023-11-01T00:00:$((10 + seq))Z\", \"seq\": $seq}"
    done
    echo "{\"schema\": \"podium.received/1\", \"entries\": {$rows}}" >"$1/received.json"
}

# board FOLDER: all of it but what differs from run to run, which is times and memory. Ranks,
# intervals, scores, raw values, verdicts and messages stay.
board() {
    "$PODIUM" board -q -w "$1" --as-of 2030-01-01T00:00:00Z >/dev/null || fail "no board"
    python3 - "$1/leaderboard.json" <<'PY'
import json, re, sys

def without_costs(value):
    if isinstance(value, dict):
        return {key: without_costs(item) for key, item in value.items()
                if not re.match(r"(cpu|wall|memory)_", key)}
    return [without_costs(item) for item in value] if isinstance(value, list) else value

print(json.dumps(without_costs(json.load(open(sys.argv[1]))), indent=1))
PY
}

# Every result stands once in the record, and is for a case that is due.
once() { # once FOLDER NUMBER
    python3 - "$1/podium.sqlite" "$2" <<'PY' || fail "the record is not what it should be"
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
rows = db.execute("SELECT count(*), count(DISTINCT digest || task || case_id) FROM result").fetchone()
due = db.execute("SELECT count(*) FROM due JOIN result USING (key)").fetchone()[0]
print("results, of different cases, due:", rows, due, file=sys.stderr)
sys.exit(not (rows[0] == rows[1] == due == int(sys.argv[2])))
PY
}

# until_true WHAT COMMAND...: within two minutes, while the batch lives.
until_true() {
    local what=$1 end=$((SECONDS + 120))
    shift
    until "$@"; do
        kill -0 "$podium" 2>/dev/null || fail "the batch ended before $what: $(cat "$said")"
        ((SECONDS < end)) || fail "never: $what: $(cat "$said")"
        sleep 0.05
    done
}

has_recorded() { # has_recorded NUMBER
    grep -q "^$1/" "$said"
}

node_works() { # node_works NODE: two tasks are in the middle
    (($(squeue -h -w "$1" -t R -o %K 2>/dev/null | wc -l) == 2))
}

start_batch() { # start_batch FOLDER [OPTION...]
    folder=$1
    said=$(mktemp "$scratch/said.XXXXXX")
    shift
    "$PODIUM" batch -w "$folder" --executor slurm --slurm "$scratch/slurm.json" "$@" \
        "$scratch/entries" >"$said" 2>&1 &
    podium=$!
}

wait_batch() { # wait_batch STATUS
    local status=0
    wait "$podium" || status=$?
    out=$(cat "$said")
    ((status == $1)) || fail "status $status, not $1: $out"
}

# The organizer's part, when podium tells that there is no node left: the restarted controller
# knows less than the nodes and drains one for a "Duplicate jobid".
resume_drained() {
    while kill -0 "$podium" 2>/dev/null; do
        if sinfo -h -N -o "%N %T" 2>/dev/null | grep -q "^n1 drain" &&
            grep -q "node n1 is drain" "$said"; then
            scontrol update nodename=n1 state=resume
        fi
        sleep 0.2
    done
}

nothing_left() {
    local end=$((SECONDS + 20))
    [[ ! -e $folder/slurm ]] || fail "left: $(find "$folder/slurm")"
    until [[ -z $(squeue -h) ]]; do
        ((SECONDS < end)) || fail "still in Slurm: $(squeue -h)"
        sleep 0.1
    done
}

test_1_the_board_of_this_machine() {
    entries "$scratch/entries"
    folder=$(work)
    expect 0 "$PODIUM" batch -q -w "$folder" -n 8 "$scratch/entries"
    cases=$(sed -n 's/.* \([0-9]*\) cases: .*/\1/p' <<<"$out")
    ((cases > 60)) || fail "$cases cases"
    once "$folder" "$cases"
    echo "$cases" >"$scratch/cases"
    board "$folder" >"$scratch/board"
}

test_2_two_nodes_give_the_same_board() {
    local start=$SECONDS
    start_batch "$(work)"
    wait_batch 0
    echo "     $((SECONDS - start)) s"
    once "$folder" "$(<"$scratch/cases")"
    board "$folder" | diff "$scratch/board" -
    nothing_left
}

test_3_a_node_dies_and_then_the_controller() {
    local start=$SECONDS
    start_batch "$(work)"
    until_true "n2 worked" node_works n2
    until_true "five results" has_recorded 5
    "$here/testbed" kill-node "$bed" n2
    until_true "ten results" has_recorded 10
    "$here/testbed" kill-controller "$bed"
    until_true "the silence was told" grep -q "slurm does not answer" "$said"
    "$here/testbed" start-controller "$bed"
    until_true "the lost node was told" grep -q "node n2 is" "$said"
    resume_drained
    wait_batch 0
    echo "     $((SECONDS - start)) s"
    grep "^podium: " "$said" | sed 's/^podium:/    /'
    once "$folder" "$(<"$scratch/cases")"
    board "$folder" | diff "$scratch/board" -
    nothing_left
    "$here/testbed" start-node "$bed" n2
    local end=$((SECONDS + 60))
    until (($(sinfo -h -N -o %T | grep -c '^idle$') == 2)); do
        ((SECONDS < end)) || fail "the nodes do not come back: $(sinfo -N)"
        scontrol update nodename=n1,n2 state=resume 2>/dev/null || true
        sleep 0.2
    done
}

test_4_a_killed_batch_finds_its_array_again() {
    local array
    start_batch "$(work)"
    until_true "five results" has_recorded 5
    kill -KILL "$podium"
    wait "$podium" 2>/dev/null || true
    array=$(squeue -h -o %F | sort -u)
    start_batch "$folder" --json
    wait_batch 0
    once "$folder" "$(<"$scratch/cases")"
    board "$folder" | diff "$scratch/board" -
    nothing_left
    # No second array was submitted beside the one that was there: its tasks have the numbers
    # from its own on.
    (($(wc -w <<<"$array") == 1)) || fail "arrays: $array"
    local last
    last=$(sed -n 's/^JobId=\([0-9]*\) .*/\1/p' "$bed/log/jobcomp.txt" | sort -n | tail -n 1)
    ((last >= array && last < array + 12)) || fail "array $array, and then job $last"
}

test_5_an_interrupt_cancels() {
    start_batch "$(work)"
    until_true "three results" has_recorded 3
    kill -INT "$podium" 2>/dev/null # ignored where the shell starts it in the background
    kill -TERM "$podium"
    wait_batch 3
    says "1 arrays were cancelled in Slurm"
    says "run the batch again to go on"
    local end=$((SECONDS + 20))
    until [[ -z $(squeue -h) ]]; do
        ((SECONDS < end)) || fail "still in Slurm: $(squeue -h)"
        sleep 0.1
    done
    start_batch "$folder"
    wait_batch 0
    once "$folder" "$(<"$scratch/cases")"
    nothing_left
}

test_6_an_ordinary_user() {
    folder=$(mktemp -d "$scratch/user.XXXXXX")
    cp -r "$PODIUM_CASES/cases" "$folder/cases"
    chown -R 65534:65534 "$folder"
    expect 0 setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=/tmp \
        "$PODIUM" batch -q -w "$folder" --waive cgroup --executor slurm \
        --slurm "$scratch/slurm.json" "$scratch/entries"
    once "$folder" "$(<"$scratch/cases")"
    board "$folder" | diff "$scratch/board" -
    nothing_left
}

test_7_nothing_is_left_on_the_nodes() {
    local left
    # The next run as root removes the cgroups of the node that died, as on a node it would.
    expect 0 "$PODIUM" batch -q -w "$(work)" "$scratch/entries/first-listed"
    for left in /tmp/podium-work-*; do
        # One that is held belongs to somebody else's test.
        [[ ! -d $left ]] || ! flock -n "$left" true 2>/dev/null || fail "$left stays"
    done
}

run_tests
status=$?
"$here/testbed" down "$bed"
exit $status
