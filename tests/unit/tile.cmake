podium_suite(tile tile_core podium_sdk)
podium_suite(tile_data tile_core podium_sdk)
