#!/usr/bin/env bash
# Other Nodes: archives must have the same bytes under each. Debian's own is linked to another zlib, which is why it is among them.
. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
. "$checkout/tools/lib/debian.sh"

os=$(uname -s | tr '[:upper:]' '[:lower:]')
machine=$(uname -m)
case $machine in x86_64) machine=x64 ;; aarch64) machine=arm64 ;; esac
debian_name=node-debian-$(if on_debian; then debian_release; else echo none; fi)

part_install() {
  local version
  need_node
  for version in $test_nodes; do install_once "node-$version" install_node "$version"; done
  if on_debian; then
    install_once "$debian_name" install_debian_node
  else
    warn "skipped: no Debian to take its Node.js from; tests that need one with another zlib will be skipped"
  fi
}

install_node() {
  local package=node-$os-$machine
  (cd "$2" && retry npm pack --silent "$package@$1" && tar -xzf "$package-$1.tgz" --strip-components=1 && rm "$package-$1.tgz")
  "$2/bin/node" --version
}

install_debian_node() {
  local version library
  version=$(own_apt "$1" apt-cache madison nodejs | awk '$3 ~ /dfsg/ && !version { version = $3 } END { print version }')
  [ -n "$version" ] || { echo "this machine's package sources have no nodejs of Debian's own"; return 1; }
  # shellcheck disable=SC2046 # one word per package
  unpack_debian "$1" $(missing_debian "$1" "nodejs=$version" | sed "s/^nodejs\$/nodejs=$version/")
  # It reads parts of itself from /usr/share/nodejs, a path compiled into it. This one is as long and leads to the descriptor that the wrapper opens.
  for library in "$1"/usr/lib/*-linux-gnu/libnode.so.* "$1/usr/bin/node"; do
    LC_ALL=C sed -i 's#/usr/share/nodejs/#/proc/self/fd//99/#g' "$library"
  done
  mkdir -p "$1/bin"
  cat >"$1/bin/node" <<'WRAPPER'
#!/usr/bin/env bash
folder=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
LD_LIBRARY_PATH=$(echo "$folder"/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH
exec 99<"$folder/usr/share/nodejs"
exec "$folder/usr/bin/node" "$@"
WRAPPER
  chmod 755 "$1/bin/node"
  "$1/bin/node" -p 'process.versions.zlib'
}

part_env() {
  local version nodes=
  for version in $test_nodes; do
    if [ -x "$tools_dir/node-$version/bin/node" ]; then nodes=${nodes:+$nodes:}$tools_dir/node-$version/bin/node; fi
  done
  export_variable UVLAMBDA_TEST_NODES "$nodes"
  if [ -x "$tools_dir/$debian_name/bin/node" ]; then export_variable UVLAMBDA_TEST_NODE_DEBIAN "$tools_dir/$debian_name/bin/node"; fi
}

run_part "$@"
