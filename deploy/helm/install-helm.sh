#!/bin/sh
# Builds Helm into target/ here, for the tests of the chart: needs Go and takes some minutes, once.
set -eu
version=v4.3.1
target="$(cd "$(dirname "$0")" && pwd)/target"
[ -x "$target/helm" ] && exit 0
# An older Go fetches the one that Helm asks for.
GOBIN="$target" GOTOOLCHAIN=auto CGO_ENABLED=0 go install -ldflags='-s -w' "helm.sh/helm/v4/cmd/helm@$version"
