#!/usr/bin/env bash
# The sandbox builds and installs alone, and what it installs serves others: the manual's
# example against both libraries, nothing exported but the interface, no writable data.
# usage: test_podbox_install.sh SOURCE-FOLDER-OF-THE-SANDBOX
set -u
. "$(dirname "$0")/lib.sh"
source=$1
prefix=$scratch/prefix

# Not of the build around: a sanitizer's flags would add symbols and data of their own.
build() {
    unset CFLAGS LDFLAGS
    cmake -S "$source" -B "$scratch/build" -DCMAKE_BUILD_TYPE=Release \
        -DCMAKE_INSTALL_LIBDIR=lib/arch &&
        cmake --build "$scratch/build" --parallel 2 &&
        cmake --install "$scratch/build" --prefix "$prefix"
}
build >"$scratch/log" 2>&1 || fail "the sandbox does not build alone: $(tail -n 20 "$scratch/log")"
export PKG_CONFIG_PATH=$prefix/lib/arch/pkgconfig LD_LIBRARY_PATH=$prefix/lib/arch
shared=$prefix/lib/arch/libpodbox.so.0

# compile OUTPUT PKG-CONFIG-OPTIONS [OPTION...]: the example as the manual's reader sees it.
compile() {
    local output=$1 how=$2 flags
    shift 2
    sed -n '/^\.EX$/,/^\.EE$/{/^\.E/d;s/\\e/\\/g;s/\\-/-/g;p}' \
        "$prefix/share/man/man3/libpodbox.3" >"$scratch/example.c"
    read -ra flags < <(pkg-config $how --cflags --libs podbox)
    expect 0 cc -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -o "$output" "$@" \
        "$scratch/example.c" "${flags[@]}"
}

# plays PROGRAM: it knows a command that exits from one that uses up its processor time.
plays() {
    expect 0 "$1" /bin/sh -c 'echo "from inside $(hostname)"; exit 7'
    says "from inside podbox"
    says "exit, status 7, "
    expect 0 "$1" /bin/sh -c 'while :; do :; done'
    says "cpu, status 0, "
    expect 2 "$1"
    says "usage: "
}

test_the_manuals_example_runs_with_the_shared_library() {
    compile "$scratch/with_shared" ""
    says_not "warning"
    expect 0 ldd "$scratch/with_shared"
    says "$shared"
    plays "$scratch/with_shared"
}

test_the_manuals_example_runs_as_a_static_program() {
    compile "$scratch/with_static" --static -static
    expect 1 ldd "$scratch/with_static"
    plays "$scratch/with_static"
}

# What podbox.h declares: the names before an opening bracket, comments left out.
declared() {
    cc -fpreprocessed -dD -E "$prefix/include/podbox.h" 2>/dev/null | grep -o 'sb_[a-z_]*(' |
        sort -u
}

test_the_shared_library_exports_the_interface_and_nothing_else() {
    nm -D --defined-only "$shared" | awk '{ print $3 "(" }' | sort >"$scratch/exported"
    (($(wc -l <"$scratch/exported") > 10)) || fail "nm shows nothing"
    out=$(grep -v '^sb_[^_]' "$scratch/exported") && fail "exported, and no sb_ name: $out"
    declared >"$scratch/declared"
    expect 0 diff "$scratch/declared" "$scratch/exported"
}

test_the_manuals_synopsis_names_every_function() {
    sed -n '/^\.SH SYNOPSIS/,/^\.SH DESCRIPTION/p' "$prefix/share/man/man3/libpodbox.3" |
        grep -o 'sb_[a-z_]*(' | sort >"$scratch/named"
    declared >"$scratch/declared"
    expect 0 diff "$scratch/declared" "$scratch/named"
}

test_the_header_needs_none_of_the_libraries_beneath() {
    echo '#include "podbox.h"' >"$scratch/header.c"
    expect 0 cc -std=c11 -M -I"$prefix/include" "$scratch/header.c"
    says "podbox.h"
    says_not "jansson"
    says_not "seccomp.h"
}

# Bytes of sections that a program may write to. Pointers in constants are in .data.rel.ro,
# which is read-only once the program was loaded.
writable_bytes() {
    size -A "$1" | awk '$1 ~ /^\.t?(data|bss)/ && $1 !~ /^\.data\.rel\.ro/ { n += $2 } END { print n + 0 }'
}

test_the_library_keeps_no_writable_data() {
    echo 'static int counter; int count(void) { return ++counter; }' >"$scratch/counts.c"
    expect 0 cc -O2 -fPIC -c -o "$scratch/counts.o" "$scratch/counts.c"
    (($(writable_bytes "$scratch/counts.o") == 4)) || fail "a counter is not seen"
    (($(size "$prefix/lib/arch/libpodbox.a" | wc -l) > 20)) || fail "the library is empty"
    (($(writable_bytes "$prefix/lib/arch/libpodbox.a") == 0)) ||
        fail "writable: $(objdump -t "$prefix/lib/arch/libpodbox.a" | grep -E ' \.(data|bss)\s.*\s\w+$')"
}

test_the_tool_and_both_manual_pages_are_installed() {
    expect 0 "$prefix/bin/podbox" --version
    says "podbox $(pkg-config --modversion podbox)"
    [[ -f $prefix/share/man/man1/podbox.1 ]] || fail "no podbox(1)"
    command -v man >/dev/null || return 0
    for page in man1/podbox.1 man3/libpodbox.3; do
        expect 0 man --warnings -E UTF-8 -l -Tutf8 -Z "$prefix/share/man/$page"
        says_not "warning"
    done
}

run_tests
