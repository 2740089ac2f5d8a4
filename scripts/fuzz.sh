#!/usr/bin/env bash
# Runs every fuzz target of every module for a while: FUZZTIME=1m fuzz.sh
set -euo pipefail
cd "$(dirname "$0")/.."
for dir in $(scripts/modules.sh); do
	(
		cd "$dir"
		for package in $(go list ./...); do
			for target in $(go test -list '^Fuzz' "$package" | grep '^Fuzz' || true); do
				echo "== $package $target"
				go test -run '^$' -fuzz "^$target\$" -fuzztime "${FUZZTIME:-1m}" "$package"
			done
		done
	)
done
