add_test(NAME unit.llmserve_world
         COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/test_llmserve_world.py $<TARGET_FILE:task_llmserve>)
set_tests_properties(unit.llmserve_world PROPERTIES TIMEOUT 300 LABELS unit)
