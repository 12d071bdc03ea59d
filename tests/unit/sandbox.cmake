foreach(suite podbox_cgroup podbox_collect podbox_filter podbox_ground podbox_origin podbox_policy podbox_run
        podbox_talk podbox_worker)
  podium_suite(${suite} podbox_lib)
endforeach()
