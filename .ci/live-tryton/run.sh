#!/usr/bin/env bash
# The live suite: installs Tryton, boots and seeds a server of its own, runs every suite that asks for one, stops it.
#
#   run.sh [port]     default 8111; TRYTON_URL set: that server is used as it is, nothing is started or stopped
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$HERE/settings.sh"
cd "$HERE/../.."

if [ -z "${TRYTON_URL:-}" ]; then
  PORT=${1:-8111}; DIR=$PWD/.live/tryton-$PORT
  "$HERE/install.sh"
  trap '"$HERE/stop.sh" "$DIR"' EXIT
  "$HERE/boot.sh" "$DIR" "$PORT" --fresh
  export TRYTON_URL=http://127.0.0.1:$PORT
  node bin/launch.mjs "$HERE/seed.ts" "$TRYTON_URL"
fi

# Suites that can run against a live server say so by reading its variable.
mapfile -t suites < <(grep -rlE 'TRYTON_URL|\}_URL`' test --include='*.test.ts' | sort)
[ ${#suites[@]} -gt 0 ] || fail "no suite asks for TRYTON_URL"
say "suites: ${suites[*]}"
# One after the other: they move goods on the same server.
npm test -- "${suites[@]}" --testNamePattern=live --runInBand
