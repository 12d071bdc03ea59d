foreach(suite sdk_npz sdk_rank sdk_rng sdk_submission sdk_case sdk_image sdk_verdict sdk_channel
              sdk_message)
  podium_suite(${suite} podium_sdk)
endforeach()
