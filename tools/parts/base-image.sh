#!/usr/bin/env bash
# Debian's Python 3.11 with a shell, packed as one layer: what tests make their images of, that of Docker's containers and the stand-in for AWS's base image.
. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
. "$checkout/tools/lib/debian.sh"

packages="dash libbz2-1.0 libc6 libexpat1 libffi8 libgcc-s1 liblzma5 libpython3.11-minimal libpython3.11-stdlib libsqlite3-0 libssl3 libuuid1 libstdc++6 python3.11-minimal zlib1g"
release=$(if on_debian; then debian_release; else echo none; fi)
name=base-image-debian-$release-$(sha256_of "$0")

part_install() {
  case $release in
    12 | 12.*) install_once "$name" install_base_image ;;
    *) warn "skipped: the image is made of packages of Debian 12, and this is not it; tests that need it will be skipped" ;;
  esac
}

install_base_image() {
  local root=$1/root
  mkdir "$root"
  # shellcheck disable=SC2086 # one word per package
  unpack_debian "$root" $packages
  rm -rf "$root/usr/share/doc" "$root/usr/share/man" "$root/usr/share/locale"
  mkdir -p "$root/etc" "$root/tmp" "$root/proc" "$root/dev" "$root/var/task" "$root/opt"
  chmod 1777 "$root/tmp"
  [ -e "$root/bin/sh" ] || ln -s dash "$root/bin/sh"
  printf 'root:x:0:0::/root:/bin/sh\n' >"$root/etc/passwd"
  # What a build in the image finds and nothing else does.
  touch "$root/etc/build-image"
  LC_ALL=C tar -C "$root" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf - . | gzip -n6 >"$1/os.tar.gz"
  rm -rf "$root"
}

part_env() {
  if [ -d "$tools_dir/$name" ]; then export_variable UVLAMBDA_TEST_BASE_IMAGE "$tools_dir/$name/os.tar.gz"; fi
}

run_part "$@"
