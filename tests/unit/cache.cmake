foreach(suite cache_state cache_policy cache_import)
  podium_suite(${suite} cache_core podium_sdk)
endforeach()
