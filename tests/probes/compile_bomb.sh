# expect: end={} each=cpu|memory|file_size cpu=1 wall=20 memory=256m file=16m needs=cgroup
# ATTACKS 172: few lines that keep a compiler busy, make it take memory, and make it write a
# large file. A build has limits as any run.
cd /tmp
case $1 in
cpu)
    # A file that takes in itself twice at each of 60 levels.
    printf '#if __INCLUDE_LEVEL__ < 60\n#include "a.h"\n#include "a.h"\n#endif\n' > a.h
    echo '#include "a.h"' > a.c
    exec cc -E -P -o /dev/null a.c
    ;;
memory)
    exec cc -x c -c -o a.o /dev/zero
    ;;
file_size)
    echo 'char a[1 << 28] = {1};' > a.c
    cc -S a.c && exec as -o /out/a.o a.s
    ;;
esac
