#!/usr/bin/env bash
# Makes the Native AOT executable: artifacts/publish/wamprouter, with config/ and appsettings.json beside it.
#   ./publish.sh [runtime identifier, linux-x64 if not given]
#   ./publish.sh --install MADE OUTPUT    only the last step: what lies in the folder MADE goes to the folder OUTPUT
# Needs the .NET 10 SDK, a C compiler (clang or gcc) and zlib's headers: apt-get install clang zlib1g-dev.
#
# What somebody else put into the output folder stays: other files, data/, and the settings that were changed or taken away there. A new version of a
# changed settings file is laid beside it, as NAME.new, once. What this script put there itself is noted in .published.
set -euo pipefail

most_bytes=$((26 * 1024 * 1024))

main() {
    if [[ ${1:-} == --install ]]; then
        [[ $# == 3 && -d $2 ]] || stop "usage: ./publish.sh --install MADE OUTPUT"
        install_files "$2" "$3"
        return
    fi

    cd "$(dirname "$0")"
    local made=artifacts/made out=artifacts/publish
    make_files "${1:-linux-x64}" "$made"
    install_files "$made" "$out"
    check_size "$out/wamprouter"
}

# The ahead-of-time compiler is restored into a tree of its own, so that the lock files and obj/ of the everyday build stay as they are.
make_files() {
    local rid=$1 made=$2 compiler
    compiler=$(command -v clang || command -v gcc) || stop "no C compiler to link with; apt-get install clang zlib1g-dev"
    rm -rf "$made"
    dotnet publish Router.Server/Router.Server.csproj -c Release -r "$rid" -o "$made" --artifacts-path artifacts/aot --nologo --verbosity quiet \
        -p:PublishAot=true -p:OptimizationPreference=Speed -p:InvariantGlobalization=true -p:StripSymbols=true \
        -p:NuGetLockFilePath="$PWD/artifacts/aot/packages.lock.json" -p:CopyOutputSymbolsToPublishDirectory=false -p:AllowedReferenceRelatedFileExtensions=none -p:PublishDocumentationFiles=false -p:StaticWebAssetsEnabled=false \
        -p:CppCompilerAndLinker="$(basename "$compiler")"
    mv "$made/WampRouter.Server" "$made/wamprouter"
    touch "$made/wamprouter" # made of the source as it is now, even if nothing had to be compiled again
}

# Copies what was made. The note of what was put there before tells our files from those of others, and our settings as they were from changed ones.
install_files() {
    local made=$1 out=$2 note=$2/.published file target now before
    local -A noted=()
    mkdir -p "$out"
    if [[ -f $note ]]; then
        while read -r now file; do
            noted[$file]=$now
        done <"$note"
    fi

    : >"$note.new"
    while IFS= read -r -d '' file; do
        target=$out/$file now=$(hash_of "$made/$file") before=${noted[$file]:-}
        unset "noted[$file]"
        if ! is_setting "$file"; then
            put "$made/$file" "$target"
        elif [[ ! -e $target && -n $before ]]; then
            say "$target was taken away and stays away"
        elif [[ ! -e $target || $(hash_of "$target") == "$before" ]]; then
            put "$made/$file" "$target"
        elif [[ $(hash_of "$target") != "$now" && $now != "$before" ]]; then
            say "$target was changed and stays; this version's is $target.new"
            put "$made/$file" "$target.new"
        fi
        printf '%s %s\n' "$now" "$file" >>"$note.new"
    done < <(cd "$made" && find . -type f -printf '%P\0' | sort -z)

    # What an earlier version put there and this one does not have: it goes, unless somebody changed it.
    for file in "${!noted[@]}"; do
        target=$out/$file
        if [[ -f $target && $(hash_of "$target") == "${noted[$file]}" ]]; then
            rm "$target"
        elif [[ -e $target ]]; then
            say "$target is of an earlier version and was changed; it stays"
        fi
    done
    mv "$note.new" "$note"
}

is_setting() { [[ $1 == appsettings*.json || $1 == config/realms/* ]]; }

hash_of() { sha256sum "$1" | cut -d ' ' -f 1; }

# Replaced as a whole: a router that runs keeps the executable it was started from.
put() {
    mkdir -p "$(dirname "$2")"
    cp -p "$1" "$2.part"
    mv -f "$2.part" "$2"
}

check_size() {
    local bytes
    bytes=$(stat -c %s "$1")
    awk -v bytes="$bytes" -v file="$1" 'BEGIN { printf "%s: %.1f MB\n", file, bytes / 1048576 }'
    ((bytes <= most_bytes)) || stop "more than $((most_bytes / 1048576)) MB; something large has been linked in"
}

say() { printf 'publish.sh: %s\n' "$*"; }

stop() {
    printf 'publish.sh: %s\n' "$*" >&2
    exit 1
}

main "$@"
