using System.Globalization;
using System.Text.RegularExpressions;

namespace WampRouter.Mutation;

/// <summary>A copy of the repository with every fault in it, built once.</summary>
/// <param name="repository">The repository.</param>
/// <param name="folder">Where the copy is.</param>
internal sealed partial class Scratch(string repository, string folder)
{
    private const string Tests = "Router.Tests/Router.Tests.csproj";
    private const int MostBuilds = 15;

    /// <summary>What can be mutated.</summary>
    private static readonly string[] Projects = ["Router", "Clients/WampRouter.Client"];

    private static readonly string[] AboutAssignment = ["CS0161", "CS0165", "CS0177", "CS0269", "CS8177"];

    private readonly HashSet<int> _rejected = [];

    /// <summary>Where the tests of a copy are built to.</summary>
    public static string TestFolder(string folder) => Path.Combine(folder, "Router.Tests", "bin", "Release", "net10.0");

    /// <summary>Copies, mutates and builds.</summary>
    /// <param name="mutate">The folders to mutate, relative to the repository.</param>
    /// <returns>The faults that compile.</returns>
    public async Task<IReadOnlyList<Mutant>> BuildAsync(IReadOnlyList<string> mutate)
    {
        await CopyAsync();
        await Command.RunAsync("dotnet", ["restore", Tests, "--locked-mode", "--verbosity", "quiet"], folder);
        for (var builds = 1; ; builds++)
        {
            var mutants = Write(mutate);
            var errors = await CompileAsync();
            if (errors.Count == 0)
            {
                return [.. mutants.Where(mutant => !_rejected.Contains(mutant.Id))];
            }

            if (builds == MostBuilds)
            {
                throw new InvalidOperationException($"still does not compile:\n{string.Join('\n', errors.Take(10))}");
            }

            var before = _rejected.Count;
            Reject(errors, mutants);
            Console.WriteLine($"build {builds}: {errors.Count} errors, {_rejected.Count} of {mutants.Count} faults left out");
            if (_rejected.Count == before)
            {
                throw new InvalidOperationException($"nothing to blame for:\n{string.Join('\n', errors.Take(10))}");
            }
        }
    }

    private async Task CopyAsync()
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        var listed = await Command.RunAsync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], repository);
        foreach (var file in listed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(file => File.Exists(Path.Combine(repository, file))))
        {
            var target = Path.Combine(folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Path.Combine(repository, file), target);
        }

        var inScratch = Path.Combine(repository, "Router.Tests", "Mutation", "InScratch");
        foreach (var project in Projects)
        {
            File.Copy(Path.Combine(inScratch, "MutantSwitch.cs"), Path.Combine(folder, project, "MutantSwitch.cs"));
        }

        File.Copy(Path.Combine(inScratch, "TestRun.cs"), Path.Combine(folder, "Router.Tests", "TestRun.cs"));
    }

    /// <summary>Writes all sources anew; the numbers of the faults do not depend on which of them were rejected.</summary>
    private List<Mutant> Write(IReadOnlyList<string> mutate)
    {
        var mutants = new List<Mutant>();
        var files = mutate.SelectMany(path => Directory.Exists(Path.Combine(repository, path)) ? Directory.EnumerateFiles(Path.Combine(repository, path), "*.cs", SearchOption.AllDirectories) : [Path.Combine(repository, path)])
            .Select(file => Path.GetRelativePath(repository, file).Replace('\\', '/'))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
            .Distinct()
            .Order(StringComparer.Ordinal);
        foreach (var file in files)
        {
            File.WriteAllText(Path.Combine(folder, file), MutationRewriter.Rewrite(file, File.ReadAllText(Path.Combine(repository, file)), mutants, _rejected));
        }

        return mutants;
    }

    private async Task<IReadOnlyList<string>> CompileAsync()
    {
        string[] relaxed = ["-p:TreatWarningsAsErrors=false", "-p:RunAnalyzers=false", "-p:EnforceCodeStyleInBuild=false", "-p:GenerateProgramFile=false", "-p:WarningLevel=0"];
        var output = await Command.RunAsync("dotnet", ["build", Tests, "-c", "Release", "--no-restore", "--nologo", "-v", "q", .. relaxed], folder, mayFail: true);
        return [.. output.Split('\n').Where(line => Error().IsMatch(line)).Distinct()];
    }

    private void Reject(IReadOnlyList<string> errors, List<Mutant> mutants)
    {
        foreach (var error in errors.Select(line => Error().Match(line)))
        {
            var file = error.Groups["file"].Value.Trim();
            var (line, column) = (Number(error, "line"), Number(error, "column"));
            _rejected.UnionWith(MutationRewriter.Suspects(File.ReadAllText(file), line, column, AboutAssignment.Contains(error.Groups["code"].Value), mutants));
        }
    }

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<file>[^(]+\.cs)\((?<line>\d+),(?<column>\d+)\): error (?<code>CS\d+):")]
    private static partial Regex Error();
}
