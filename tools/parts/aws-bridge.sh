#!/usr/bin/env bash
# The real AWS provider for tests and demo: Pulumi's bridge around a terraform-provider-aws binary that this machine has.
. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
. "$checkout/tools/lib/go.sh"

sources=$checkout/tests/aws/bridge

# Folder of this machine's system in the layout of Terraform's plugin folders: .../5.100.0/linux_amd64/terraform-provider-aws_v5.100.0_x5
target() {
  local machine
  machine=$(uname -m)
  case $machine in x86_64) machine=amd64 ;; aarch64) machine=arm64 ;; esac
  printf '%s_%s' "$(uname -s | tr '[:upper:]' '[:lower:]')" "$machine"
}

plugin_folders() {
  printf '%s\n' "$HOME/.terraform.d/plugins" "$HOME/.terraform.d/plugin-cache" "${TF_PLUGIN_CACHE_DIR:-}" \
    /opt/tf-plugins /usr/local/share/terraform/plugins /usr/share/terraform/plugins
  # Mirrors and the cache that Terraform's own configuration names.
  sed -n -e 's/^[[:space:]]*path[[:space:]]*=[[:space:]]*"\(.*\)".*/\1/p' -e 's/^[[:space:]]*plugin_cache_dir[[:space:]]*=[[:space:]]*"\(.*\)".*/\1/p' \
    "${TF_CLI_CONFIG_FILE:-$HOME/.terraformrc}" 2>/dev/null | sed "s#^\$HOME#$HOME#"
}

# The newest one found; UVLAMBDA_AWS_PROVIDER names another.
aws_provider() {
  if [ -n "${UVLAMBDA_AWS_PROVIDER:-}" ]; then
    [ -x "$UVLAMBDA_AWS_PROVIDER" ] || fail "UVLAMBDA_AWS_PROVIDER names $UVLAMBDA_AWS_PROVIDER, which is no program"
    printf '%s' "$UVLAMBDA_AWS_PROVIDER"
    return
  fi
  local folder found
  found=$(plugin_folders | while IFS= read -r folder; do
    [ -d "$folder" ] || continue
    find "$folder" -path "*/hashicorp/aws/*/$(target)/terraform-provider-aws_v*" -type f 2>/dev/null
  done | awk -F/ '{ print $(NF - 2) "\t" $0 }' | sort -V | tail -n 1 | cut -f 2)
  [ -n "$found" ] || return 1
  printf '%s' "$found"
}

folder_name() { printf 'aws-bridge-%s-go%s' "$(find "$sources" -maxdepth 1 \( -name '*.go' -o -name 'go.*' \) -type f | LC_ALL=C sort | tr '\n' '\0' | xargs -0 cat | sha256_of -)" "$(newest_go)"; }

part_install() {
  local provider
  if ! provider=$(aws_provider); then
    say "no terraform-provider-aws on this machine (UVLAMBDA_AWS_PROVIDER may name one): the tests use the stand-in for the aws provider"
    return
  fi
  if ! command -v go >/dev/null; then
    say "Go is missing, so $provider cannot be bridged: the tests use the stand-in for the aws provider"
    return
  fi
  need_go
  install_once "$(folder_name)" build_bridge
  say "the tests use ${provider##*/} ($provider)"
}

build_bridge() {
  export GOWORK=off GOFLAGS=-buildvcs=false
  if [ "$(go_version)" = "$(newest_go)" ]; then export GOTOOLCHAIN=local; else GOTOOLCHAIN=go$(newest_go) && export GOTOOLCHAIN; fi
  cd "$sources" || return
  retry go build -mod=readonly -trimpath -ldflags "-s -w" -o "$1/aws-bridge" .
}

part_env() {
  local provider program
  command -v go >/dev/null || return 0
  program=$tools_dir/$(folder_name)/aws-bridge
  if provider=$(aws_provider) && [ -x "$program" ]; then
    export_variable UVLAMBDA_AWS_PROVIDER "$provider"
    export_variable UVLAMBDA_TEST_AWS_BRIDGE "$program"
  fi
}

run_part "$@"
