# What is published, and the way there.
add_library(publish_fixture STATIC ${CMAKE_CURRENT_LIST_DIR}/publish_fixture.c)
target_link_libraries(publish_fixture PUBLIC log_fixture PRIVATE PkgConfig::CRITERION)
foreach(suite bundle publish)
  podium_suite(${suite} publish_fixture)
endforeach()
# It is killed in one of these calls.
target_link_options(test_publish PRIVATE -Wl,--wrap=write,--wrap=rename,--wrap=mkdir,--wrap=fsync)
podium_suite(retry pod_engine src_fixture)
