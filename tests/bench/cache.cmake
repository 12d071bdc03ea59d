# bench_cache prints millions of requests a second of the cache task's policies.
add_executable(cache_bench cache.c)
target_link_libraries(cache_bench PRIVATE cache_core)
set_target_properties(cache_bench PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
add_custom_target(bench_cache COMMAND cache_bench DEPENDS cache_bench USES_TERMINAL)
