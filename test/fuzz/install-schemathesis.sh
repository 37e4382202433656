#!/usr/bin/env bash
# Installs schemathesis from PyPI into its own folder, for the test that fuzzes the API.
set -euo pipefail
cd "$(dirname "$0")"
[ -x target/bin/schemathesis ] && exit 0
python3 -m venv target
target/bin/pip install --quiet --disable-pip-version-check 'schemathesis>=4.32,<5'
