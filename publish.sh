#!/usr/bin/env bash
# Makes the Native AOT executable: artifacts/publish/WampRouter, with config/ and appsettings.json beside it.
#   ./publish.sh [runtime identifier, linux-x64 if not given]
# Needs the .NET 10 SDK, a C compiler (clang or gcc) and zlib's headers: apt-get install clang zlib1g-dev.
set -euo pipefail
cd "$(dirname "$0")"

rid=${1:-linux-x64}
out=artifacts/publish
most_bytes=$((20 * 1024 * 1024))

compiler=$(command -v clang || command -v gcc) || {
    echo "publish.sh: no C compiler to link with; apt-get install clang zlib1g-dev" >&2
    exit 1
}

# The ahead-of-time compiler is restored into a tree of its own, so that the lock files and obj/ of the everyday build stay as they are.
rm -rf "$out"
dotnet publish Router/Router.csproj -c Release -r "$rid" -o "$out" --artifacts-path artifacts/aot --nologo --verbosity quiet \
    -p:PublishAot=true -p:OptimizationPreference=Speed -p:InvariantGlobalization=true -p:StripSymbols=true \
    -p:NuGetLockFilePath="$PWD/artifacts/aot/packages.lock.json" -p:CopyOutputSymbolsToPublishDirectory=false -p:PublishDocumentationFiles=false -p:StaticWebAssetsEnabled=false \
    -p:CppCompilerAndLinker="$(basename "$compiler")"

touch "$out/WampRouter"     # made of the source as it is now, even if nothing had to be compiled again
bytes=$(stat -c %s "$out/WampRouter")
awk -v bytes="$bytes" -v file="$out/WampRouter" 'BEGIN { printf "%s: %.1f MB\n", file, bytes / 1048576 }'
if ((bytes > most_bytes)); then
    echo "publish.sh: more than $((most_bytes / 1048576)) MB; something large has been linked in" >&2
    exit 1
fi
