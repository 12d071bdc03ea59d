podium_suite(llmserve llmserve_core podium_sdk)
podium_suite(llmserve_data llmserve_core podium_sdk)

# Independent of the C.
add_test(NAME unit.llmserve_world
         COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/test_llmserve_world.py $<TARGET_FILE:task_llmserve>)
set_tests_properties(unit.llmserve_world PROPERTIES TIMEOUT 300 LABELS unit)
