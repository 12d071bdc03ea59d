podium_suite(tile tile_core podium_sdk)
podium_suite(tile_data tile_core podium_sdk)
add_test(NAME tile.same_bytes
         COMMAND ${PROJECT_SOURCE_DIR}/tests/cases/tile/same_bytes.sh ${PROJECT_SOURCE_DIR})
set_tests_properties(tile.same_bytes PROPERTIES TIMEOUT 300)
