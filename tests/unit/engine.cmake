foreach(name limit outcome series store)
  podium_suite(${name} pod_engine)
endforeach()
podium_suite(noise pod_engine src_fixture)
podium_suite(signature src_fixture)

# What is tested by a log of its own: events written in short.
add_library(log_fixture STATIC ${CMAKE_CURRENT_LIST_DIR}/log_fixture.c)
target_link_libraries(log_fixture PUBLIC src_fixture pod_engine PRIVATE PkgConfig::CRITERION)
foreach(name event event_plain ledger ledger_quota ledger_walk receipt log_check registry)
  podium_suite(${name} log_fixture)
endforeach()
# Its clock is the test's.
target_link_options(test_registry PRIVATE -Wl,--wrap=store_clock_now)

# The reference workload's sum is that of its description in another language.
add_test(NAME reference.same_sum COMMAND
  ${PROJECT_SOURCE_DIR}/tests/cases/reference/reference.py $<TARGET_FILE:podium_reference>)
set_tests_properties(reference.same_sum PROPERTIES TIMEOUT 300)
