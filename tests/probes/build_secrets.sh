# expect: end=exit exit=0 stdout=held cpu=30 wall=60
# ATTACKS 170, 171: a build that takes in files of the host: by #include, by .incbin, by a
# linker script, and by whatever its rules run. There is nothing to be had but what the root
# holds; /etc/hostname is on every host, and no source of podium lies at its outside name.
cd /tmp
outside=$(sed -n 's|^[^ ]* [^ ]* [^ ]* \([^ ]*\) /probe .*|\1|p' /proc/self/mountinfo)
for secret in /etc/hostname /etc/shadow /etc/hosts /root/.bashrc /proc/1/environ "$outside/probe.h"; do
    [ "$secret" != /probe.h ] || continue
    printf '#include "%s"\n' "$secret" > a.c
    printf '__asm__(".incbin \\"%s\\"");\n' "$secret" > b.c
    printf 'INPUT(%s)\n' "$secret" > c.ld
    printf 'all:\n\tcat %s\n' "$secret" > Makefile
    for try in "cc -E a.c" "cc -c b.c -o b.o" "ld -o c c.ld" "make -s"; do
        if $try > said 2> why; then
            echo "hole: $try took in $secret"
            exit 1
        fi
    done
done
echo held
