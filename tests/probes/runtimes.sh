# expect: end=exit exit=0 stdout=learned-to-run cpu=60 wall=120 memory=1024m processes=200 tmp=64m
# Positive probes: runtimes with threads, where they are installed. Each prints 42.
set -e
has() {
    command -v "$1" > /dev/null
}
held=
check() {
    [ "$2" = 42 ] || held="$held $1"
}
printf '#include <thread>\n#include <cstdio>\nint main(){std::thread t([]{puts("42");});t.join();}\n' > a.cc
if has g++; then
    g++ -O1 -pthread -o a a.cc
    check c++ "$(./a)"
fi
printf 'import java.util.stream.*;class A{public static void main(String[] a){System.out.println(IntStream.range(0,43).parallel().max().getAsInt());}}\n' > A.java
if has javac; then
    javac A.java
    check java "$(java -Xmx128m -cp . A)"
fi
if has node; then
    check node "$(node -e 'console.log(40+2)')"
fi
if has python3; then
    check python "$(python3 -c 'import multiprocessing as m; print(sum(m.Pool(2).map(abs, [-40, 2])))')"
fi
[ -z "$held" ] && echo learned-to-run || echo "failed:$held"
