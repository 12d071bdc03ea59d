# bench_volume takes in and scores a contest of the real size; see volume/run.
add_executable(volume_make volume/make.c)
target_link_libraries(volume_make PRIVATE podium_sdk)
set_target_properties(volume_make PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
