#!/usr/bin/env bash
# For tests of container images: BuildKit's daemon, the docker-build plugin, and crane, which is the registry too.
. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
. "$checkout/tools/lib/go.sh"

part_install() {
  local folder
  folder=$(newest_go_folder image) || need_go
  [ -d "$tools_dir/$folder" ] || need_go
  install_once "$folder" install_image_tools
}

install_image_tools() {
  build_go_tools image "$(newest_go)" "-X github.com/pulumi/pulumi-docker-build/provider.Version=$docker_build_version" "$1"
}

part_env() {
  local folder
  folder=$(newest_go_folder image) || return 0
  if [ -d "$tools_dir/$folder" ]; then export_variable UVLAMBDA_TEST_IMAGE_TOOLS "$tools_dir/$folder"; fi
}

run_part "$@"
