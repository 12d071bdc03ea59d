# bench_timing prints how far equal runs differ, and how often two entries that differ by 3 %
# are put in the wrong order. About ten minutes.
add_executable(timing_work timing_work.c)
target_compile_options(timing_work PRIVATE -O2 -fno-sanitize=all)
target_link_options(timing_work PRIVATE -static -fno-sanitize=all)
set_target_properties(timing_work PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)

# A round, so that it does not rot; no time is looked at.
add_test(NAME bench.timing COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/run_timing.py
  $<TARGET_FILE:podium> $<TARGET_FILE:timing_work> ${CMAKE_BINARY_DIR}/tests/cases 1 2)
set_tests_properties(bench.timing PROPERTIES TIMEOUT 300 FIXTURES_REQUIRED cases)

add_custom_target(bench_timing
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/run_timing.py $<TARGET_FILE:podium>
    $<TARGET_FILE:timing_work> ${CMAKE_BINARY_DIR}/tests/cases
  DEPENDS podium podium_reference timing_work USES_TERMINAL)
