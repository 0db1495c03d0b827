using System.Globalization;
using Microsoft.Coyote;
using Microsoft.Coyote.SystematicTesting;

namespace WampRouter.Interleavings;

/// <summary>One scenario in many orders.</summary>
internal static class Exploration
{
    /// <summary>What Coyote does not control and need not: nothing depends on which id it is.</summary>
    private static readonly string[] Harmless = ["System.Guid.NewGuid"];

    /// <summary>Whether it holds in every order that was tried; says how many, or writes down the one in which it does not.</summary>
    public static bool Passes(Scenario scenario, Configuration configuration, string traces)
    {
        var start = TimeProvider.System.GetTimestamp();
        using var engine = TestingEngine.Create(configuration, scenario.Run);
        RunSilently(engine);

        var report = engine.TestReport;
        var orders = report.NumOfExploredFairPaths + report.NumOfExploredUnfairPaths;
        var seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        string[] faults = [.. report.BugReports, .. report.InternalErrors, .. report.UncontrolledInvocations.Except(Harmless).Select(name => $"{name} goes on where Coyote has no say")];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(faults.Length == 0 ? "passed" : "FAILED")}  {scenario.Name}: {orders} orders, {seconds:0} s"));
        foreach (var fault in faults)
        {
            Console.WriteLine($"        {fault}");
        }

        if (report.NumOfFoundBugs > 0)
        {
            var file = Path.Combine(traces, $"{new string([.. scenario.Name.Where(char.IsAsciiLetterOrDigit)])}.trace");
            File.WriteAllText(file, engine.ReproducibleTrace);
            Console.WriteLine($"        seed {configuration.RandomGeneratorSeed}; again with --only \"{scenario.Name}\" --trace {file}");
        }

        return faults.Length == 0;
    }

    /// <summary>What it says while it runs is in its report too.</summary>
    private static void RunSilently(TestingEngine engine)
    {
        var output = Console.Out;
        Console.SetOut(TextWriter.Null);
        try
        {
            engine.Run();
        }
        finally
        {
            Console.SetOut(output);
        }
    }
}
