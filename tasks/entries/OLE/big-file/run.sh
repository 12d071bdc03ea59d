# Output limit: one file that grows until something stops it (at 256 MiB, if nothing does).
exec head -c 268435456 /dev/zero >"$PODIUM_OUTPUT/submission.csv"
