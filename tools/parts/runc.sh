#!/usr/bin/env bash
# runc, the sandbox that tests run handlers in. Only Debian's package is known to be the same everywhere; elsewhere such tests are skipped.
. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
. "$checkout/tools/lib/debian.sh"

name=runc-debian-$(if on_debian; then debian_release; else echo none; fi)

part_install() {
  local own
  if own=$(first_on_path runc); then
    say "runc found on PATH ($own)"
  elif on_debian; then
    install_once "$name" install_runc
  else
    warn "skipped: runc is not on PATH and this is no Debian to take it from; tests that need it will be skipped"
  fi
}

install_runc() {
  # shellcheck disable=SC2046 # one word per package
  unpack_debian "$1" $(missing_debian "$1" runc)
  # Its libraries come along when the machine does not have them.
  mkdir -p "$1/bin"
  cat >"$1/bin/runc" <<'WRAPPER'
#!/bin/sh
folder=$(cd "$(dirname "$0")/.." && pwd)
LD_LIBRARY_PATH=$(echo "$folder"/usr/lib/*-linux-gnu) exec "$folder/usr/sbin/runc" "$@"
WRAPPER
  chmod 755 "$1/bin/runc"
  "$1/bin/runc" --version
}

part_env() {
  local own
  if own=$(first_on_path runc); then
    export_variable UVLAMBDA_TEST_RUNC "$own"
  elif [ -d "$tools_dir/$name" ]; then
    export_variable UVLAMBDA_TEST_RUNC "$tools_dir/$name/bin/runc"
  fi
}

run_part "$@"
