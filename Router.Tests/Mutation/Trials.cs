using System.Globalization;

namespace WampRouter.Mutation;

/// <summary>Runs the mutated tests, each time in a process of its own: what a fault has broken does not count for the next one.</summary>
/// <param name="folder">Where they were built to.</param>
internal sealed class Trials(string folder)
{
    private const int SlowerByFaults = 5;
    private static readonly TimeSpan StartUp = TimeSpan.FromMinutes(2);

    /// <summary>Without a fault: what each test reaches.</summary>
    public Task CoverAsync(string file) => RunAsync(["coverage", file], mutant: 0, limit: TimeSpan.FromHours(1));

    /// <summary>The last line that the test run prints with the fault: KILLED, TIMEOUT (of one test) or SURVIVED; CRASHED where it ended without one; UNDECIDED where the machine was too busy to run the tests at all.</summary>
    public async Task<string> TryAsync(Mutant mutant, IReadOnlyList<string> tests, double seconds)
    {
        var list = Path.GetTempFileName();
        try
        {
            await File.WriteAllLinesAsync(list, tests);
            var output = await RunAsync(["run", list], mutant.Id, StartUp + TimeSpan.FromSeconds(seconds * SlowerByFaults));
            return output.Length == 0 ? "UNDECIDED" : output.Split('\n').LastOrDefault(line => line.Split(' ')[0] is "KILLED" or "TIMEOUT" or "SURVIVED") ?? "CRASHED";
        }
        finally
        {
            File.Delete(list);
        }
    }

    private Task<string> RunAsync(string[] arguments, int mutant, TimeSpan limit) => Command.RunAsync(
        "dotnet",
        [Path.Combine(folder, "WampRouter.Tests.dll"), .. arguments],
        folder,
        mayFail: true,
        new Dictionary<string, string> { ["WAMP_MUTANT"] = mutant.ToString(CultureInfo.InvariantCulture), ["DOTNET_GCHeapHardLimit"] = "0x80000000" },
        limit);
}
