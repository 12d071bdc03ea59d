# Wrong answer: an index is a whole number.
set -eu
cd "$PODIUM_OUTPUT"
sed '2,$s/,.*/,nan/' "$PODIUM_INPUT/sample_submission.csv" >submission.csv
