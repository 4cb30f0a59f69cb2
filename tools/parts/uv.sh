#!/usr/bin/env bash
# uv: the machine's own when it is new enough, else a fixed one; and the oldest supported one, which tests need beside it.
. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"

own_uv() {
  local uv version
  uv=$(first_on_path uv) || return 1
  version=$("$uv" --version 2>/dev/null) || return 1
  version=${version#uv } version=${version%% *}
  version_at_least "$version" "$uv_floor" || return 1
  printf '%s %s' "$version" "$uv"
}

part_install() {
  local found
  if found=$(own_uv); then
    say "uv ${found%% *} found on PATH (${found#* })"
  else
    install_once "uv-$uv_version" install_uv "$uv_version"
  fi
  [ -n "${UVLAMBDA_DEMO-}" ] || install_once "uv-$uv_floor" install_uv "$uv_floor"
}

install_uv() { pip_into "$2" --only-binary :all: --no-deps "uv==$1"; }

part_env() {
  local found
  if found=$(own_uv); then
    export_variable UVLAMBDA_TEST_UV "${found#* }"
  elif [ -x "$tools_dir/uv-$uv_version/bin/uv" ]; then
    export_variable UVLAMBDA_TEST_UV "$tools_dir/uv-$uv_version/bin/uv"
    export_path "$tools_dir/uv-$uv_version/bin"
  fi
  if [ -x "$tools_dir/uv-$uv_floor/bin/uv" ]; then
    export_variable UVLAMBDA_TEST_UV_FLOOR "$tools_dir/uv-$uv_floor/bin/uv"
  fi
}

run_part "$@"
