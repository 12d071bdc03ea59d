foreach(suite cache_state cache_policy cache_import)
  podium_suite(${suite} cache_core podium_sdk)
endforeach()
set(cache_cases ${PROJECT_SOURCE_DIR}/tests/cases/cache)
add_test(NAME cache.naive
         COMMAND ${cache_cases}/naive.py $<TARGET_FILE:task_cache> draw ${PROJECT_SOURCE_DIR}/tasks/cache)
add_test(NAME cache.samples COMMAND ${cache_cases}/naive.py $<TARGET_FILE:task_cache> samples)
add_test(NAME cache.dialogue
         COMMAND ${cache_cases}/dialogue.py ${PROJECT_SOURCE_DIR} $<TARGET_FILE:task_cache>)
set_tests_properties(cache.naive cache.samples cache.dialogue PROPERTIES
                     TIMEOUT 300 SKIP_RETURN_CODE 77)
