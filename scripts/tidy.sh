#!/usr/bin/env bash
# Fails if a go.mod or go.sum is not as "go mod tidy" would write it. Where the
# module proxy cannot be asked, that is said and nothing is concluded.
set -uo pipefail
cd "$(dirname "$0")/.."
bad=0
for dir in $(scripts/modules.sh); do
	out=$(cd "$dir" && timeout 120 go mod tidy -diff 2>&1)
	status=$?
	if [ $status -eq 0 ]; then
		continue
	elif grep -q '^diff ' <<<"$out"; then
		echo "tidy: $dir is not tidy:"
		grep -v '^go: downloading' <<<"$out"
		bad=1
	else
		echo "tidy: $dir was not checked: $(tail -1 <<<"$out")"
	fi
done
exit $bad
