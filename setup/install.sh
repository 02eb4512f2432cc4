#!/usr/bin/env bash
# Puts jobnet on the PATH of a job's later steps: from a release, checked, or from an image. What setup/action.yml gives it
# is in VERSION, IMAGE, DOWNLOAD_URL, REPOSITORY and GH_TOKEN, each of which but REPOSITORY may be empty.
set -euo pipefail
: "${VERSION=}" "${IMAGE=}" "${DOWNLOAD_URL=}" "${GH_TOKEN=}"

fail() {
    echo "::error title=jobnet::$1"
    exit 1
}

need() {
    command -v "$1" >/dev/null || fail "the runner has no $1, which setting up jobnet needs"
}

# The release's file into $directory, as what it says it is.
from_release() {
    need curl
    need sha256sum
    local platform
    case $RUNNER_OS-$RUNNER_ARCH in
        Linux-X64) platform=linux-x86_64 ;;
        Linux-ARM64) platform=linux-aarch64 ;;
        *) fail "there is no jobnet for $RUNNER_OS on $RUNNER_ARCH; run the job on Linux, on x64 or arm64" ;;
    esac
    local releases=${DOWNLOAD_URL:-$GITHUB_SERVER_URL/$REPOSITORY/releases/download}
    local asset=jobnet-$version-$platform.tar.gz
    for file in "$asset" SHA256SUMS; do
        curl --fail --silent --show-error --location --retry 3 --output "$directory/$file" "$releases/v$version/$file" ||
            fail "cannot download $releases/v$version/$file; is there such a release?"
    done
    (cd "$directory" && grep --fixed-strings --line-regexp --regexp="$(sha256sum "$asset")" --quiet SHA256SUMS) ||
        fail "the checksum of $asset is not the one in SHA256SUMS; nothing was set up"
    attested "$directory/$asset"
    tar --extract --gzip --file "$directory/$asset" --directory "$directory" jobnet
}

# That the release's own workflow built a file, where there is somebody to ask. Attestations are kept on github.com
# (https://docs.github.com/actions/concepts/security/artifact-attestations); a gh before 2.49 knows nothing of them.
attested() {
    if [ "$GITHUB_SERVER_URL" != https://github.com ] || [ -z "$GH_TOKEN" ] ||
        ! gh attestation verify --help >/dev/null 2>&1; then
        echo "jobnet: no attestation was asked for, which takes github.com, a token and gh 2.49 or later"
        return
    fi
    gh attestation verify "$1" --repo "$REPOSITORY" --signer-workflow "$REPOSITORY/.github/workflows/release.yml" ||
        fail "no attestation says that $REPOSITORY built ${1##*/}; nothing was set up"
}

from_image() {
    need docker
    local container
    container=$(docker create "$IMAGE") || fail "there is no image $IMAGE that this runner may have"
    docker cp "$container:/usr/local/bin/jobnet" "$directory/jobnet" || fail "there is no jobnet in the image $IMAGE"
    docker rm "$container" >/dev/null
}

version=${VERSION#v}
if [ -z "$version" ]; then
    # The action's own files are of the version that it is of, by whatever tag or commit it is called.
    version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$GITHUB_ACTION_PATH/../Cargo.toml" | head -n 1)
fi
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]] ||
    fail "the input version is ${VERSION@Q}, not one like 1.2.3"

directory=$RUNNER_TEMP/jobnet
mkdir -p "$directory"
if [ -n "$IMAGE" ]; then from_image; else from_release; fi
said=$("$directory/jobnet" --version) || fail "jobnet does not run on this runner"
[ -n "$IMAGE" ] || [ "$said" = "jobnet $version" ] || fail "the release of $version holds $said; nothing was set up"
echo "$directory" >>"$GITHUB_PATH"
echo "version=${said#jobnet }" >>"$GITHUB_OUTPUT"
echo "path=$directory/jobnet" >>"$GITHUB_OUTPUT"
echo "$said is on the PATH"
