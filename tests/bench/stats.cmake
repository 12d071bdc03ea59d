# bench_stats prints what the statistics of 616 teams, 894 items and 10,000 replicates cost.
add_executable(stats_bench stats.c)
target_link_libraries(stats_bench PRIVATE board_lib)
target_compile_options(stats_bench PRIVATE $<$<CONFIG:Release>:-O3>)
set_target_properties(stats_bench PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
# A small one, so that it does not rot; no time is looked at.
add_test(NAME bench.stats COMMAND stats_bench 20 60 200)
set_tests_properties(bench.stats PROPERTIES TIMEOUT 60)

add_custom_target(bench_stats COMMAND stats_bench DEPENDS stats_bench USES_TERMINAL)
