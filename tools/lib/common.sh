# What every part of tools/setup shares. Sourced by tools/setup, tools/env and tools/parts/*.sh; runs in bash 3.2 and newer.
# shellcheck shell=bash

set -euo pipefail

checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
tools_dir=${UVLAMBDA_TOOLS_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/uvlambda-tools}
part=${part:-setup}
. "$checkout/tools/lib/versions.sh"

# PATH without what an earlier `eval "$(tools/env)"` put there: "found on PATH" means the machine's own.
path_without_tools() {
  local folder result=
  local IFS=:
  for folder in $PATH; do
    case $folder in "$tools_dir"/*) ;; *) result=${result:+$result:}$folder ;; esac
  done
  printf '%s' "$result"
}
PATH=$(path_without_tools)

say() { printf '[%s] %s\n' "$part" "$*"; }

warn() { printf '[%s] %s\n' "$part" "$*" >&2; }

fail() {
  warn "error: $*"
  exit 1
}

# version_at_least HAVE WANTED: compares dotted numbers (a leading "v" and a suffix after the numbers do not count).
version_at_least() {
  local have=${1#v} wanted=$2 have_part wanted_part
  while [ -n "$wanted" ]; do
    have_part=${have%%.*} wanted_part=${wanted%%.*}
    have_part=${have_part%%[!0-9]*} have_part=${have_part:-0}
    [ "$have_part" -gt "$wanted_part" ] && return 0
    [ "$have_part" -lt "$wanted_part" ] && return 1
    case $have in *.*) have=${have#*.} ;; *) have= ;; esac
    case $wanted in *.*) wanted=${wanted#*.} ;; *) wanted= ;; esac
  done
  return 0
}

# sha256_of FILE...: one hash over the contents, in the order given.
sha256_of() {
  if command -v sha256sum >/dev/null; then cat "$@" | sha256sum | cut -c1-16; else cat "$@" | shasum -a 256 | cut -c1-16; fi
}

need_node() {
  command -v node >/dev/null || fail "Node.js is missing: install Node.js $node_floor or newer"
  command -v npm >/dev/null || fail "npm is missing: it comes with Node.js $node_floor or newer"
  local version
  version=$(node --version) || fail "Node.js ($(command -v node)) does not start"
  version_at_least "$version" "$node_floor" || fail "Node.js $version is too old: install $node_floor or newer"
}

need_python() {
  command -v python3 >/dev/null || fail "Python is missing: install Python $python_floor or newer, with pip and venv"
  local version
  version=$(python3 -c 'import platform; print(platform.python_version())') || fail "python3 ($(command -v python3)) does not start"
  version_at_least "$version" "$python_floor" || fail "Python $version ($(command -v python3)) is too old: install $python_floor or newer"
}

need_pip() {
  need_python
  python3 -c 'import pip, venv' 2>/dev/null ||
    fail "python3 ($(command -v python3)) has no pip or no venv: install them (Debian: apt-get install python3-pip python3-venv)"
}

# lock NAME: one process at a time from here to the end of this process. The kernel drops it, also after kill -9.
lock() {
  mkdir -p "$tools_dir" || fail "cannot create $tools_dir: choose another folder with UVLAMBDA_TOOLS_DIR"
  exec 9>"$tools_dir/.lock-$1" || fail "cannot write into $tools_dir: choose another folder with UVLAMBDA_TOOLS_DIR"
  # Not flock(1): macOS has none. The lock belongs to the open file, which this shell keeps after python3 has gone.
  python3 -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX | fcntl.LOCK_NB)' 2>/dev/null && return
  say "waiting for another tools/setup that installs the same"
  python3 -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX)'
}

# install_once NAME COMMAND...: makes the folder $tools_dir/NAME unless it exists, by calling COMMAND... with an empty folder to fill.
# Only a finished folder ever gets that name, so its existence is the whole marker.
install_once() {
  local name=$1
  shift
  if [ -d "$tools_dir/$name" ]; then
    say "$name is ready in $tools_dir"
    return
  fi
  need_python
  lock "$name"
  [ -d "$tools_dir/$name" ] && return
  rm -rf "$tools_dir/.tmp-$name"
  mkdir "$tools_dir/.tmp-$name"
  unfinished=$tools_dir/.tmp-$name
  log=$tools_dir/$name.log
  trap give_up EXIT
  trap 'exit 130' INT TERM
  say "installing into $tools_dir/$name"
  local started=$SECONDS
  # fd 9 stays here: a background process of the command must not keep the lock.
  "$@" "$unfinished" >"$log" 2>&1 9>&-
  mv "$unfinished" "$tools_dir/$name"
  trap - EXIT INT TERM
  exec 9>&-
  say "$name installed in $((SECONDS - started)) s"
}

give_up() {
  local code=$?
  rm -rf "$unfinished"
  [ "$code" = 130 ] && exit "$code"
  {
    printf '[%s] error: the installation failed; the end of %s:\n' "$part" "$log"
    tail -n 15 "$log" | sed "s/^/[$part]   /"
    printf '[%s] downloads need the package registries (or your mirrors of them); to try again: tools/setup %s\n' "$part" "$part"
  } >&2
  exit 1
}

# retry COMMAND...: a second and third chance for what downloads.
retry() {
  "$@" && return
  sleep 2
  "$@" && return
  sleep 8
  "$@"
}

# pip_into FOLDER ARGUMENT...: pip packages as plain files, for which no virtual environment is needed.
pip_into() {
  local folder=$1
  shift
  need_pip
  retry python3 -m pip install --quiet --no-compile --disable-pip-version-check --root-user-action=ignore --target "$folder" "$@"
}

# first_on_path NAME: like `command -v`, but files only and no pyenv shims, which may point to no interpreter at all.
first_on_path() {
  local folder
  local IFS=:
  for folder in $PATH; do
    case $folder in */shims) continue ;; esac
    if [ -x "$folder/$1" ] && [ -f "$folder/$1" ]; then
      printf '%s\n' "$folder/$1"
      return
    fi
  done
  return 1
}

# export_variable NAME VALUE: a line for `eval`.
export_variable() { printf 'export %s=%q\n' "$1" "$2"; }

# export_path FOLDER: a line for `eval` that puts FOLDER first.
# shellcheck disable=SC2016 # $PATH is for the shell that evaluates it
export_path() { printf 'export PATH=%q:"$PATH"\n' "$1"; }

# run_part install|env: each file of tools/parts defines part_install and part_env and ends with this.
run_part() {
  part=$(basename "$0" .sh)
  case ${1-} in
    install) part_install ;;
    env) part_env ;;
    *) fail "usage: tools/parts/$part.sh install|env" ;;
  esac
}
