#!/usr/bin/env bash
# The newest @pulumi packages, beside the pinned ones of package.json: tests/engine/newest.test.ts runs the plugin with them.
. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"

name=newest-$newest_pulumi-$newest_aws

part_install() {
  need_node
  install_once "$name" install_newest
}

install_newest() {
  echo '{ "private": true }' >"$1/package.json"
  (cd "$1" && retry npm install --ignore-scripts --no-audit --no-fund --save-exact "@pulumi/pulumi@$newest_pulumi" \
    "@pulumi/aws@$newest_aws")
}

part_env() {
  if [ -d "$tools_dir/$name" ]; then export_variable UVLAMBDA_TEST_NEWEST "$tools_dir/$name"; fi
}

run_part "$@"
