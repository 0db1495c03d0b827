using System.Globalization;

namespace WampRouter.Configuration.Documents;

/// <summary>How code says what a realm file says: mistakes in a realm of code name properties, not keys that nobody has written.</summary>
internal static class CodeWords
{
    /// <summary>What keys of times in seconds end with; in code such a time is a <see cref="TimeSpan"/>.</summary>
    public const string Seconds = "Seconds";

    private static readonly Dictionary<string, string> Irregular = new(StringComparer.Ordinal) { ["authid"] = "AuthId", ["wampcra"] = "WampCra", ["keylen"] = "KeyLength" };

    // What tells items of a list apart, where something does.
    private static readonly string[] Names = ["name", "authid"];

    /// <summary>The property of a key.</summary>
    public static string PropertyOf(string key) =>
        Irregular.TryGetValue(key, out var property) ? property
        : char.ToUpperInvariant(key[0]) + (key.EndsWith(Seconds, StringComparison.Ordinal) ? key[1..^Seconds.Length] : key[1..]);

    /// <summary>Where a value stands, such as <c>Roles["backend"].Permissions[3].Uri</c>; null for the realm itself.</summary>
    public static string? PathOf(DocumentNode node) =>
        node.Parent is not { } parent ? null
        : parent.Kind == NodeKind.List ? PathOf(parent) + (NameOf(node) is { } name ? $"[{Quote(name)}]" : string.Create(CultureInfo.InvariantCulture, $"[{node.Index}]"))
        : PathOf(parent) is { } path ? $"{path}.{PropertyOf(node.Key!)}"
        : PropertyOf(node.Key!);

    /// <summary>A call with a name: <c>AddRealm("com.shop")</c>.</summary>
    public static string Call(string method, string name) => $"{method}({Quote(name)})";

    /// <summary>A text as code writes it: shortened, and without what would upset a terminal.</summary>
    public static string Quote(string text) => $"\"{Words.Show(text)}\"";

    private static string? NameOf(DocumentNode node) =>
        node.Kind != NodeKind.Object ? null : node.Children.FirstOrDefault(child => child is { Kind: NodeKind.Text, Text.Length: > 0 } && Names.Contains(child.Key))?.Text;
}
