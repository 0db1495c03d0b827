#!/usr/bin/env bash
# Installs what the tests need beyond the .NET 10 SDK, builds with warnings as errors, runs every test, and ends with the line
# "N passed, N failed" (and ", N skipped" if any are). The exit code is 0 only if tests ran and nothing failed.
#   ./test.sh          everything; installs Debian packages and npm modules that are missing
#   ./test.sh --fast   without the end-to-end tests; installs nothing
#   ./test.sh --long   only what takes hours: attacks in full and in pairs, the soak, orders of threads, fuzzing; docs/testing.md has its last result
set -euo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

results=artifacts/test-results
conformance=artifacts/conformance
node_projects=(Router.Tests/EndToEnd/node Clients/Browser)
passed=0 failed=0 skipped=0

main() {
    local fast=false long=false
    case "${1:-}" in
        '') ;;
        --fast) fast=true ;;
        --long) long=true ;;
        *)
            sed -n '2,6s/^# \?//p' "$0"
            exit 2
            ;;
    esac

    trap summarize EXIT
    command -v dotnet >/dev/null || stop "the .NET 10 SDK is not installed"
    if ! $fast; then
        install_debian_packages $long
        install_npm_modules
    fi

    say "Building"
    dotnet restore WampRouter.sln --locked-mode --verbosity quiet || stop "the packages cannot be restored as the lock files say"
    dotnet build WampRouter.sln -c Release --no-restore --nologo --verbosity quiet -clp:Summary || stop "the build failed"

    say "Checking the format"
    dotnet format WampRouter.sln --verify-no-changes --no-restore || count_failure "dotnet format would change files"

    if $fast; then
        run_tests --filter 'TestCategory!=EndToEnd&TestCategory!=Long'
    else
        say "Publishing the Native AOT executable"
        ./publish.sh || count_failure "the executable cannot be published"
        say "Publishing a client as a Native AOT executable"
        publish_native_client || count_failure "the client cannot be published"
        if $long; then
            run_tests --filter 'TestCategory=Long' --logger 'console;verbosity=normal'
            run_program "Exploring the orders in which threads meet" Router.Tests/Interleavings/explore.sh
            run_program "Fuzzing" Router.Tests/Fuzzing/fuzz.sh
            return
        fi

        mkdir -p "$conformance"
        export WAMP_CONFORMANCE=$PWD/$conformance
        run_tests --filter 'TestCategory!=Long'
        compare_conformance
    fi
}

install_debian_packages() {
    local long=$1 missing=()
    [[ -x /usr/bin/chromium ]] || missing+=(chromium)
    [[ -x /usr/sbin/nginx ]] || missing+=(nginx-light)
    [[ -e /usr/lib/nginx/modules/ngx_stream_module.so ]] || missing+=(libnginx-mod-stream)
    [[ -x /usr/sbin/haproxy ]] || missing+=(haproxy)
    command -v curl >/dev/null || missing+=(curl)
    command -v node >/dev/null || missing+=(nodejs)
    command -v npm >/dev/null || missing+=(npm)
    /usr/bin/python3 -c 'import autobahn' 2>/dev/null || missing+=(python3-autobahn)
    command -v clang >/dev/null || command -v gcc >/dev/null || missing+=(clang)
    [[ -e /usr/include/zlib.h ]] || missing+=(zlib1g-dev)
    ! $long || command -v afl-fuzz >/dev/null || missing+=(afl++)
    if ((${#missing[@]} == 0)); then
        say "Debian packages: all there"
        return
    fi

    say "Installing Debian packages: ${missing[*]}"
    as_root apt-get -qq update || stop "apt-get update failed"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null || stop "apt-get install failed"
}

as_root() {
    if ((EUID == 0)); then
        "$@"
    else
        command -v sudo >/dev/null || stop "this needs root: $*"
        sudo "$@"
    fi
}

install_npm_modules() {
    local project
    for project in "${node_projects[@]}"; do
        # What is installed carries a copy of the lock file it was installed from.
        if cmp -s "$project/package-lock.json" "$project/node_modules/.installed-from"; then
            say "npm modules of $project: all there"
        else
            say "Installing the npm modules of $project"
            (cd "$project" && npm ci --loglevel=error) || stop "npm ci failed in $project"
            cp "$project/package-lock.json" "$project/node_modules/.installed-from"
        fi
    done
}

# Shows that the client library works under Native AOT: a warning of the ahead-of-time compiler is an error. The compiler is restored into a tree of its own.
publish_native_client() {
    local out=artifacts/publish-client
    rm -rf "$out"
    dotnet publish Clients/NativeService/NativeService.csproj -c Release -r linux-x64 -o "$out" --artifacts-path artifacts/aot-client --nologo --verbosity quiet \
        -p:PublishAot=true -p:StripSymbols=true -p:CopyOutputSymbolsToPublishDirectory=false -p:PublishDocumentationFiles=false \
        -p:NuGetLockFilePath="$PWD/artifacts/aot-client/packages.lock.json" \
        -p:CppCompilerAndLinker="$(basename "$(command -v clang || command -v gcc)")" || return
    touch "$out/NativeService"      # made of the source as it is now, even if nothing had to be compiled again
}

run_tests() {
    say "Running the tests"
    rm -rf "$results"
    local outcome=0
    dotnet test WampRouter.sln -c Release --no-build --nologo --logger "trx;LogFilePrefix=tests" --results-directory "$results" "$@" || outcome=$?
    add_counters
    if ((outcome != 0 && failed == 0)); then
        count_failure "the test run failed though no test did: a teardown, or a crash; see above"
    fi
}

# Runs a program that ends with the line "N passed, N failed".
run_program() {
    local counters outcome=0
    say "$1"
    counters=$("$2" | tee >(cat >&2) | tail -1) || outcome=$?
    if [[ $counters =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
        ((passed += BASH_REMATCH[1], failed += BASH_REMATCH[2])) || true
        ((outcome == 0 || BASH_REMATCH[2] > 0)) || count_failure "$2 ended with $outcome"
    else
        count_failure "$2 did not come to its end"
    fi
}

# The conformance table is written by the tests; what is in docs/ must be what they have just shown.
compare_conformance() {
    local document
    ((failed == 0)) || return 0
    for document in conformance.md conformance.json; do
        if ! cmp -s "$conformance/$document" "docs/$document"; then
            cp "$conformance/$document" docs/
            count_failure "docs/$document was not what the tests show; it is now: commit it"
        fi
    done
}

# Adds up the counters of all result files: one line of attributes each, such as total="9" executed="9" passed="8" failed="1".
add_counters() {
    local counters name value total ok bad
    while read -r counters; do
        total=0 ok=0 bad=0
        while IFS='=' read -r name value; do
            case $name in
                total) total=$value ;;
                passed) ok=$value ;;
                failed | error | timeout | aborted) ((bad += value)) || true ;;
            esac
        done < <(grep -o '[a-zA-Z]*="[0-9]*"' <<<"$counters" | tr -d '"')
        ((passed += ok, failed += bad, skipped += total - ok - bad)) || true
    done < <(cat "$results"/*.trx 2>/dev/null | tr '\n' ' ' | grep -o '<Counters [^>]*>' || true)
}

say() { printf '== %s\n' "$*"; }

# Something other than a test went wrong; the tests can still run.
count_failure() {
    printf 'test.sh: %s\n' "$*" >&2
    failed=$((failed + 1))
}

# Something went wrong without which no test can run.
stop() {
    count_failure "$*"
    exit 1
}

summarize() {
    local line="$passed passed, $failed failed"
    ((skipped == 0)) || line+=", $skipped skipped"
    printf '\n%s\n' "$line"
    ((failed == 0 && passed > 0)) || exit 1
}

main "$@"
