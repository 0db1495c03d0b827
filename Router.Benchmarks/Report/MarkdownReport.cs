using System.Globalization;
using System.Text;

namespace WampRouter.Benchmarks.Report;

/// <summary>The page for people: one table for each row, medians over the rounds.</summary>
internal static class MarkdownReport
{
    private const double SaturatedCore = 0.9;
    private const double NoisyCore = 0.1;

    /// <summary>Writes the page.</summary>
    public static string Of(Comparison comparison)
    {
        var page = new StringBuilder();
        var rounds = comparison.Measurements.Select(measurement => measurement.Round).DefaultIfEmpty(0).Max();
        page.AppendLine("# Comparison").AppendLine();
        page.AppendLine(Format($"{comparison.Begun:yyyy-MM-dd HH:mm} UTC. {comparison.Machine}."));
        page.AppendLine(Format(
            $"{rounds} rounds, the peers in turn; {comparison.SecondsPerMeasurement:0.#} s each; 100-byte payloads, JSON over WebSocket; medians."));
        page.AppendLine();
        foreach (var peer in comparison.Peers)
        {
            page.AppendLine($"- **{peer.Name}**: {peer.Description}");
        }

        foreach (var note in comparison.Notes)
        {
            page.AppendLine($"- {note}");
        }

        foreach (var row in comparison.Rows)
        {
            AppendRow(page, comparison, row);
        }

        return page.ToString();
    }

    private static void AppendRow(StringBuilder page, Comparison comparison, RowLine row)
    {
        var baseline = comparison.Baseline;
        var measurements = comparison.Measurements.Where(measurement => measurement.Row == row.Id).ToLookup(measurement => measurement.Peer);
        var lines = comparison.Peers.Select(peer => (peer.Name, Summary: new PeerSummary(measurements[peer.Name], measurements[baseline]))).ToArray();

        // A column nobody has anything for (latencies of a memory row) is left out.
        var columns = Columns(row.Unit, baseline)
            .Select(column => (column.Title, Cells: Array.ConvertAll(lines, line => column.Cell(line.Summary))))
            .Where(column => Array.Exists(column.Cells, cell => cell.Length > 0))
            .ToArray();
        page.AppendLine().AppendLine($"## {row.Title}").AppendLine();
        page.AppendLine($"`{row.Id}`, {(row.MoreIsBetter ? "more" : "less")} is better").AppendLine();
        page.AppendLine($"| peer | {string.Join(" | ", columns.Select(column => column.Title))} |");
        page.AppendLine("|---|" + string.Concat(Enumerable.Repeat("--:|", columns.Length)));
        for (var i = 0; i < lines.Length; i++)
        {
            page.AppendLine($"| {lines[i].Name} | {string.Join(" | ", columns.Select(column => column.Cells[i]))} |");
        }
    }

    private static IEnumerable<(string Title, Func<PeerSummary, string> Cell)> Columns(string unit, string baseline) =>
    [
        (unit, summary => Number(summary.Median(m => m.Value))),
        ($"÷ {baseline} (range)", summary => Ratio(summary, m => m.Value)),
        ("p50 µs", summary => Number(summary.Median(m => m.P50Microseconds))),
        ("p99 µs", summary => Number(summary.Median(m => m.P99Microseconds))),
        ("p99.9 µs", summary => Number(summary.Median(m => m.P999Microseconds))),
        ("server µs/message", summary => Number(summary.Median(m => m.ServerMicrosecondsPerMessage))),
        ($"µs ÷ {baseline} (range)", summary => Ratio(summary, m => m.ServerMicrosecondsPerMessage)),
        ("server core", summary => Percent(summary.Median(m => m.ServerCore))),
        ("generator core", summary => Percent(summary.Median(m => m.GeneratorCore))),
        ("server MiB", summary => Number(summary.Median(m => m.ServerResidentBytes) / 1024 / 1024)),
        ("notes", Notes),
    ];

    private static string Ratio(PeerSummary summary, Func<Measurement, double?> selector) =>
        summary.Ratio(selector) is { } ratio ? Format($"{ratio.Median:0.00} ({ratio.Least:0.00}–{ratio.Most:0.00})") : "";

    private static string Notes(PeerSummary summary)
    {
        var others = summary.Median(m => m.OthersOnServerCore);
        var notes = summary.Failures.ToList();
        if (summary.Median(m => m.ServerCore) + (others ?? 0) < SaturatedCore)
        {
            notes.Add("the server was not the limit");
        }

        AddNoise(notes, others, "server's");
        AddNoise(notes, summary.Median(m => m.OthersOnGeneratorCore), "generator's");

        return string.Join("; ", notes).Replace("|", "\\|", StringComparison.Ordinal);
    }

    private static void AddNoise(List<string> notes, double? others, string whose)
    {
        if (others > NoisyCore)
        {
            notes.Add(Format($"noise: others had {others * 100:0} % of the {whose} core"));
        }
    }

    // Three digits say all that a noisy machine can; grouping keeps millions readable.
    private static string Number(double? value) => value switch
    {
        null => "",
        < 10 => Format($"{value:0.00}"),
        < 100 => Format($"{value:0.0}"),
        _ => Format($"{value:#,0}"),
    };

    private static string Percent(double? share) => share is { } value ? Format($"{value * 100:0} %") : "";

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
