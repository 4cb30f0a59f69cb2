/**
 * Builds an image with `docker` or `podman`, pushes it, and prints `<repository>@<digest>`, in a POSIX shell. The
 * request comes in variables (UVLAMBDA_...). They are the same on every machine, because the state holds them; the
 * script finds credentials itself. It shows the output of the tools only when they fail, because the state would hold
 * that too.
 */
export const publishScript = String.raw`
set -eu

# A folder of its own, because other users can write to the one above.
own=$(mktemp -d)
trap 'rm -rf "$own"' EXIT
log=$own/log
: >"$log"

fail() {
  cat "$log" >&2
  printf '%s\n' "$@" >&2
  exit 1
}

need() {
  command -v "$1" >/dev/null 2>&1 || fail "There is no $1 on PATH, which $2 needs." "$3"
}

builder=$UVLAMBDA_PUBLISHER
repository=$UVLAMBDA_REPOSITORY
folder=$UVLAMBDA_CONTEXT
registry=$(printf '%s' "$repository" | sed 's,/.*,,')
ecr='^[0-9]*\.dkr[.-]ecr\(-fips\)\{0,1\}\.\([^.]*\)\..*$'

need "$builder" "image.publisher" "Install it, or leave image.publisher out to build with BuildKit."

log_in() {
  password=$(aws ecr get-login-password --region "$1") &&
    printf '%s' "$password" | "$builder" login --username AWS --password-stdin "$registry"
}

region=$(printf '%s' "$registry" | sed -n "s/$ecr/\2/p")
if [ -n "$region" ]; then
  need aws "the login to $registry" "Install the AWS CLI."
  log_in "$region" >"$log" 2>&1 || fail "$builder cannot log in to $registry with the credentials of the AWS CLI."
fi

set -- --platform "$UVLAMBDA_PLATFORM" --tag "$repository:$UVLAMBDA_TAG" --file "$folder/Dockerfile"
if [ -n "$UVLAMBDA_TARGET" ]; then set -- "$@" --target "$UVLAMBDA_TARGET"; fi
# Lambda refuses the index that an attestation makes of an image.
if "$builder" build --help 2>/dev/null | grep -q -e --provenance; then set -- "$@" --provenance=false; fi
context=$folder
if [ -d "$folder/project" ]; then
  context=$folder/project
  # The builder of a Docker without BuildKit does not know further contexts.
  for name in dependencies code; do
    if grep -q "uvlambda-$name" "$folder/Dockerfile"; then
      set -- "$@" --build-context "uvlambda-$name=$folder/$name"
    fi
  done
fi
"$builder" build "$@" "$context" >"$log" 2>&1 || fail "$builder cannot build the image for $repository."

if [ "$builder" = podman ]; then
  podman push --digestfile "$own/digest" "$repository:$UVLAMBDA_TAG" >"$log" 2>&1 || fail "podman cannot push to $repository."
  digest=$(cat "$own/digest")
else
  "$builder" push "$repository:$UVLAMBDA_TAG" >"$log" 2>&1 || fail "$builder cannot push to $repository."
  digest=$(sed -n 's/^.*digest: \(sha256:[0-9a-f]*\).*$/\1/p' "$log" | tail -n 1)
fi
case $digest in
  sha256:*) printf '%s' "$repository@$digest" ;;
  *) fail "$builder did not say the digest of what it pushed to $repository." ;;
esac
`.trimStart();
