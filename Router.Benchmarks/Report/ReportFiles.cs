using System.Text.Encodings.Web;
using System.Text.Json;

namespace WampRouter.Benchmarks.Report;

/// <summary>Writes what was found where it was asked for.</summary>
internal static class ReportFiles
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,  // read by people and tools, never by a browser
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
    };

    /// <summary>Writes the files whose path is given, and makes their directories.</summary>
    public static async Task WriteAsync(Comparison comparison, string? jsonPath, string? markdownPath)
    {
        await WriteAsync(jsonPath, () => JsonSerializer.Serialize(comparison, Indented) + "\n");
        await WriteAsync(markdownPath, () => MarkdownReport.Of(comparison));
    }

    private static async Task WriteAsync(string? path, Func<string> content)
    {
        if (path is not null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            await File.WriteAllTextAsync(path, content());
        }
    }
}
