add_library(llmserve_fixture STATIC llmserve_fixture.c llmserve_kit.c)
set_source_files_properties(llmserve_kit.c PROPERTIES COMPILE_OPTIONS
                            "-I${PROJECT_SOURCE_DIR}/tasks/sdk/entry")
target_link_libraries(llmserve_fixture PUBLIC llmserve_core podium_sdk)
target_link_libraries(llmserve_fixture PRIVATE PkgConfig::CRITERION)
target_include_directories(llmserve_fixture PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})

foreach(suite llmserve llmserve_hostile llmserve_engine llmserve_data llmserve_import)
  podium_suite(${suite} llmserve_fixture)
endforeach()

# Independent of the C.
add_dependencies(unit_tests task_llmserve)
add_test(NAME unit.llmserve_world
         COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/test_llmserve_world.py $<TARGET_FILE:task_llmserve>)
set_tests_properties(unit.llmserve_world PROPERTIES TIMEOUT 300 LABELS unit)
