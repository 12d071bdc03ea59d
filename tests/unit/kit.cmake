# The participants' kit: headers only, with zlib and nothing of podium.
podium_suite(kit z m)
target_include_directories(test_kit PRIVATE ${PROJECT_SOURCE_DIR}/tasks)
