# Shared by the scripts beside it; sourced, not run.

# What both adapters and the seed need; each brings the modules it depends on.
MODULES=(
  sale sale_supply sale_shipment_cost sale_price_list sale_history
  purchase stock_supply stock_lot stock_split stock_package_shipping
  account_invoice_stock product_attribute carrier web_shop
)
DATABASE=retail
ADMIN_PASSWORD=${TRYTON_PASSWORD:-admin}

say() { printf 'live-tryton: %s\n' "$*" >&2; }
fail() { printf 'live-tryton: %s\n' "$*" >&2; exit 1; }

trytond_version() { say "trytond $(dpkg-query -W -f '${Version}' tryton-server)"; }

# Tries a command every 0.2 s for so many seconds: await <seconds> <what, for the message> <command...>
await() {
  local tries=$(($1 * 5)) what=$2; shift 2
  for ((i = 0; i < tries; i++)); do "$@" >/dev/null 2>&1 && return 0; sleep 0.2; done
  return 1
}

is_running() { [ -f "$1" ] && kill -0 "$(head -1 "$1")" 2>/dev/null; }

# PostgreSQL refuses to run as root.
as_postgres() {
  if [ "$(id -u)" = 0 ]; then (cd / && setpriv --reuid=postgres --regid=postgres --init-groups "$@"); else "$@"; fi
}
