#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the autograder: Python, NumPy, hypothesis.
set -euo pipefail
root="${AUTOGRADER_ROOT:-/autograder}"

find_python() {
    for name in python3.14 python3.13 python3.12 python3.11 python3; do
        if "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' \
            >/dev/null 2>&1; then
            command -v "$name"
            return
        fi
    done
}

python="$(find_python)"
if [ -z "$python" ]; then
    apt-get update
    # Ubuntu 22.04 has 3.11 beside its 3.10; later ones have a newer python3.
    apt-get install -y python3.11 python3.11-venv || apt-get install -y python3 python3-venv
    python="$(find_python)"
fi
if [ -z "$python" ]; then
    echo "setup.sh: Python 3.11 or later is needed" >&2
    exit 1
fi
"$python" -m venv "$root/venv"
"$root/venv/bin/python" -m pip install --quiet "numpy>=2.0" "hypothesis>=6.100"
chmod 755 "$root/source/run_autograder"
