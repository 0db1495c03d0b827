#!/usr/bin/env bash
# Lets Coyote choose the order in which threads meet; docs/testing.md says more. Needs a Release build. Ends with the line "N passed, N failed", where N counts scenarios.
#   explore.sh [OPTION...]    options of the program: --iterations N, --only TEXT, --seed N, --trace FILE
set -euo pipefail
cd "$(dirname "$0")/../.."

copy=artifacts/interleavings
rm -rf "$copy"
mkdir -p artifacts
cp -r Router.Tests/Interleavings/bin/Release/net10.0 "$copy"
export DOTNET_NOLOGO=1
dotnet tool restore >/dev/null
dotnet coyote rewrite "$copy/WampRouter.Interleavings.dll" >"$copy/rewriting.log" || { cat "$copy/rewriting.log" >&2; exit 1; }
exec dotnet "$copy/WampRouter.Interleavings.dll" --traces "$copy" "$@"
