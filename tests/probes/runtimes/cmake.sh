# expect: end=exit exit=0 stdout=learned collect=ok refused=ioctl needs=/usr/bin/cmake,/usr/bin/ninja cpu=60 wall=120
# cmake with ninja and with make: finding the compilers and the threads, and ctest.
# It copies with a clone of the file (ioctl) where it can: refused, and it goes on.
set -e
cat > CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.20)
project(learn C CXX)
find_package(Threads REQUIRED)
add_executable(c /probe/c_threads.c)
add_executable(cpp /probe/cpp_threads.cpp)
target_link_libraries(c Threads::Threads)
target_link_libraries(cpp Threads::Threads)
enable_testing()
add_test(NAME c COMMAND c)
add_test(NAME cpp COMMAND cpp)
set_tests_properties(c cpp PROPERTIES PASS_REGULAR_EXPRESSION learned)
END
for generator in Ninja 'Unix Makefiles'; do
    cmake -G "$generator" -B "$generator" > log
    cmake --build "$generator" -j2 >> log
    ctest --test-dir "$generator" >> log
done
exec ./Ninja/c
