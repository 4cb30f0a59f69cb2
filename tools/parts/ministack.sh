#!/usr/bin/env bash
# MiniStack, the local AWS that tests and the demo deploy to, with botocore and its description of the AWS API.
. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"

requirements=$checkout/tools/python/ministack.txt
name=ministack-$(sha256_of "$requirements")

part_install() { install_once "$name" install_ministack; }

install_ministack() {
  python3 -m venv --without-pip "$1"
  pip_into "$("$1/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')" --only-binary :all: --no-deps -r "$requirements"
  # Not the script that pip would write: it names the folder that the environment was made in.
  # shellcheck disable=SC2016 # for the script to expand
  printf '#!/bin/sh\nexec "$(dirname "$0")/python" -m ministack "$@"\n' >"$1/bin/ministack"
  chmod 755 "$1/bin/ministack"
  "$1/bin/python" -c 'import ministack.app, botocore'
}

part_env() {
  if [ -d "$tools_dir/$name" ]; then export_variable UVLAMBDA_TEST_MINISTACK "$tools_dir/$name/bin/ministack"; fi
}

run_part "$@"
