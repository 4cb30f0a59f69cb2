#!/usr/bin/env bash
# Poetry, with which a test makes a Pulumi program in Python.
. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"

name=poetry-$poetry_version

part_install() { install_once "$name" install_poetry; }

install_poetry() {
  need_pip
  python3 -m venv "$1"
  retry "$1/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: "poetry==$poetry_version"
  # Not the script that pip has written: it names the folder that the environment was made in.
  # shellcheck disable=SC2016 # for the script to expand
  printf '#!/bin/sh\nexec "$(dirname "$0")/python" -m poetry "$@"\n' >"$1/bin/poetry"
  "$1/bin/poetry" --version
}

part_env() {
  if [ -x "$tools_dir/$name/bin/poetry" ]; then export_variable UVLAMBDA_TEST_POETRY "$tools_dir/$name/bin/poetry"; fi
}

run_part "$@"
