add_library(board_fixture STATIC board_fixture.c)
target_link_libraries(board_fixture PUBLIC board_lib)
target_include_directories(board_fixture PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})

podium_suite(board_cases board_fixture)
podium_suite(board_liquid board_lib)
podium_suite(board_records board_fixture)
podium_suite(board_export board_fixture)
podium_suite(board_identity board_lib)
podium_suite(board_ladder board_lib)
podium_suite(board_rules board_fixture)
podium_suite(board_stats board_lib)
podium_suite(board_table board_fixture)
podium_suite(board_text board_lib)
podium_suite(board_units board_fixture)
podium_suite(board_writer board_lib)

add_executable(board_shown board_shown.c)
target_link_libraries(board_shown PRIVATE board_fixture)
set_target_properties(board_shown PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
add_test(NAME unit.board_readers
         COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/test_board_readers.py $<TARGET_FILE:board_shown>)
set_tests_properties(unit.board_readers PROPERTIES TIMEOUT 300 LABELS unit)

# Independent of the C; 77 says that SciPy is not installed.
add_test(NAME stats.reference COMMAND ${PROJECT_SOURCE_DIR}/tests/cases/stats/reference.py)
set_tests_properties(stats.reference PROPERTIES TIMEOUT 120 SKIP_RETURN_CODE 77)
add_test(NAME stats.same_bytes
         COMMAND ${PROJECT_SOURCE_DIR}/tests/cases/stats/same_bytes.sh ${PROJECT_SOURCE_DIR})
set_tests_properties(stats.same_bytes PROPERTIES TIMEOUT 300)
