#!/bin/sh
# Runs inside a mount namespace of its own: makes an unpacked image the read-only root file system and becomes the function's process.
# Arguments: ROOT TMP_MB UID GID WORKING_FOLDER -- COMMAND...
# The caller's environment is the function's, so every tool of the host is looked up in the system's default path.
set -eu
root=$1 tmp_mb=$2 uid=$3 gid=$4 folder=$5
shift 6
run() { command -p "$@"; }

run mkdir -p "$root/proc" "$root/dev" "$root/tmp"
run mount --bind "$root" "$root"
run mount --rbind /proc "$root/proc"
run mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null zero full random urandom; do
  : > "$root/dev/$device"
  run mount --bind "/dev/$device" "$root/dev/$device"
done
run mount -t tmpfs -o "mode=1777,size=${tmp_mb}m" tmpfs "$root/tmp"
run mount -o remount,bind,ro "$root"

unshare=$(command -pv unshare)
exec "$(command -pv setpriv)" --clear-groups "$unshare" --root="$root" --wd="$folder" --setgid="$gid" --setuid="$uid" -- "$@"
