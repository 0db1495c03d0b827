using WampRouter.Configuration.Documents;
using WampRouter.Server.Configuration;

namespace WampRouter.Server.Commands;

/// <summary>Says of an argument that nobody understands what its writer probably meant. Repeats no value, which may be a secret.</summary>
internal static class UnknownArgument
{
    private const string Listen = "Where the router listens is said by --port 9000, or --WampRouter:Listeners:0:Url http://127.0.0.1:9000";
    private const string Settings = "Settings are read from a file that --settings FILE names, or from appsettings.json in the working directory or beside the executable; single ones are given as --WampRouter:Section:Key value";
    private const string Realms = "Where the realm files are is said by --WampRouter:RealmsDirectory DIRECTORY";
    private const string Data = "Where durable event histories are kept is said by --WampRouter:DataDirectory DIRECTORY";
    private const string Log = "What is logged is said by --Logging:LogLevel:WampRouter Debug";

    private static readonly string[] Switches = ["help", "version", "settings", "port"];

    // What other servers call it.
    private static readonly Dictionary<string, string> Meant = Name(
        (["p", "url", "urls", "host", "listen", "bind", "address"], Listen),
        (["config", "configuration", "c", "f", "file", "appsettings", "cbdir"], Settings),
        (["realm", "realms", "realms-directory"], Realms),
        (["data", "data-directory"], Data),
        (["path"], "Where WebSocket clients connect is said by --WampRouter:Listeners:0:Path /ws"),
        (["verbose", "debug", "log", "log-level", "loglevel", "quiet"], Log),
        (["v"], "Did you mean --version?"),
        (["start", "run"], "Did you mean the command 'serve'?"),
        (["check", "test", "t"], "Did you mean the command 'check-config'?"));

    /// <summary>One or two sentences.</summary>
    public static string Describe(string argument)
    {
        var end = argument.IndexOf('=', StringComparison.Ordinal);
        var spelled = end < 0 ? argument : argument[..end];
        var name = spelled.TrimStart('-', '/');
        if (name.Length == 0)
        {
            return end < 0 ? "There is an argument without a word in it." : "There is an argument without a name before '='.";
        }

        if (end >= 0 && spelled is "--help" or "--version")
        {
            return $"{spelled} takes no value.";
        }

        if (spelled == name && end < 0)
        {
            return RouterCommands.Names.Contains(name, StringComparer.Ordinal) ? $"The command comes first: '{name}', and then what it takes." : Join($"There is no command {Words.Quote(name)}.", Words.Nearest(name, RouterCommands.Names) is { } command ? $"Did you mean '{command}'?" : Meant.GetValueOrDefault(name));
        }

        var hint = Meant.GetValueOrDefault(name)
            ?? (Words.Nearest(name, Switches) is { } known ? $"Did you mean --{known}?" : null)
            ?? (Nearest(name) is { } setting ? $"Did you mean --{setting}?" : null);
        return Join($"There is no switch {Words.Quote(spelled)}.", hint);
    }

    private static string? Nearest(string name)
    {
        var key = name.Replace("__", ":", StringComparison.Ordinal);
        var section = key.Split(':')[0];
        if (key.Contains(':', StringComparison.Ordinal) && Words.Nearest(section, [WampRouterOptions.SectionName, LoggingSettings.SectionName]) is { } meant)
        {
            return $"{meant}{key[section.Length..]}";
        }

        return StandAloneSettings.Shape.Find(key) is { } found ? $"{WampRouterOptions.SectionName}:{found.Replace("*", "0", StringComparison.Ordinal)}" : null;
    }

    private static Dictionary<string, string> Name(params ReadOnlySpan<(string[] Names, string Meant)> groups)
    {
        var meant = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var group in groups)
        {
            foreach (var name in group.Names)
            {
                meant[name] = group.Meant;
            }
        }

        return meant;
    }

    private static string Join(string problem, string? hint) => hint is null ? problem : $"{problem} {hint}";
}
