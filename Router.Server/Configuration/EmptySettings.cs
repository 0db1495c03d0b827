using System.Globalization;
using WampRouter.Configuration.Documents;

namespace WampRouter.Server.Configuration;

/// <summary>
/// Finds in a settings file what .NET's configuration takes for nothing written at all: <c>null</c>, <c>{ }</c>, <c>[ ]</c>. Whoever writes <c>"Listeners": [ ]</c> does not
/// mean the listener that is there by default.
/// </summary>
/// <param name="mistakes">Gets them.</param>
internal sealed class EmptySettings(MistakeList mistakes)
{
    private static readonly string[] LogObjects = ["", "LogLevel", "Console", "Console:LogLevel"];

    /// <summary>Looks through the sections of the router.</summary>
    public void Report(DocumentNode root)
    {
        foreach (var section in root.Children)
        {
            Report(section, section.Key!);
        }
    }

    private void Report(DocumentNode node, string key)
    {
        var separator = key.IndexOf(':', StringComparison.Ordinal);
        var (section, setting) = separator < 0 ? (key, "") : (key[..separator], key[(separator + 1)..]);
        if (FindProblem(node, section, setting) is { } problem)
        {
            mistakes.Add(node.Key is null ? node.Offset : node.KeyOffset, node.Path, problem);
            return;
        }

        for (var i = 0; i < node.Children.Count; i++)
        {
            Report(node.Children[i], $"{key}:{node.Children[i].Key ?? i.ToString(CultureInfo.InvariantCulture)}");
        }
    }

    private static string? FindProblem(DocumentNode node, string section, string setting)
    {
        var isRouter = section.Equals(WampRouterOptions.SectionName, StringComparison.OrdinalIgnoreCase);
        if (!isRouter && !section.Equals(LoggingSettings.SectionName, StringComparison.OrdinalIgnoreCase))
        {
            return null;        // of a section that is none, that is the mistake
        }

        return node.Kind switch
        {
            NodeKind.Null => "must not be null; leave it out, and the default counts",
            NodeKind.Object when node.Children.Count == 0 => isRouter ? FindProblemOfEmptyObject(setting) : FindProblemOfEmptyLogObject(setting),
            NodeKind.List when setting.Length == 0 => "has settings of its own: write { … }",
            NodeKind.List when node.Children.Count == 0 && isRouter && setting.Equals("Listeners", StringComparison.OrdinalIgnoreCase) =>
                $"names no listener; leave it out to listen at {ListenerOptions.Default.Url}",
            NodeKind.List when node.Children.Count == 0 && isRouter && setting.EndsWith(":Serves", StringComparison.OrdinalIgnoreCase) =>
                $"serves nothing; leave it out to serve '{ListenerServiceNames.Words[0]}'",
            NodeKind.Text when node.Text.Length == 0 && setting.Length == 0 => "has settings of its own: write { … }",
            NodeKind.Text when node.Text.Length == 0 && isRouter && StandAloneSettings.Shape.IsList(setting) => "must be a list: write [ … ], also for a single one",
            _ => null,
        };
    }

    private static string? FindProblemOfEmptyObject(string setting) => setting.Length == 0 ? null : StandAloneSettings.Shape.FindProblemOfEmptyObject(setting);

    private static string? FindProblemOfEmptyLogObject(string setting)
    {
        const string Console = "Console:";
        return LogObjects.Contains(setting, StringComparer.OrdinalIgnoreCase) || !setting.StartsWith(Console, StringComparison.OrdinalIgnoreCase) ? null
            : LoggingSettings.ConsoleShape.FindProblemOfEmptyObject(setting[Console.Length..]);
    }
}
