#!/usr/bin/env bash
# CPython interpreters of Lambda's minors that this machine has. None is installed: tests say which they miss.
. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"

found_pythons() {
  local minor python
  for minor in $ric_minors; do
    for python in "$(first_on_path "python$minor" || :)" \
      "${PYENV_ROOT:-$HOME/.pyenv}/versions/$minor".*/bin/"python$minor" \
      "${XDG_DATA_HOME:-$HOME/.local/share}/uv/python/cpython-$minor"*/bin/"python$minor" \
      "/opt/homebrew/bin/python$minor"; do
      if [ -x "$python" ]; then
        printf '%s\n' "$python"
        break
      fi
    done
  done
}

part_install() {
  local python found=
  for python in $(found_pythons | sed 's#.*/python##'); do found="$found $python"; done
  say "CPython${found:- of no Lambda minor} found"
}

part_env() { export_variable UVLAMBDA_TEST_PYTHONS "$(found_pythons | paste -sd: -)"; }

run_part "$@"
