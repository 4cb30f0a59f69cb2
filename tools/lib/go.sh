# Building Go tool modules of tools/go. Sourced by the parts that need it.
# shellcheck shell=bash disable=SC2154

need_go() {
  command -v go >/dev/null || fail "Go is missing: install Go $engine_go_floor or newer (instead of the part pulumi, the Pulumi CLI $pulumi_floor or newer with its language hosts will do)"
  local version
  version=$(go_version)
  version_at_least "$version" "$go_floor" || fail "Go $version is too old: install Go $engine_go_floor or newer"
}

go_version() {
  local version
  version=$(GOTOOLCHAIN=local go env GOVERSION)
  printf '%s' "${version#go}"
}

# newest_go: the version for modules that any Go from engine_go_floor on builds right; the machine's own Go when it is new enough: one toolchain less to download.
newest_go() {
  local version
  version=$(go_version)
  if version_at_least "$version" "$engine_go_floor"; then printf '%s' "$version"; else printf '%s' "$engine_go"; fi
}

# newest_go_folder MODULE: the folder for what newest_go builds; on a machine without Go, the one that is there.
newest_go_folder() {
  if command -v go >/dev/null; then go_folder "$1" "$(newest_go)"; else go_folder_ready "$1"; fi
}

# go_folder MODULE GO_VERSION: the name of the folder for the programs of tools/go/MODULE.
go_folder() {
  printf '%s-%s-go%s' "$1" "$(go_key "$1")" "$2"
}

go_key() { find "$checkout/tools/go/$1" -type f | LC_ALL=C sort | tr '\n' '\0' | xargs -0 cat | sha256_of -; }

# go_folder_ready MODULE: a finished folder for the module as it is now, whatever Go built it; for machines without Go.
go_folder_ready() {
  local folder
  for folder in "$tools_dir/$1-$(go_key "$1")-go"*; do
    if [ -d "$folder" ]; then
      basename "$folder"
      return
    fi
  done
  return 1
}

# build_go_tools MODULE GO_VERSION LDFLAGS FOLDER [PACKAGE]: all programs of tools/go/MODULE or only one, with exactly that Go.
build_go_tools() {
  # What a developer has set for other projects must not change these programs.
  export GOWORK=off GOFLAGS=-buildvcs=false
  if [ "$(go_version)" = "$2" ]; then export GOTOOLCHAIN=local; else export GOTOOLCHAIN="go$2"; fi
  cd "$checkout/tools/go/$1" || return
  retry go build -mod=readonly -trimpath -ldflags "-s -w $3" -o "$4/" "${5:-tool}"
}
