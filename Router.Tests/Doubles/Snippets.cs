using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace WampRouter.Tests.Doubles;

/// <summary>The C# examples of a document, compared with a source file that the compiler has seen.</summary>
internal static partial class Snippets
{
    /// <summary>The examples of a document.</summary>
    public static IReadOnlyList<string> In(string document) => [.. Example().Matches(document).Select(match => Flat(match.Groups["code"].Value))];

    /// <summary>Examples of the document that are not in the source, whatever their indentation.</summary>
    public static IReadOnlyList<string> NotIn(string source, string document)
    {
        var compiled = Flat(source);
        var examples = In(document);
        Assert.That(examples, Is.Not.Empty, "a document without examples");
        return [.. examples.Where(example => !compiled.Contains(example, StringComparison.Ordinal))];
    }

    /// <summary>A file beside the one that asks.</summary>
    public static string ReadBeside(string name, [CallerFilePath] string file = "") => File.ReadAllText(Path.Combine(Path.GetDirectoryName(file)!, name));

    private static string Flat(string code) => string.Join('\n', code.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
