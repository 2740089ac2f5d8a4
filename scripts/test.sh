#!/usr/bin/env bash
# Runs the tests of every module, then those of the packages where goroutines
# meet with the race detector. All of it runs, whatever fails on the way; what
# "go test" said about each package is repeated at the end by "make test".
set -uo pipefail
cd "$(dirname "$0")/.."
log=.cache/test.log
mkdir -p .cache
: >"$log"
bad=0

run() { # run <folder> <command>...
	local dir=$1
	shift
	echo "== $dir: $*"
	(cd "$dir" && "$@" </dev/null 2>&1) | tee -a "$log"
	[ "${PIPESTATUS[0]}" -eq 0 ] || bad=1
}

for dir in $(scripts/modules.sh); do
	run "$dir" go vet ./...
	run "$dir" go test -shuffle=on -timeout "${TIMEOUT:-18m}" ./...
done

# The arithmetic of money, a thousand times each.
run . go test -timeout 5m ./kernel/money ./pricing ./ledger -rapid.checks="${CHECKS:-1000}"

race=()
for pattern in ${RACE:-./kernel/... ./adapters/bunstore/internal/unit ./adapters/bunstore/internal/eventrows}; do
	[ -d "${pattern%/...}" ] && race+=("$pattern")
done
run . go test -race -timeout "${TIMEOUT:-18m}" "${race[@]}"
# The contract of the store too, where the database is not itself Go code that
# the detector slows down tenfold; make test-long does all of it.
[ -n "${RACE:-}" ] || run . go test -race -timeout "${TIMEOUT:-18m}" ./adapters/bunstore -run 'TestStore/postgres|TestPartition|TestHost'
exit $bad
