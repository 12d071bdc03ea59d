#!/usr/bin/env bash
# Runs all measurements of `launch_bench` and says what machine they are of. About 2 minutes.
# Use: run_launch.sh PATH_OF_launch_bench PATH_OF_podbox PATH_OF_tiny [SHARE]
# SHARE, in percent, scales the numbers of rounds (100).
set -euo pipefail
bench=$1 podbox=$2 tiny=$3 share=${4:-100}

load() { cut -d' ' -f1-3 /proc/loadavg; }

measure() { # WHAT ROUNDS TITLE
    local rounds=$(($2 * share / 100))
    echo
    echo "$3 (load $(load))"
    "$bench" "$1" "$podbox" "$tiny" "$((rounds > 0 ? rounds : 1))"
}

echo "machine: $(nproc) processors,$(sed -n 's/^model name\s*://p;T;q' /proc/cpuinfo)," \
    "Linux $(uname -r), load $(load), $(date -u +%FT%TZ), uid $EUID"
measure tight 300 "Launch and end of a tiny program, one after another"
measure gaps 60 "The same, 50 ms of idleness before each"
measure loaded 150 "The same as the first, with a busy process on the last processor"
measure calls 15 "One system call"
measure memory 100 "Memory of a process's own"
measure bomb 10 "A fork bomb of 200 tasks, from the wall limit to the return of the run"
