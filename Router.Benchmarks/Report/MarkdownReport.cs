using System.Globalization;
using System.Text;

namespace WampRouter.Benchmarks.Report;

/// <summary>The page for people: one table for each row, medians over the rounds.</summary>
internal static class MarkdownReport
{
    private const double SaturatedCore = 0.9;

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
        var baseline = comparison.Peers[0].Name;
        var measurements = comparison.Measurements.Where(measurement => measurement.Row == row.Id).ToArray();
        page.AppendLine().AppendLine($"## {row.Title}").AppendLine();
        page.AppendLine($"`{row.Id}`, {(row.MoreIsBetter ? "more" : "less")} is better").AppendLine();
        page.AppendLine(
            $"| peer | {row.Unit} | ÷ {baseline} (range) | p50 µs | p99 µs | p99.9 µs | server µs/message | server core | generator core | server MiB | notes |");
        page.AppendLine("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|");
        foreach (var peer in comparison.Peers)
        {
            var summary = new PeerSummary(
                measurements.Where(measurement => measurement.Peer == peer.Name),
                measurements.Where(measurement => measurement.Peer == baseline));
            page.AppendLine(Line(peer.Name, summary));
        }
    }

    private static string Line(string peer, PeerSummary summary)
    {
        var serverCore = summary.Median(m => m.ServerCore);
        string[] cells =
        [
            peer,
            Number(summary.Median(m => m.Value)),
            summary.MedianRatio is { } ratio
                ? Format($"{ratio:0.00} ({summary.Ratios.Min():0.00}–{summary.Ratios.Max():0.00})")
                : "–",
            Number(summary.Median(m => m.P50Microseconds)),
            Number(summary.Median(m => m.P99Microseconds)),
            Number(summary.Median(m => m.P999Microseconds)),
            Number(summary.Median(m => m.ServerMicrosecondsPerMessage)),
            Percent(serverCore),
            Percent(summary.Median(m => m.GeneratorCore)),
            Number(summary.Median(m => m.ServerResidentBytes) / 1024 / 1024),
            string.Join("; ", [.. summary.Failures, .. serverCore < SaturatedCore ? ["the server was not the limit"] : Array.Empty<string>()]),
        ];
        return $"| {string.Join(" | ", cells.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal)))} |";
    }

    // Three digits say all that a noisy machine can; grouping keeps millions readable.
    private static string Number(double? value) => value switch
    {
        null => "–",
        < 10 => Format($"{value:0.00}"),
        < 100 => Format($"{value:0.0}"),
        _ => Format($"{value:#,0}"),
    };

    private static string Percent(double? share) => share is { } value ? Format($"{value * 100:0} %") : "–";

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
