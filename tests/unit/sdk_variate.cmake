podium_suite(sdk_variate podium_sdk)
