#!/usr/bin/env bash
# For tests of `bundling.mode: "docker"`: a Docker daemon that runs apart from the machine's own, and a folder that becomes the image of its containers.
. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
. "$checkout/tools/lib/debian.sh"

release=$(if on_debian; then debian_release; else echo none; fi)
name=docker-debian-$release

part_install() {
  case $release in
    12 | 12.*) install_once "$name" install_docker ;;
    *) warn "skipped: the daemon and its image are made of packages of Debian 12, and this is not it; tests that need them will be skipped" ;;
  esac
}

install_docker() {
  unpack_debian "$1" docker.io containerd runc tini libdevmapper1.02.1 libnftables1 libseccomp2
  mkdir "$1/image"
  unpack_debian "$1/image" libc6 libexpat1 libgcc-s1 libpython3.11-minimal libpython3.11-stdlib libssl3 python3.11-minimal zlib1g
  mkdir -p "$1/image/etc" "$1/image/tmp"
  chmod 1777 "$1/image/tmp"
  # What a build in the image finds and nothing else does.
  touch "$1/image/etc/build-image"
}

part_env() {
  if [ -d "$tools_dir/$name" ]; then export_variable UVLAMBDA_TEST_DOCKER "$tools_dir/$name"; fi
}

run_part "$@"
