using System.Globalization;
using Microsoft.Coyote;
using Microsoft.Coyote.Rewriting;

namespace WampRouter.Interleavings;

/// <summary>Runs scenarios of threads that meet, each in many orders that Coyote chooses. docs/testing.md says how. <c>./test.sh --long</c> reads the last line.</summary>
internal static class Program
{
    private const string Usage = """
        WampRouter.Interleavings [OPTION...], of an assembly that 'coyote rewrite' has been over
          --iterations N    orders to try of each scenario (default: 2000)
          --only TEXT       scenarios with this in their name
          --seed N          where the choice of orders begins (default: somewhere)
          --trace FILE      repeats the order that is written there; with --only
          --traces FOLDER   where the order of a failure is written (default: here)
        """;

    private static int Main(string[] arguments)
    {
        var options = new Dictionary<string, string>();
        for (var i = 0; i < arguments.Length; i += 2)
        {
            if (i + 1 == arguments.Length || arguments[i] is not ("--iterations" or "--only" or "--seed" or "--trace" or "--traces"))
            {
                Console.Error.WriteLine(Usage);
                return 2;
            }

            options[arguments[i]] = arguments[i + 1];
        }

        if (!typeof(Program).Assembly.IsDefined(typeof(RewritingSignatureAttribute), inherit: false))
        {
            Console.Error.WriteLine("this assembly is not rewritten: threads would run as they like");
            return 2;
        }

        Scenario[] all = [.. OutboxScenarios.All, .. CallScenarios.All, .. ResumptionScenarios.All];
        var chosen = Array.FindAll(all, scenario => scenario.Name.Contains(options.GetValueOrDefault("--only", ""), StringComparison.Ordinal));
        var passed = chosen.Count(scenario => Exploration.Passes(scenario, ConfigurationOf(options), options.GetValueOrDefault("--traces", ".")));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{passed} passed, {chosen.Length - passed} failed"));
        return passed == chosen.Length && passed > 0 ? 0 : 1;
    }

    private static Configuration ConfigurationOf(Dictionary<string, string> options)
    {
        // Threads may change places at every access to a field, not only at locks: a lock that is missing shows nowhere else.
        var configuration = Configuration.Create()
            .WithTelemetryEnabled(false)
            .WithMemoryAccessRaceCheckingEnabled(true)
            .WithTestingIterations(uint.Parse(options.GetValueOrDefault("--iterations", "2000"), CultureInfo.InvariantCulture))
            .WithRandomGeneratorSeed(options.TryGetValue("--seed", out var seed) ? uint.Parse(seed, CultureInfo.InvariantCulture) : (uint)Random.Shared.Next());
        return options.TryGetValue("--trace", out var trace) ? configuration.WithReproducibleTrace(File.ReadAllText(trace)) : configuration;
    }
}
