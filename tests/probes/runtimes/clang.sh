# expect: end=exit exit=0 stdout=learned collect=ok refused=none needs=/usr/bin/clang cpu=30 wall=60
# clang in place of gcc, C and C++.
set -e
clang -O1 -pthread -o program /probe/c_threads.c
clang++ -std=c++17 -O1 -pthread -o program2 /probe/cpp_threads.cpp
./program2 > said
grep -qx learned said
./program
