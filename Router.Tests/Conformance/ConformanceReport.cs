using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace WampRouter.Tests.Conformance;

/// <summary>The conformance table as documents. The same run writes the same bytes: no times, no order of execution.</summary>
internal static class ConformanceReport
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    /// <summary>Writes <c>conformance.json</c> and <c>conformance.md</c>.</summary>
    public static void Write(string directory)
    {
        var sections = RequirementCatalog.Files.Select(file => new Section(file, [.. file.Rows.Select(row => Row.Of(row, ConformanceRun.Of(row)))])).ToArray();
        File.WriteAllText(Path.Combine(directory, "conformance.json"), JsonSerializer.Serialize(new { specification = $"wamp-proto/wamp-proto@{RequirementCatalog.SpecificationCommit}", sections }, Json) + "\n");
        File.WriteAllText(Path.Combine(directory, "conformance.md"), Markdown(sections));
    }

    private static string Markdown(Section[] sections)
    {
        var rows = sections.SelectMany(section => section.Rows).ToArray();
        var text = new StringBuilder();
        text.Append($"""
            # Conformance

            What the specification asks for, and the tests that show that this router, or its .NET client, does it. This file and `conformance.json` are written by `./test.sh`: a row is *shown* when all
            tests named in it have passed. The rows are in `Router.Tests/Conformance/Requirements`, in our words, read from
            [wamp-proto/wamp-proto](https://github.com/wamp-proto/wamp-proto/tree/{RequirementCatalog.SpecificationCommit}/rfc/text) at `{RequirementCatalog.SpecificationCommit[..8]}`.

            | | rows | shown | not offered | not ours |
            |---|---|---|---|---|

            """);
        foreach (var level in Enum.GetValues<RequirementLevel>())
        {
            var ofLevel = rows.Where(row => row.Level == level).ToArray();
            text.Append($"| {NameOf(level)} | {ofLevel.Length} | {Count(ofLevel, RowState.Shown)} | {Count(ofLevel, RowState.NotOffered)} | {Count(ofLevel, RowState.NotOurs)} |\n");
        }

        text.Append("\n*Not offered*: the feature is not there, and not announced. *Not ours*: a duty of other peers, or no behaviour that a test could show.\n");
        AppendReasons(text, sections, "Where the specification contradicts itself or leaves it open", "what we chose, and why", row => row.Decided);
        AppendReasons(text, sections, "Where we are milder than the letter", "what is let pass, and why", row => row.Milder);
        foreach (var section in sections)
        {
            text.Append($"\n## {section.Title}\n\n`{section.Source}`\n\n| | level | what is asked for | shown by | over |\n|---|---|---|---|---|\n");
            foreach (var row in section.Rows)
            {
                text.Append($"| {Mark(row.State)} | {NameOf(row.Level)} | {Cell(row)} | {TestsOf(row)} | {OverOf(row)} |\n");
            }
        }

        return text.ToString();
    }

    private static void AppendReasons(StringBuilder text, Section[] sections, string title, string heading, Func<Row, string?> reasonOf)
    {
        text.Append($"\n## {title}\n\n| where | what it is about | {heading} |\n|---|---|---|\n");
        foreach (var (section, row) in sections.SelectMany(section => section.Rows, (section, row) => (section, row)).Where(entry => reasonOf(entry.row) is not null))
        {
            text.Append($"| `{section.Source}` | {row.Says} | {reasonOf(row)} |\n");
        }
    }

    private static int Count(IEnumerable<Row> rows, RowState state) => rows.Count(row => row.State == state);

    private static string NameOf(RequirementLevel level) => level switch
    {
        RequirementLevel.Must => "MUST",
        RequirementLevel.Should => "SHOULD",
        RequirementLevel.Feature => "feature",
        RequirementLevel.Described => "described",
        _ => "beyond",
    };

    private static string Mark(RowState state) => state switch
    {
        RowState.Shown => "✓",
        RowState.Failing => "✗",
        RowState.NotOffered => "–",
        _ => "·",
    };

    private static string Cell(Row row) => row.Announced is null ? row.Says : $"`{row.Announced}`: {row.Says}";

    private static string TestsOf(Row row) => row.NotOffered ?? row.NotOurs ?? string.Join("<br>", row.Tests.Select(test => $"`{test}`"));

    private static string OverOf(Row row) => string.Join("; ", new[] { string.Join(", ", row.Transports), string.Join(", ", row.Serializers) }.Where(words => words.Length > 0));

    private enum RowState
    {
        Shown,
        Failing,
        NotOffered,
        NotOurs,
    }

    private sealed record Section(string Source, string Title, IReadOnlyList<Row> Rows)
    {
        public Section(RequirementFile file, IReadOnlyList<Row> rows)
            : this(file.Source, file.Title, rows)
        {
        }
    }

    private sealed record Row(
        string Id,
        RequirementLevel Level,
        string Says,
        string? Section,
        string? Announced,
        RowState State,
        string? NotOffered,
        string? NotOurs,
        string? Decided,
        string? Milder,
        IReadOnlyCollection<string> Tests,
        IReadOnlyCollection<string> Transports,
        IReadOnlyCollection<string> Serializers)
    {
        public static Row Of(Requirement row, Evidence evidence) => new(
            row.Id,
            row.Level,
            row.Says,
            row.Section,
            row.Announced,
            row.NotOffered is not null ? RowState.NotOffered : row.NotOurs is not null ? RowState.NotOurs : evidence.Tests.Count > 0 && evidence.Failed.Count == 0 ? RowState.Shown : RowState.Failing,
            row.NotOffered,
            row.NotOurs,
            row.Decided,
            row.Milder,
            evidence.Tests,
            evidence.Transports,
            evidence.Serializers);
    }
}
