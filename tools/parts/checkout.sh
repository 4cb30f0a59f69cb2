#!/usr/bin/env bash
# node_modules as package-lock.json has them.
. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"

part_install() {
  need_node
  say "Node.js $(node --version) found on PATH ($(command -v node))"
  if up_to_date; then
    say "node_modules match package-lock.json"
    return
  fi
  need_python
  local name
  name=checkout-$(printf '%s' "$checkout" | sha256_of -)
  lock "$name"
  up_to_date && return
  say "npm ci"
  local log=$tools_dir/$name.log started=$SECONDS
  # No install scripts: none of the packages needs its own, and nothing that was downloaded runs before it is asked for.
  if ! (cd "$checkout" && npm ci --ignore-scripts --no-audit --no-fund) >"$log" 2>&1 9>&-; then
    tail -n 15 "$log" | sed "s/^/[$part]   /" >&2
    fail "npm ci failed (whole log: $log); to try again: tools/setup checkout"
  fi
  say "node_modules installed in $((SECONDS - started)) s"
}

up_to_date() { node "$checkout/tools/lib/node-modules-match.mjs"; }

part_env() { :; }

run_part "$@"
