#!/usr/bin/env bash
# For tests of `bundling.mode: "docker"`: a Docker daemon that runs apart from the machine's own; its containers' image is the part base-image.
. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
. "$checkout/tools/lib/debian.sh"

release=$(if on_debian; then debian_release; else echo none; fi)
name=docker-debian-$release

part_install() {
  case $release in
    12 | 12.*) install_once "$name" install_docker ;;
    *) warn "skipped: the daemon is taken from packages of Debian 12, and this is not it; tests that need them will be skipped" ;;
  esac
}

install_docker() {
  unpack_debian "$1" docker.io containerd runc tini libdevmapper1.02.1 libnftables1 libseccomp2
}

part_env() {
  if [ -d "$tools_dir/$name" ]; then export_variable UVLAMBDA_TEST_DOCKER "$tools_dir/$name"; fi
}

run_part "$@"
