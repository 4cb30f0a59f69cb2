#!/bin/sh
# Runs inside a mount namespace of its own: builds Lambda's file system on a tmpfs and becomes the function's process.
# Arguments: ROOT TASK OPT RUNTIME LANG MINOR TMP_MB USER -- COMMAND...
# The caller's PATH is the function's, so every tool of the host is looked up in the system's default path.
set -eu
root=$1 task=$2 opt=$3 runtime=$4 lang=$5 minor=$6 tmp_mb=$7 user=$8
shift 9
run() { command -p "$@"; }

mirror() { # a folder of the host, read-only
  run mkdir -p "$2"
  run mount --bind "$1" "$2"
  run mount -o remount,bind,ro "$2"
}

run mount -t tmpfs -o mode=755 tmpfs "$root"
for top in bin lib lib32 lib64 sbin; do
  if [ -L "/$top" ]; then run ln -s "$(run readlink "/$top")" "$root/$top"
  elif [ -d "/$top" ]; then mirror "/$top" "$root/$top"; fi
done
for folder in etc usr/bin usr/lib usr/lib32 usr/lib64; do
  if [ -d "/$folder" ]; then mirror "/$folder" "$root/$folder"; fi
done
mirror "$task" "$root/var/task"
mirror "$opt" "$root/opt"
mirror "$runtime" "$root/var/runtime"
mirror "$lang" "$root/var/lang"

run mkdir -p "$root/empty" "$root/proc" "$root/dev" "$root/tmp"
for folder in usr/lib/python3 var/lang/local "var/lang/lib/python$minor/site-packages" "var/lang/lib/python$minor/dist-packages" var/lang/lib/python3; do
  if [ -d "$root/$folder" ]; then mirror "$root/empty" "$root/$folder"; fi
done
run mount --rbind /proc "$root/proc"
for device in null zero full random urandom; do
  : > "$root/dev/$device"
  run mount --bind "/dev/$device" "$root/dev/$device"
done
run mount -t tmpfs -o "mode=1777,size=${tmp_mb}m" tmpfs "$root/tmp"
run mount -o remount,bind,ro "$root"

chroot=$(command -pv chroot)
if [ "$user" = keep ]; then exec "$chroot" "$root" "$@"; fi
exec "$chroot" --userspec="$user" --groups= "$root" "$@"
