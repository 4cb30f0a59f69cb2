# Debian packages, unpacked into the cache folder and not installed. Sourced by the parts that need it.
# shellcheck shell=bash

on_debian() {
  [ -r /etc/debian_version ] && command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null
}

debian_release() { cut -d/ -f1 /etc/debian_version; }

# unpack_debian FOLDER PACKAGE...: downloads the packages and unpacks them into FOLDER.
unpack_debian() {
  local folder=$1 file
  shift
  mkdir "$folder/.debs"
  (cd "$folder/.debs" && own_apt "$folder" apt-get download "$@")
  for file in "$folder/.debs"/*.deb; do dpkg-deb -x "$file" "$folder"; done
  rm -rf "$folder/.debs" "$folder/.apt"
}

# missing_debian FOLDER PACKAGE: the package and its dependencies that the machine lacks.
missing_debian() {
  own_apt "$1" apt-get --simulate --no-install-recommends --allow-downgrades install "$2" | awk '$1 == "Inst" { print $2 }'
}

# own_apt FOLDER apt-get|apt-cache ARGUMENT...: with its own package lists below FOLDER when the machine has none, so that it works without root.
own_apt() {
  local state=$1/.apt program=$2
  shift 2
  local options=(-q -o APT::Sandbox::User= -o Acquire::Retries=3 -o Debug::NoLocking=1)
  if ! ls /var/lib/apt/lists/*Packages* >/dev/null 2>&1; then
    options+=(-o Dir::State::lists="$state/lists" -o Dir::Cache="$state/cache")
    if [ ! -d "$state" ]; then
      mkdir -p "$state/lists/partial" "$state/cache/archives/partial"
      apt-get "${options[@]}" update >&2
    fi
  fi
  "$program" "${options[@]}" "$@"
}
