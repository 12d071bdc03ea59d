#!/usr/bin/env bash
# What users install works as it stands, with no path of the build in it.
# usage: test_install.sh BUILD-FOLDER
set -u
. "$(dirname "$0")/lib.sh"
build=$1

test_an_installed_podium_finds_its_tasks_and_runs_an_entry() {
    expect 0 cmake --install "$build" --prefix "$scratch/prefix"
    local podium=$scratch/prefix/bin/podium
    expect 0 "$podium" task -w "$(work)" list
    says "tile "
    expect 0 "$podium" run -w "$(work)" --task tile \
        "$scratch/prefix/share/podium/tasks/entries/scored/heuristic"
    says " OK "
    [[ -f $scratch/prefix/share/man/man1/podium.1 ]] || fail "no man page"
    [[ -x $scratch/prefix/bin/podbox ]] || fail "no podbox"
    # The build's own folder appears nowhere but in debug information.
    for program in "$scratch"/prefix/bin/* "$scratch"/prefix/libexec/podium/*; do
        strip -o "$scratch/stripped" "$program"
        ! grep -qF "$build" "$scratch/stripped" || fail "$program holds the path '$build'"
    done
}

run_tests
