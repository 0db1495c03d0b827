using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace WampRouter.Tests.Clients.Generators;

/// <summary>Whatever an interface is made of, the generator goes on, and what comes of it either compiles without a warning or is told what is wrong with it.</summary>
internal sealed partial class ContractRandomizedTests
{
    private const int AtOnce = 30;      // contracts in one compilation
    private const int FilesBefore = 2;  // usings and the prelude

    [Test]
    public void Contracts_OfAnything_CompileWithoutAWarningOrAreTold([Range(1, 8)] int seed) => AssertAll(seed);

    [Test]
    [Category("Long")]
    public void Contracts_OfAnythingForLong_CompileWithoutAWarningOrAreTold()
    {
        var first = Random.Shared.Next();
        for (var seed = first; seed != first + 300; seed++)
        {
            AssertAll(seed);
        }
    }

    private static void AssertAll(int seed)
    {
        var grammar = new RandomContract(new Random(seed));
        var texts = Enumerable.Range(0, AtOnce).Select(grammar.Write).ToArray();
        Generated.Run(Compilation(texts), out _, out _);

        // What does not compile by itself is the application's mistake, and hides what the generator makes of it.
        var alone = Compilation(texts).GetDiagnostics().Where(diagnostic => diagnostic.Severity > DiagnosticSeverity.Hidden).ToList();
        var unsound = alone.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(NumberOf).ToHashSet();
        var (ofGenerator, ofCompiler) = Generated.Compile(Compilation(texts.Select((text, number) => unsound.Contains(number) ? string.Empty : text)));
        var told = ofGenerator.Select(NumberOf).ToHashSet();
        var known = alone.Select(TextOf).ToHashSet();

        foreach (var added in ofCompiler.Where(diagnostic => !known.Contains(TextOf(diagnostic)) && !told.Contains(NumberOf(diagnostic))).GroupBy(NumberOf))
        {
            Assert.Fail($"seed {seed}, contract {added.Key}:\n{string.Join('\n', added)}\n{texts.ElementAtOrDefault(added.Key)}");
        }

        Assert.That(AtOnce - unsound.Union(told).Count(), Is.GreaterThan(AtOnce / 5), $"seed {seed}: contracts without a mistake");
        Assert.That(told, Is.Not.Empty, $"seed {seed}: contracts with one");
    }

    private static CSharpCompilation Compilation(IEnumerable<string> contracts) => Generated.NewestCompilation([RandomContract.Prelude, .. contracts]);

    /// <summary>Which contract something is about: its file has a number, and what is generated begins with its namespace.</summary>
    private static int NumberOf(Diagnostic diagnostic)
    {
        var file = Path.GetFileName(diagnostic.Location.GetLineSpan().Path);
        return OfContract().Match(file) is { Success: true } written ? int.Parse(written.Groups[1].Value, CultureInfo.InvariantCulture) - FilesBefore
            : OfGenerator().Match(file) is { Success: true } generated ? int.Parse(generated.Groups[1].Value, CultureInfo.InvariantCulture)
            : -1;
    }

    private static string TextOf(Diagnostic diagnostic) => $"{NumberOf(diagnostic)} {diagnostic.Location.SourceSpan} {diagnostic.Id}";

    [GeneratedRegex(@"^File(\d+)\.cs$")]
    private static partial Regex OfContract();

    [GeneratedRegex(@"^R(\d+)\.")]
    private static partial Regex OfGenerator();
}
