# What gets an entry's files here: archives.
podium_suite(archive pod_engine src_fixture)
add_dependencies(test_archive podium_unpack)
