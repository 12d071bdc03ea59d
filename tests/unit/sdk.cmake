foreach(suite sdk_npz sdk_rank sdk_rng sdk_submission sdk_case sdk_image sdk_verdict sdk_channel
              sdk_message)
  podium_suite(${suite} podium_sdk)
endforeach()

# Entries come in C++ too, and with all warnings.
find_program(PODIUM_CXX NAMES c++ g++ clang++)
if(PODIUM_CXX)
  add_test(NAME unit.kit_as_cplusplus
           COMMAND ${PODIUM_CXX} -std=c++11 -Wall -Wextra -Wpedantic -Werror -fsyntax-only -x c++
                   ${PROJECT_SOURCE_DIR}/tasks/sdk/entry/podium_channel.h)
  set_tests_properties(unit.kit_as_cplusplus PROPERTIES LABELS unit)
endif()
