#!/usr/bin/env bash
# Prints the folder of every Go module of the repository, the root first. The
# module of the tools holds no code.
set -euo pipefail
cd "$(dirname "$0")/.."
echo .
find . \( -path ./.git -o -path ./.cache -o -path ./tools -o -name testdata -o -path ./go.mod \) -prune -o -name go.mod -print |
	sed 's|^\./||; s|/go.mod$||' | sort
