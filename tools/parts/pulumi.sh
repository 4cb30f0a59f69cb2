#!/usr/bin/env bash
# The Pulumi CLI with its language hosts: the machine's own when new enough and complete, else a release, else built from Go modules.
. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
. "$checkout/tools/lib/go.sh"

# The demo needs one host only. What is built for it alone has folders of its own: tests do not take them for all programs.
hosts=${UVLAMBDA_DEMO:+nodejs}
hosts=${hosts:-$pulumi_hosts}
release=pulumi-$pulumi_version

# names: sets the names of the folders for the CLI and for the hosts. Fails on a machine without Go where neither is there.
names() {
  engine_folder=$(newest_go_folder engine) || return 1
  hosts_folder=$(go_folder hosts "$hosts_go")
  if [ -n "${UVLAMBDA_DEMO-}" ] && ! are_built; then
    engine_folder=demo-$engine_folder
    hosts_folder=demo-$hosts_folder
  fi
}

are_built() { [ -d "$tools_dir/$engine_folder" ] && [ -d "$tools_dir/$hosts_folder" ]; }

own_pulumi() {
  local pulumi version host
  pulumi=$(first_on_path pulumi) || return 1
  for host in $hosts; do first_on_path "pulumi-language-$host" >/dev/null || return 1; done
  version=$(PULUMI_SKIP_UPDATE_CHECK=true "$pulumi" version 2>/dev/null) || return 1
  version_at_least "$version" "$pulumi_floor" || return 1
  printf '%s %s' "$version" "$pulumi"
}

part_install() {
  local found
  if found=$(own_pulumi); then
    say "Pulumi ${found%% *} with its language hosts found on PATH (${found#* })"
    return
  fi
  if [ -d "$tools_dir/$release" ]; then
    say "$release is ready in $tools_dir"
    return
  fi
  names || need_go
  if [ ! -d "$tools_dir/$engine_folder" ]; then
    say "Pulumi $pulumi_floor or newer with the language hosts $hosts not found on PATH: trying to fetch a release"
    if "$checkout/tools/parts/pulumi-release.sh" install; then return; fi
    need_go
    say "building it instead, once: 4 minutes on 2 quiet cores, twice that on busy ones"
  fi
  install_once "$engine_folder" install_engine
  install_once "$hosts_folder" install_hosts
  link_hosts
}

# The CLI warns of every host that it finds on PATH instead of beside itself.
link_hosts() {
  local program
  for program in "$tools_dir/$hosts_folder"/pulumi-language-*; do
    [ -e "$tools_dir/$engine_folder/${program##*/}" ] ||
      ln -sf "../$hosts_folder/${program##*/}" "$tools_dir/$engine_folder/${program##*/}"
  done
}

install_engine() {
  build_go_tools engine "$(newest_go)" "-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v$pulumi_version" "$1" \
    ${UVLAMBDA_DEMO:+github.com/pulumi/pulumi/pkg/v3/cmd/pulumi}
}

install_hosts() {
  need_go
  build_go_tools hosts "$hosts_go" "" "$1" \
    ${UVLAMBDA_DEMO:+github.com/pulumi/pulumi/sdk/nodejs/cmd/pulumi-language-nodejs/v3}
  # The python host starts this script, which comes with the SDK's sources and not with the program.
  install -m 755 "$(go list -m -f '{{.Dir}}' github.com/pulumi/pulumi/sdk/v3)/python/cmd/pulumi-language-python-exec" "$1/"
}

part_env() {
  local found
  if found=$(own_pulumi); then
    export_variable UVLAMBDA_TEST_PULUMI "${found#* }"
    return
  fi
  if [ -d "$tools_dir/$release" ]; then
    export_path "$tools_dir/$release/bin"
    export_variable UVLAMBDA_TEST_PULUMI "$tools_dir/$release/bin/pulumi"
    return
  fi
  names || return 0
  if are_built; then
    export_path "$tools_dir/$hosts_folder"
    export_path "$tools_dir/$engine_folder"
    export_variable UVLAMBDA_TEST_PULUMI "$tools_dir/$engine_folder/pulumi"
  fi
}

run_part "$@"
