using System.Globalization;
using WampRouter.Tests.Configuration;

namespace WampRouter.Tests.Hostile;

/// <summary>The table of docs/limits.md, as the last full run saw it: <c>artifacts/hostile/attacks.md</c>.</summary>
internal static class HostileReport
{
    private static readonly Lock Gate = new();
    private static readonly List<Siege> Rows = [];

    /// <summary>Adds a row and writes the file anew.</summary>
    public static void Add(Siege siege)
    {
        lock (Gate)
        {
            Rows.Add(siege);
            var file = Directory.CreateDirectory(Path.Combine(ShippedFiles.Root, "artifacts", "hostile")).FullName;
            File.WriteAllLines(
                Path.Combine(file, "attacks.md"),
                [
                    "| attack | bound, MiB | seen, MiB | left after it, MiB | call p99 before → during, ms | log, kB |",
                    "|---|--:|--:|--:|--:|--:|",
                    .. Rows.OrderBy(row => row.Attack, StringComparer.Ordinal).Select(Row),
                ]);
        }
    }

    private static string Row(Siege siege) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {siege.Attack} | {siege.BoundMebibytes} | {siege.GrownBytes / Siege.Mebibyte} | {siege.RestBytes / Siege.Mebibyte} | {siege.SlowestCallBefore.TotalMilliseconds:0.0} → {siege.SlowestCall.TotalMilliseconds:0.0} | {siege.LogBytes / 1000} |");
}
