namespace WampRouter.Benchmarks.LoadGenerator;

/// <summary>A peer could not do what a workload asked for; the report shows the text instead of figures.</summary>
internal sealed class WorkloadFailedException(string message) : Exception(OneLine(message))
{
    private const int LongestText = 200;

    // It ends up in a cell of a table.
    private static string OneLine(string text)
    {
        var line = text.Trim().ReplaceLineEndings(" ");
        return line.Length <= LongestText ? line : line[..LongestText] + "…";
    }
}
