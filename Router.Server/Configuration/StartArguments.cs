using WampRouter.Configuration;

namespace WampRouter.Server.Configuration;

/// <summary>What the arguments of a start say, or of a check of one.</summary>
internal sealed record StartArguments
{
    /// <summary>Where nothing is said.</summary>
    public static StartArguments None { get; } = new();

    /// <summary>Settings with their full keys, such as <c>WampRouter:DataDirectory</c>. A later one counts.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; } = [];

    /// <summary>The file to read settings from, as it was written; null: see <see cref="SettingsFile.Find"/>.</summary>
    public string? SettingsFile { get; init; }

    /// <summary>The port of the first listener, 0 to 65535, whatever its URL says; null: the URL's.</summary>
    public int? Port { get; init; }
}
