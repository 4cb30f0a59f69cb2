#!/usr/bin/env bash
# For tests of container images: BuildKit's daemon, the docker-build plugin, and crane, which is the registry too.
. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
. "$checkout/tools/lib/go.sh"

image_go_here() {
  local version
  version=$(go_version)
  if version_at_least "$version" "$engine_go_floor"; then printf '%s' "$version"; else printf '%s' "$engine_go"; fi
}

image_folder() {
  if command -v go >/dev/null; then go_folder image "$(image_go_here)"; else go_folder_ready image; fi
}

part_install() {
  local folder
  folder=$(image_folder) || need_go
  [ -d "$tools_dir/$folder" ] || need_go
  install_once "$folder" install_image_tools
}

install_image_tools() {
  build_go_tools image "$(image_go_here)" "-X github.com/pulumi/pulumi-docker-build/provider.Version=$docker_build_version" "$1"
}

part_env() {
  local folder
  folder=$(image_folder) || return 0
  if [ -d "$tools_dir/$folder" ]; then export_variable UVLAMBDA_TEST_IMAGE_TOOLS "$tools_dir/$folder"; fi
}

run_part "$@"
