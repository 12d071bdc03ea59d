add_library(board_fixture STATIC board_fixture.c)
target_link_libraries(board_fixture PUBLIC board_lib)
target_include_directories(board_fixture PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})

podium_suite(board_cases board_fixture)
podium_suite(board_liquid board_lib)
podium_suite(board_rules board_fixture)
podium_suite(board_table board_fixture)
podium_suite(board_text board_lib)
