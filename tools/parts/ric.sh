#!/usr/bin/env bash
# AWS's runtime interface client for each Python minor of Lambda: <folder>/3.N holds what a handler of that minor runs in.
. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"

requirements=$checkout/tools/python/ric.txt
name=ric-$(sha256_of "$requirements")

part_install() { install_once "$name" install_ric; }

install_ric() {
  local minor machine
  machine=$(uname -m)
  case $machine in arm64) machine=aarch64 ;; esac
  for minor in $ric_minors; do
    pip_into "$1/$minor" --only-binary :all: --no-deps --implementation cp --python-version "$minor" \
      --platform "manylinux2014_$machine" -r "$requirements"
  done
}

part_env() {
  if [ -d "$tools_dir/$name" ]; then export_variable UVLAMBDA_TEST_RIC "$tools_dir/$name"; fi
}

run_part "$@"
