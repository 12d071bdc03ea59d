# Wrong answer: the last graph has two rows.
set -eu
cd "$PODIUM_OUTPUT"
cat "$PODIUM_INPUT/sample_submission.csv" >submission.csv
tail -n 1 "$PODIUM_INPUT/sample_submission.csv" >>submission.csv
