# What gets an entry's files here: archives, the web, and the list of what is there.
podium_suite(archive pod_engine src_fixture)
add_dependencies(test_archive podium_unpack)

# A port of the test server stands for the public internet.
foreach(suite depot fetch fetch_door)
  podium_suite(${suite} pod_engine src_fixture)
  target_sources(test_${suite} PRIVATE ${CMAKE_CURRENT_LIST_DIR}/fetch_fixture.c)
  target_link_options(test_${suite} PRIVATE -Wl,--wrap=address_refusal)
endforeach()
podium_suite(address pod_engine)
foreach(suite lookalike manifest)
  podium_suite(${suite} src_fixture)
endforeach()
