foreach(suite cost pipe published plan draw import)
  podium_suite(llmtrain_${suite} llmtrain_core podium_sdk)
endforeach()
add_dependencies(unit_tests task_llmtrain)
add_test(NAME unit.llmtrain_evaluator
         COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/test_llmtrain_evaluator.py $<TARGET_FILE:task_llmtrain>)
set_tests_properties(unit.llmtrain_evaluator PROPERTIES TIMEOUT 300 LABELS unit)
