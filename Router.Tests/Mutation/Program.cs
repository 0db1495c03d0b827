using System.Text.Json;

namespace WampRouter.Mutation;

/// <summary>Puts small faults into the router and its client, one at a time, and sees which of them the tests find. docs/testing.md says what for.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        if (Options.Parse(arguments) is not { } options)
        {
            await Console.Error.WriteLineAsync(Options.Usage);
            return 2;
        }

        var repository = (await Command.RunAsync("git", ["rev-parse", "--show-toplevel"], Directory.GetCurrentDirectory())).Trim();
        var folder = Path.GetFullPath(options.Scratch, repository);
        var trials = new Trials(Scratch.TestFolder(folder));
        var (mutantsFile, coverageFile) = (Path.Combine(folder, "mutants.json"), Path.Combine(folder, "coverage.tsv"));
        if (!options.Reuse)
        {
            await File.WriteAllTextAsync(mutantsFile, JsonSerializer.Serialize(await new Scratch(repository, folder).BuildAsync(options.Mutate)));
            Console.WriteLine("built; running the tests once to see what they reach");
            await trials.CoverAsync(coverageFile);
        }

        var mutants = JsonSerializer.Deserialize<List<Mutant>>(await File.ReadAllTextAsync(mutantsFile))!;
        var coverage = Coverage.Read(coverageFile, options.Skip);
        Console.WriteLine($"{mutants.Count} faults; tests that fail without any: {(coverage.Failing.Count == 0 ? "none" : string.Join(", ", coverage.Failing))}");
        var report = new Report(Path.GetFullPath(options.Report, repository));
        foreach (var mutant in options.Only.Count > 0 ? [.. mutants.Where(mutant => options.Only.Contains(mutant.Id))] : Sample.Of(mutants, options.Sample, options.Seed))
        {
            var tests = coverage.TestsOf(mutant, options.Seconds);
            var verdict = tests.Count == 0 ? "UNREACHED" : await trials.TryAsync(mutant, tests, options.Seconds);
            Console.WriteLine($"{verdict.Split(' ')[0]} {mutant}");
            report.Add(mutant, verdict, tests.Count);
        }

        return 0;
    }
}
