add_library(src_fixture STATIC ${CMAKE_CURRENT_LIST_DIR}/src_fixture.c)
target_link_libraries(src_fixture PUBLIC pod_model)
target_include_directories(src_fixture PUBLIC ${CMAKE_CURRENT_LIST_DIR})

foreach(suite error text fs tree json crypto clock lookup)
  podium_suite(${suite} src_fixture)
endforeach()
# Faults that no file system gives on request come from test_fs.c and the like:
# __wrap_write(...) there stands in for write.
target_link_options(test_fs PRIVATE -Wl,--wrap=strdup,--wrap=write)
target_link_options(test_tree PRIVATE -Wl,--wrap=openat)
target_link_options(test_crypto PRIVATE -Wl,--wrap=openat)
foreach(suite entry task competition verdict deadline received result timing)
  podium_suite(${suite} src_fixture)
endforeach()
