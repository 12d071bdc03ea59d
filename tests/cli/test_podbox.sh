#!/usr/bin/env bash
# The tool podbox: statuses, results, talks. PODBOX is the program.
. "$(dirname "$0")/lib.sh"

waive=()
"$PODBOX" doctor | grep -q '^cgroup *yes' || waive=(--waive cgroup)

box() { # box STATUS ARGUMENT...: the result is in $result then
    local wanted=$1
    shift
    rm -f "$scratch/result"
    expect "$wanted" "$PODBOX" "${waive[@]}" -r "$scratch/result" "$@"
    result=$(cat "$scratch/result" 2>/dev/null || true)
}

# field PATH VALUE: what the result holds there, as Python prints it.
field() {
    local got
    got=$(python3 -c '
import json, sys
value = json.load(open(sys.argv[1]))
for key in sys.argv[2].split("."):
    value = value[key]
print(value)' "$scratch/result" "$1") || fail "no '$1' in: $result"
    [[ $got == "$2" ]] || fail "$1 is '$got', not '$2', in: $result"
}

test_a_command_and_its_result() {
    box 0 -- /bin/sh -c 'echo said'
    says said
    field end exit
    box 1 -- /bin/sh -c 'exit 7'
    field exit_code 7
    box 1 -w 0.2 -- /bin/sleep 100
    field end wall
    field idle True
    box 1 -- /bin/unshare -U true
    field end call
    field refused.name unshare
}

test_a_wrong_option_is_one_line_and_status_2() {
    for wrong in "--wall=x" "--memory=1x" "--bind=/usr" "--waive=all" "--wire=string" \
        "--pin=-1" "--result-fd=99 -- /bin/true" "--peer=/bin/true --stdin=/dev/null"; do
        # shellcheck disable=SC2086 # words on purpose
        expect 2 "$PODBOX" $wrong -- /bin/true
    done
    expect 2 "$PODBOX" "${waive[@]}" -C relative -- /bin/true
    says "cwd 'relative'"
    one_line
    expect 2 "$PODBOX" "${waive[@]}" -b /nonexistent:/a -- /bin/true
    says "source '/nonexistent'"
    one_line
}

test_a_closed_stream_is_named() {
    for talk in "" "--peer=/bin/true"; do
        # shellcheck disable=SC2086 # words on purpose
        expect 2 bash -c '"$@" 2>&1 >&-' - "$PODBOX" "${waive[@]}" $talk -- /bin/true
        says "descriptor 1 is closed"
        one_line
    done
}

test_an_entry_talks_with_a_peer() {
    local peer='for i in 3 4; do echo $i; read y; [ "$y" = $((i * i)) ] || exit 43; done'
    for wire in pipes socket; do
        box 0 --wire=$wire --peer=/bin/sh --peer=-c --peer="$peer" -- \
            /bin/sh -c 'while read x; do echo $((x * x)); done'
        field schema podbox.talk/1
        field peer.exit_code 0
        field entry.exit_code 0
        field hung nobody
        [[ $wire == pipes ]] || field first peer
    done
    box 1 --peer=/bin/sh --peer=-c --peer="$peer" -- /bin/sh -c 'while read x; do echo 0; done'
    field peer.exit_code 43
}

test_who_hung_is_told() {
    box 1 -w 0.5 --linger 0.05 --peer=/bin/sh --peer=-c --peer='echo 1; read y' -- \
        /bin/sh -c 'read x; exec sleep 100'
    field entry.end wall
    field hung entry
    box 1 -w 0.5 --linger 0.05 --peer=/bin/sh --peer=-c --peer='exec sleep 100' -- \
        /bin/sh -c 'echo 1; read x'
    field hung peer
    field at_limit.peer.unread_bytes 2
}

# What the peer knows is not for the entry.
test_the_peer_sees_what_is_bound_for_it_alone() {
    mkdir -m 755 "$scratch/case"
    echo secret >"$scratch/case/answer"
    chmod 755 "$scratch"
    box 0 --peer-bind="$scratch/case:/case" --peer=/bin/cat --peer=/case/answer -- \
        /bin/sh -c 'read x; test "$x" = secret && test ! -e /case'
}

# Guests are the first to die when the host has no memory left; that is no fault of theirs.
test_a_host_without_memory_fails_the_run() {
    parent=/sys/fs/cgroup/memory/podbox-test-$$
    if ((EUID != 0)) || ! mkdir "$parent" 2>/dev/null; then
        echo "     needs root and cgroup version 1"
        return
    fi
    trap 'rmdir "$parent/podbox" "$parent"' EXIT
    echo $((40 << 20)) >"$parent/memory.limit_in_bytes"
    expect 3 unshare -m bash -c '
        mount --make-rprivate / && mount --bind "$1" /sys/fs/cgroup/memory &&
        exec "$2" -m 512m -- /bin/sort -S 300M /dev/zero' \
        - "$parent" "$PODBOX"
    says "the host had no memory left"
    one_line
}

run_tests
