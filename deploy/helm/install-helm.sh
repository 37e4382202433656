#!/bin/sh
# Builds Helm into target/ beside this script, for the tests of the chart. Needs Go and takes some minutes, once.
set -eu
version=v4.3.1
target="$(cd "$(dirname "$0")" && pwd)/target"
[ -x "$target/helm" ] && exit 0
# An older Go downloads the version that Helm requires.
GOBIN="$target" GOTOOLCHAIN=auto CGO_ENABLED=0 go install -ldflags='-s -w' "helm.sh/helm/v4/cmd/helm@$version"
