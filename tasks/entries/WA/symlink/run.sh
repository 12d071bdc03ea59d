# Wrong answer: what is collected must be a regular file, never a link out of the sandbox.
set -eu
cd "$PODIUM_OUTPUT"
ln -s /etc/passwd submission.csv
