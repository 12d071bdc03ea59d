# bench_volume takes in and scores a contest of the real size; see volume/run.
add_executable(volume_make volume/make.c)
target_link_libraries(volume_make PRIVATE podium_sdk)
set_target_properties(volume_make PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)

# A small one with a few kills, so that it does not rot; no time is looked at.
add_test(NAME bench.volume COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/volume/run
  $<TARGET_FILE:podium> $<TARGET_FILE:volume_make> 8 32 8)
set_tests_properties(bench.volume PROPERTIES TIMEOUT 300 RUN_SERIAL ON)

add_custom_target(bench_volume
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/volume/run $<TARGET_FILE:podium> $<TARGET_FILE:volume_make>
  DEPENDS podium volume_make USES_TERMINAL)
