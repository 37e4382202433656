#!/bin/sh
# Runs an app in place of this shell, so that signals reach it.
set -eu
app="${1:-standalone}"
case "$app" in
  receiver | projector | query | standalone) ;;
  *)
    echo "There is no app '$app': give receiver, projector, query or standalone." >&2
    exit 64
    ;;
esac
exec node "/app/dist/apps/$app/src/main.js"
