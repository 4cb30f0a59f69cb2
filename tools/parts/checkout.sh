#!/usr/bin/env bash
# node_modules as package-lock.json has them, and the compiled plugin in dist/.
. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"

part_install() {
  need_node
  say "Node.js $(node --version) found on PATH ($(command -v node))"
  need_python
  lock "checkout-$(printf '%s' "$checkout" | sha256_of -)"
  install_node_modules
  "$checkout/tools/build"
}

install_node_modules() {
  if node "$checkout/tools/lib/node-modules-match.mjs"; then
    say "node_modules match package-lock.json"
    return
  fi
  say "npm ci"
  local log=$tools_dir/npm-ci.log started=$SECONDS
  # No install scripts: none of the packages needs its own, and nothing that was downloaded runs before it is asked for.
  if ! (cd "$checkout" && npm ci --ignore-scripts --no-audit --no-fund) >"$log" 2>&1 9>&-; then
    tail -n 15 "$log" | sed "s/^/[$part]   /" >&2
    fail "npm ci failed (whole log: $log); to try again: tools/setup checkout"
  fi
  say "node_modules installed in $((SECONDS - started)) s"
}

part_env() { :; }

run_part "$@"
