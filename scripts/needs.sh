#!/usr/bin/env bash
# Sees to it that the programs the tests run are there: needs.sh postgresql chromium
# What is missing is installed with apt-get where we are root, and named elsewhere.
set -euo pipefail

has() {
	case "$1" in
	postgresql) command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null ;;
	chromium) command -v chromium || command -v chromium-browser || command -v google-chrome ;;
	*) command -v "$1" ;;
	esac >/dev/null 2>&1
}

packages() {
	case "$1" in
	postgresql) echo postgresql postgresql-client ;;
	*) echo "$1" ;;
	esac
}

wanted=()
for need in "$@"; do
	has "$need" || wanted+=($(packages "$need"))
done
[ ${#wanted[@]} -eq 0 ] && exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
	echo "needs: please install ${wanted[*]}" >&2
	exit 1
fi
echo "needs: installing ${wanted[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq </dev/null
apt-get install -y -qq --no-install-recommends "${wanted[@]}" </dev/null >/dev/null
for need in "$@"; do
	has "$need" || {
		echo "needs: $need is still missing" >&2
		exit 1
	}
done
