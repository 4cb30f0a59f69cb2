#!/usr/bin/env bash
# A virtual environment with Pulumi's SDK for Python, in which the tests run Pulumi programs; ours is put beside each program.
. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"

requirements=$checkout/tools/python/programs.txt
name=programs-$(sha256_of "$requirements")

part_install() { install_once "$name" install_programs; }

install_programs() {
  need_pip
  # With pip in it: Pulumi's host for Python asks it which packages there are.
  python3 -m venv "$1"
  retry "$1/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: --no-deps -r "$requirements"
  "$1/bin/python" -c 'import pulumi'
}

part_env() {
  if [ -d "$tools_dir/$name" ]; then export_variable UVLAMBDA_TEST_PROGRAM_VENV "$tools_dir/$name"; fi
}

run_part "$@"
