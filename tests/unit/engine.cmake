foreach(name outcome store)
  podium_suite(${name} pod_engine)
endforeach()
