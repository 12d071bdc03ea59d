podium_suite(slurm pod_engine src_fixture)
podium_suite(spool pod_engine src_fixture)
