#!/usr/bin/env bash
# Starts a Tryton server on PostgreSQL, everything below one directory and on 127.0.0.1.
#
#   boot.sh <directory> <port> [--fresh]
#
# The first time it creates the database and activates the modules (about half a minute); later it only starts. A server
# that already answers is left alone. --fresh throws away what is there. The database is a cluster of its own on port
# <port> + 10000, unless TRYTON_POSTGRES (postgresql://user@host:port/) names one that runs already.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/settings.sh"

[ $# -ge 2 ] || fail "usage: boot.sh <directory> <port> [--fresh]"
mkdir -p "$1"
DIR=$(cd "$1" && pwd); PORT=$2; FRESH=${3:-}
[[ "$PORT" =~ ^[0-9]+$ ]] && [ "$PORT" -ge 1024 ] && [ "$PORT" -le 55535 ] || fail "port must be from 1024 to 55535, not $PORT"
command -v trytond >/dev/null || fail "trytond is not installed: run install.sh first"
PG_BIN=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1) || true
URL=http://127.0.0.1:$PORT/

answers() { curl -fs --max-time 2 -H 'content-type: application/json' -d '{"id":1,"method":"common.server.version","params":[]}' "$URL"; }

if [ "$FRESH" = --fresh ]; then "$(dirname "${BASH_SOURCE[0]}")/stop.sh" "$DIR"; rm -rf "$DIR/pg" "$DIR/ready"
elif [ -n "$FRESH" ]; then fail "unknown option $FRESH"; fi

if is_running "$DIR/pid" && answers >/dev/null; then say "already up: ${URL}$DATABASE/ (pid $(cat "$DIR/pid"))"; exit 0; fi
if answers >/dev/null; then fail "another server answers at $URL: stop it or choose another port"; fi

if [ -n "${TRYTON_POSTGRES:-}" ]; then
  POSTGRES=${TRYTON_POSTGRES%/}/
else
  [ -n "$PG_BIN" ] || fail "no PostgreSQL in /usr/lib/postgresql: run install.sh first"
  PG_PORT=$((PORT + 10000)); POSTGRES=postgresql://postgres@127.0.0.1:$PG_PORT/; PG=$DIR/pg
  if [ ! -f "$PG/PG_VERSION" ]; then
    mkdir -p "$PG"; chmod 700 "$PG"
    if [ "$(id -u)" = 0 ]; then chown postgres: "$PG"; fi
    as_postgres "$PG_BIN/initdb" -D "$PG" -U postgres -A trust -E UTF8 --locale=C.UTF-8 >/dev/null ||
      fail "initdb failed; user postgres must be able to enter $PG"
  fi
  if ! is_running "$PG/postmaster.pid"; then
    # The cluster is thrown away: nothing in it has to survive a power cut.
    as_postgres "$PG_BIN/pg_ctl" -D "$PG" -s -w -t 30 -l "$PG/log" \
      -o "-p $PG_PORT -h 127.0.0.1 -k $PG -c fsync=off -c synchronous_commit=off -c full_page_writes=off" start ||
      fail "PostgreSQL did not start within 30 s; see $PG/log (is port $PG_PORT taken?)"
  fi
fi

cat >"$DIR/trytond.conf" <<CONF
[web]
listen = 127.0.0.1:$PORT
[database]
uri = $POSTGRES
path = $DIR/files
[session]
timeout = 86400
max_age = 2592000
[password]
length = 4
CONF

sql() { psql -X -q -t -A -d "${POSTGRES}postgres" -c "$1"; }

if [ ! -f "$DIR/ready" ]; then
  sql "drop database if exists $DATABASE with (force)" 2>/dev/null
  sql "create database $DATABASE"
  printf '%s' "$ADMIN_PASSWORD" >"$DIR/password"; chmod 600 "$DIR/password"; export TRYTONPASSFILE=$DIR/password
  started=$SECONDS
  { trytond-admin -c "$DIR/trytond.conf" -d "$DATABASE" --all --email admin@example.invalid &&
    trytond-admin -c "$DIR/trytond.conf" -d "$DATABASE" --activate-dependencies -u "${MODULES[@]}"; } \
    >"$DIR/setup.log" 2>&1 || fail "setting up the database failed; the end of $DIR/setup.log: $(tail -3 "$DIR/setup.log")"
  touch "$DIR/ready"
  say "database with $(sql "select 1" >/dev/null; psql -X -q -t -A -d "$POSTGRES$DATABASE" -c "select count(*) from ir_module where state = 'activated'") modules: $((SECONDS - started)) s"
fi

nohup trytond -c "$DIR/trytond.conf" -d "$DATABASE" >"$DIR/log" 2>&1 &
echo $! >"$DIR/pid"
await 60 "the server" answers || fail "no answer at $URL within 60 s; the end of $DIR/log: $(tail -3 "$DIR/log")"
say "up: ${URL}$DATABASE/  user admin  (pid $(cat "$DIR/pid"); stop: $(dirname "${BASH_SOURCE[0]}")/stop.sh $DIR)"
