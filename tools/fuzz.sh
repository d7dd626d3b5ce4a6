#!/bin/sh
# Runs every fuzz target of the module for a time each: tools/fuzz.sh 5s
set -eu
time=${1:-5s}
go=${GO:-go}
"$go" list ./... | while read -r pkg; do
  for target in $("$go" test -list '^Fuzz' "$pkg" | grep '^Fuzz' || true); do
    echo "$pkg $target"
    "$go" test -run '^$' -fuzz "^$target\$" -fuzztime "$time" "$pkg"
  done
done
