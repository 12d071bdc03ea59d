# Wrong answer: no graph has a configuration 999999.
set -eu
cd "$PODIUM_OUTPUT"
sed '2,$s/,.*/,999999/' "$PODIUM_INPUT/sample_submission.csv" >submission.csv
