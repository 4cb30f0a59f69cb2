#!/usr/bin/env bash
# An official release of the Pulumi CLI with its language hosts, by the npm package `pulumi`: minutes less than building one. The part
# `pulumi` asks for it, and builds the CLI where this fails.
. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"

part_install() {
  need_node
  release_answers || {
    say "no release of the Pulumi CLI can be fetched from here"
    exit 1
  }
  install_once "pulumi-$pulumi_version" install_release
}

# Where nothing answers, some networks leave a connection open for minutes.
release_answers() {
  node -e '
    fetch("https://get.pulumi.com/install.sh", { signal: AbortSignal.timeout(5000) })
      .then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1));
  '
}

install_release() {
  # The package keeps the release in $PULUMI_HOME/versions/VERSION.
  PULUMI_HOME=$1/home PULUMI_SKIP_UPDATE_CHECK=true npm exec --yes --package="pulumi@$pulumi_version" -- pulumi version
  mv "$1/home/versions/$pulumi_version/bin" "$1/bin"
  rm -rf "${1:?}/home"
  local host
  for host in $pulumi_hosts; do [ -x "$1/bin/pulumi-language-$host" ] || fail "the release has no pulumi-language-$host"; done
}

part_env() { :; }

run_part "$@"
