#!/usr/bin/env bash
# Fails if "go generate" changes a generated table or template, and leaves the new
# one for a look.
set -euo pipefail
cd "$(dirname "$0")/.."
tables() { find . \( -name .git -o -name .cache \) -prune -o \( -name '*_table.go' -o -name '*_templ.go' \) -print0 | sort -z | xargs -0 -r sha256sum; }
before=$(tables)
for dir in $(scripts/modules.sh); do
	(cd "$dir" && go generate ./...)
done
diff <(echo "$before") <(tables) || {
	echo "generated: a table or template is not what its generator writes"
	exit 1
}
