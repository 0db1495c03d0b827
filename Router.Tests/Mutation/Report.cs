using System.Globalization;
using System.Text;

namespace WampRouter.Mutation;

/// <summary>What was found, and what was not.</summary>
/// <param name="file">Where it is written.</param>
internal sealed class Report(string file)
{
    private readonly List<(Mutant Mutant, string Verdict, int Tests)> _tried = [];

    /// <summary>Takes a verdict, and writes everything anew: a run that is broken off has a report too.</summary>
    public void Add(Mutant mutant, string verdict, int tests)
    {
        _tried.Add((mutant, verdict, tests));
        Write();
    }

    /// <summary>A table of the folders, then the faults that nobody noticed, then the rest with the test that did.</summary>
    private void Write()
    {
        var text = new StringBuilder();
        text.AppendLine("| folder | faults tried | found |").AppendLine("|---|---|---|");
        foreach (var folder in _tried.GroupBy(tried => tried.Mutant.Folder).OrderBy(folder => folder.Key, StringComparer.Ordinal))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {folder.Key} | {folder.Count()} | {folder.Count(IsFound)} |");
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"| all | {_tried.Count} | {_tried.Count(IsFound)} |");
        text.AppendLine().AppendLine("Not found:").AppendLine();
        Append(text, _tried.Where(tried => !IsFound(tried)));
        text.AppendLine().AppendLine("Found:").AppendLine();
        Append(text, _tried.Where(IsFound));
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text.ToString());
    }

    private static bool IsFound((Mutant Mutant, string Verdict, int Tests) tried) => tried.Verdict.Split(' ')[0] is "KILLED" or "TIMEOUT" or "CRASHED";

    private static void Append(StringBuilder text, IEnumerable<(Mutant Mutant, string Verdict, int Tests)> tried)
    {
        foreach (var (mutant, verdict, tests) in tried)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"- {mutant} ({tests} tests) {verdict}");
        }
    }
}
