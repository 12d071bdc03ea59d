# bench_score prints how many times as fast as Python with scipy a contest is scored.
add_executable(score_bench score.c)
target_link_libraries(score_bench PRIVATE podium_sdk)
set_target_properties(score_bench PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
add_custom_target(bench_score
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/run_score.sh $<TARGET_FILE:score_bench>
  DEPENDS score_bench USES_TERMINAL)
