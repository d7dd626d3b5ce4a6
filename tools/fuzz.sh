#!/bin/sh
# Runs every fuzz target of the module, one after the other, for a time or a number of inputs each:
# tools/fuzz.sh 30s, tools/fuzz.sh 20000x.
set -eu
amount=${1:-20000x}
go=${GO:-go}
for package in $("$go" list ./...); do
  for target in $("$go" test -list '^Fuzz' "$package" | sed -n '/^Fuzz/p'); do
    echo "$package $target"
    "$go" test -run '^$' -fuzz "^$target\$" -fuzztime "$amount" -fuzzminimizetime 50x "$package"
  done
done
