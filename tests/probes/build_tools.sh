# expect: end=exit exit=0 stdout=built cpu=30 wall=60 collect=ok
# A positive probe: sh, make and the compiler work, as an entry's build needs them.
set -e
cd /tmp
printf '#include <stdio.h>\nint main(void){puts("built");return 0;}\n' > a.c
printf 'a: a.c\n\t$(CC) -O1 -o a a.c\n' > Makefile
make -s CC=cc
./a
cp a /out/a
ls -l /out > /dev/null
