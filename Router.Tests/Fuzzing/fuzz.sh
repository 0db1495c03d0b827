#!/usr/bin/env bash
# Lets afl++ make up inputs for the router's readers and sessions, three minutes for each; docs/testing.md says more. Needs a Release build.
# Ends with the line "N passed, N failed", where N counts targets.
#   fuzz.sh              all targets; WAMP_FUZZ_MINUTES scales the time, 10 being as it is
#   fuzz.sh TARGET...    these
set -euo pipefail
cd "$(dirname "$0")/../.."

# afl++ is not to look at how the machine treats programs that crash, and the program is no binary of its own kind: the assembly is instrumented, not the runtime.
export AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 AFL_NO_UI=1 AFL_SKIP_BIN_CHECK=1 DOTNET_NOLOGO=1
readonly built=Router.Tests/Fuzzing/bin/Release/net10.0 work=artifacts/fuzzing slowest_ms=5000
passed=0 failed=0

main() {
    local seconds target targets=("$@")
    ((${#targets[@]} > 0)) || targets=(wire-json wire-messagepack wire-cbor session-json session-messagepack session-cbor)
    seconds=$(awk -v minutes="${WAMP_FUZZ_MINUTES:-10}" 'BEGIN { print int(minutes * 18) }')
    trap 'printf "%s passed, %s failed\n" "$passed" "$failed"' EXIT
    instrument || { failed=${#targets[@]}; exit 1; }
    for target in "${targets[@]}"; do
        if fuzz "$target" "$((seconds > 5 ? seconds : 5))"; then
            passed=$((passed + 1))
        else
            failed=$((failed + 1))
        fi
    done
    ((failed == 0))
}

# Makes a copy of what was built in which the router's assemblies tell afl++ which way it goes.
instrument() {
    command -v afl-fuzz >/dev/null || { echo "afl++ is not installed" >&2; return 1; }
    rm -rf "$work"
    mkdir -p "$work"
    cp -r "$built" "$work/bin"
    dotnet tool restore >/dev/null && dotnet sharpfuzz "$work/bin/WampRouter.Wire.dll" && dotnet sharpfuzz "$work/bin/WampRouter.dll" WampRouter.Realms WampRouter.Sessions
}

# Fuzzes one target for so many seconds. Fails where an input makes it crash or takes too long, and says how to see that again.
fuzz() {
    local target=$1 seconds=$2 found=$work/$1/out/default
    dotnet "$built/WampRouter.Fuzzing.dll" seeds "$target" "$work/$target/in"
    afl-fuzz -i "$work/$target/in" -o "$work/$target/out" -t "$slowest_ms" -m none -V "$seconds" -- dotnet "$work/bin/WampRouter.Fuzzing.dll" fuzz "$target" >"$work/$target/log" 2>&1 ||
        { tail -20 "$work/$target/log" >&2; return 1; }
    printf '%-20s %s inputs, %s a second, %s edges, %s kept, %s crashes, %s too slow\n' "$target" \
        "$(stat_of execs_done)" "$(stat_of execs_per_sec)" "$(stat_of edges_found)" "$(stat_of corpus_count)" "$(stat_of saved_crashes)" "$(stat_of saved_hangs)"
    if (($(stat_of saved_crashes) + $(stat_of saved_hangs) > 0)); then
        find "$found/crashes" "$found/hangs" -name 'id:*' -printf "  again: dotnet $built/WampRouter.Fuzzing.dll run $target %p\n" | sort | head -5
        return 1
    fi
}

# One line of what afl++ counts, of the target in `found`.
stat_of() { awk -F' *: *' -v name="$1" '$1 == name { print $2 }' "$found/fuzzer_stats"; }

main "$@"
