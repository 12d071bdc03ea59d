foreach(suite verilog_lex verilog_models verilog_vectors verilog_score verilog_import)
  podium_suite(${suite} verilog_core podium_sdk)
endforeach()
# 77 says that Icarus Verilog is not installed.
add_test(NAME verilog.engineer COMMAND ${PROJECT_SOURCE_DIR}/tests/cases/verilog/engineer.sh
         ${PROJECT_SOURCE_DIR}/tasks/verilog $<TARGET_FILE:task_verilog>)
set_tests_properties(verilog.engineer PROPERTIES TIMEOUT 300 SKIP_RETURN_CODE 77)
