add_test(NAME layout.same_bytes
         COMMAND ${PROJECT_SOURCE_DIR}/tests/cases/layout/same_bytes.sh ${PROJECT_SOURCE_DIR})
set_tests_properties(layout.same_bytes PROPERTIES TIMEOUT 300)
