# bench_launch prints what a launch in the sandbox costs beside a bare one and other tools.
# The tiny program has no libc, hence none of the flags that need one.
add_executable(launch_tiny tiny.c)
target_compile_options(launch_tiny PRIVATE -ffreestanding -fno-stack-protector -fno-sanitize=all)
target_link_options(launch_tiny PRIVATE -nostdlib -static -fno-sanitize=all)
set_target_properties(launch_tiny PROPERTIES OUTPUT_NAME tiny
  RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests/box)

add_executable(launch_bench launch.c launch_bomb.c launch_calls.c launch_memory.c launch_ways.c)
target_link_libraries(launch_bench PRIVATE podbox_lib)
set_target_properties(launch_bench PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)

# A few rounds, so that it does not rot; no time is looked at.
add_test(NAME bench.launch COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/run_launch.sh
  $<TARGET_FILE:launch_bench> $<TARGET_FILE:podbox> $<TARGET_FILE:launch_tiny> 2)
set_tests_properties(bench.launch PROPERTIES TIMEOUT 120)

add_custom_target(bench_launch
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/run_launch.sh $<TARGET_FILE:launch_bench>
    $<TARGET_FILE:podbox> $<TARGET_FILE:launch_tiny>
  DEPENDS launch_bench launch_tiny podbox USES_TERMINAL)
