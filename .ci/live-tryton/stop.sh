#!/usr/bin/env bash
# Stops what boot.sh started in a directory: stop.sh <directory>
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/settings.sh"

[ $# = 1 ] || fail "usage: stop.sh <directory>"
DIR=$1

gone() { ! kill -0 "$1" 2>/dev/null; }

# A pid file outlives its process, and the number may by now be another's: only what runs from this directory is ended.
end() {
  local file=$1 signal=$2 name=$3 pid
  is_running "$file" || return 0
  pid=$(head -1 "$file")
  grep -qzF -- "$DIR" "/proc/$pid/cmdline" 2>/dev/null || { say "pid $pid in $file is not ours any more"; return 0; }
  kill "-$signal" "$pid"
  await 20 "$name" gone "$pid" || fail "$name (pid $pid) did not stop within 20 s"
  say "$name stopped"
}

end "$DIR/pid" TERM trytond
rm -f "$DIR/pid"
end "$DIR/pg/postmaster.pid" INT PostgreSQL
