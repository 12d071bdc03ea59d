# bench_channel prints what a step of a dialogue costs beside a bare ping-pong over two pipes.
add_executable(channel_bench channel.c)
target_link_libraries(channel_bench PRIVATE podbox_lib)
# Both sides are what a task and an entry are: the SDK, and the kit's header alone.
add_executable(channel_peer channel_peer.c)
target_link_libraries(channel_peer PRIVATE podium_sdk)
add_executable(channel_entry channel_entry.c)
target_include_directories(channel_entry PRIVATE ${PROJECT_SOURCE_DIR}/tasks)
set_target_properties(channel_bench PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
set_target_properties(channel_peer channel_entry PROPERTIES
  RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests/channel)

set(channel_command $<TARGET_FILE:channel_bench> ${CMAKE_BINARY_DIR}/tests/channel
    ${CMAKE_CURRENT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/tasks/sdk/entry)

# A round, so that it does not rot; no time is looked at.
add_test(NAME bench.channel COMMAND ${channel_command} 1 200)
set_tests_properties(bench.channel PROPERTIES TIMEOUT 120)

add_custom_target(bench_channel COMMAND ${channel_command} 15 20000
  DEPENDS channel_bench channel_peer channel_entry USES_TERMINAL)
