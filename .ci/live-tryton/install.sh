#!/usr/bin/env bash
# Installs Tryton 6.0 and PostgreSQL from Debian 12's own archive. Needs root; harmless to repeat.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/settings.sh"

[ "$(id -u)" = 0 ] || fail "install.sh installs system packages: run it as root"
command -v apt-get >/dev/null || fail "install.sh needs apt-get (Debian 12 or a container of it)"

packages=(tryton-server python3-psycopg2 python3-tz postgresql curl)
for module in "${MODULES[@]}"; do packages+=("tryton-modules-${module//_/-}"); done

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ ${#missing[@]} = 0 ]; then say "all ${#packages[@]} packages are installed"; exit 0; fi

# A package that creates and starts the system's own cluster is of no use here: ours is thrown away.
say "installing ${#missing[@]} packages"
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
trytond_version
