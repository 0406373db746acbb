#!/bin/sh
# One command each: what a newcomer, a developer and CI type. Needs Python 3.11 or newer and nothing else.
#   ./do demo    set up, then run the daemon against two loopback systems
#   ./do test    set up, then run every test (arguments go to pytest)
#   ./do lint    style, types, layers, locks
#   ./do bench   the benchmarks (arguments go to benchmarks.sweep)
#   ./do docs    write again the documentation that is generated from code, and build the site in build/site
#   ./do lock    resolve the dependencies again (needs uv)
#   ./do setup   only set up
set -eu
cd "$(dirname "$0")"
VENV=${SYNCD_VENV:-.venv}

find_python() {
    for candidate in "${PYTHON:-}" python3.11 python3.12 python3.13 python3 python; do
        if [ -n "$candidate" ] && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "syncd needs Python 3.11 or newer; set PYTHON to name one" >&2
    exit 1
}

# Install what one lock file names, once for each state of it. $1: runtime or dev
set_up() {
    state=$(cat requirements/"$1".txt pyproject.toml | cksum)
    if [ "$(cat "$VENV/.state-$1" 2>/dev/null)" = "$state" ]; then
        return
    fi
    echo "Setting up $VENV ($1)…" >&2
    [ -x "$VENV/bin/python" ] || "$(find_python)" -m venv "$VENV"
    "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/"$1".txt
    "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
    echo "$state" >"$VENV/.state-$1"
}

command=${1:-help}
[ $# -gt 0 ] && shift
case $command in
setup)
    set_up runtime
    ;;
demo)
    set_up runtime
    exec "$VENV/bin/syncd" demo "$@"
    ;;
test)
    set_up dev
    exec "$VENV/bin/python" -m pytest -n "${SYNCD_TEST_PROCESSES:-2}" "$@"
    ;;
lint)
    set_up dev
    "$VENV/bin/ruff" check .
    "$VENV/bin/ruff" format --check .
    "$VENV/bin/mypy"
    "$VENV/bin/lint-imports"
    ;;
bench)
    set_up dev
    exec "$VENV/bin/python" -m benchmarks.sweep "$@"
    ;;
docs)
    set_up dev
    "$VENV/bin/python" -m syncd.reference
    "$VENV/bin/python" -m deploy.grafana
    "$VENV/bin/python" -m sphinx -q -W --keep-going -b html -d build/site.trees docs build/site
    echo "build/site/index.html"
    ;;
lock)
    uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
        pyproject.toml requirements/build.in --output-file requirements/runtime.txt
    uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
        --constraint requirements/runtime.txt --group dev --extra postgresql \
        pyproject.toml requirements/build.in --output-file requirements/dev.txt
    deploy/package/lock
    ;;
*)
    sed -n '2,9s/^# \{0,1\}//p' "$0"
    [ "$command" = help ] || exit 2
    ;;
esac
