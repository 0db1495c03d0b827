using System.Collections;
using WampRouter.Configuration;
using WampRouter.Configuration.Documents;

namespace WampRouter.Server.Configuration;

/// <summary>
/// What the stand-alone router and <c>check-config</c> read their settings from, the same for both: appsettings.json, environment variables, arguments; what
/// comes later counts. A reload reads all of it again.
/// </summary>
/// <param name="Configuration">The settings.</param>
/// <param name="Mistakes">What is wrong with the files and names themselves.</param>
/// <param name="IsReadable">False where a file could not be read: what is in <paramref name="Configuration"/> is then not what the admin wrote.</param>
internal sealed record HostSettings(IConfigurationRoot Configuration, IReadOnlyList<ConfigurationMistake> Mistakes, bool IsReadable)
{
    /// <summary>Sections that files of .NET applications have.</summary>
    private static readonly HashSet<string> OfApplications = new(StringComparer.OrdinalIgnoreCase) { "AllowedHosts", "ConnectionStrings", "Kestrel", "Serilog", "NLog", "Urls", "HttpPorts", "Authentication", "AzureAd", "ReverseProxy" };

    private static readonly string[] Sections = [WampRouterOptions.SectionName, LoggingSettings.SectionName];

    /// <summary>The files that are read where they are there, in this order.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Those of them that were there.</summary>
    public IReadOnlyList<string> Found { get; init; } = [];

    /// <summary>The variables of this process.</summary>
    public static IEnumerable<KeyValuePair<string, string>> ProcessEnvironment =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(variable => KeyValuePair.Create((string)variable.Key, (string?)variable.Value ?? ""));

    /// <summary>Whether a key, such as <c>WampRouter:DataDirectory</c>, is in a section of ours.</summary>
    public static bool IsSetting(string key) => Sections.Any(section => key.StartsWith($"{section}:", StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads everything. Throws nothing for mistakes.</summary>
    /// <param name="file">The file.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="environment">All environment variables.</param>
    /// <param name="former">The files that were read for what holds now, of a router that runs.</param>
    public static HostSettings Read(SettingsFile file, StartArguments arguments, IEnumerable<KeyValuePair<string, string>> environment, IReadOnlyList<string>? former = null)
    {
        var variables = environment.ToArray();
        var mistakes = new List<ConfigurationMistake>();
        var builder = new ConfigurationBuilder();
        var isReadable = true;
        var files = FilesOf(file, variables);
        string[] found = [.. files.Where(Path.Exists)];     // a directory included: Check says that it is one
        foreach (var path in found)
        {
            if (Check(path, mistakes))
            {
                builder.AddJsonFile(path, optional: false, reloadOnChange: false);
            }
            else
            {
                isReadable = false;
            }
        }

        foreach (var path in files.Except(found).Where(path => file.IsNamed || former?.Contains(path) == true))
        {
            isReadable = false;
            mistakes.Add(file.IsNamed
                ? new ConfigurationMistake("argument --settings", $"there is no file {path}")
                : new ConfigurationMistake(path, "is gone, and what holds was read from it; put it back, or start the router again to do without it (a file with {} says that the defaults count)"));
        }

        mistakes.AddRange(FindMisspelt(variables.Select(variable => variable.Key)));
        builder.Add(NamedSettings.FromEnvironment(variables, IsSetting)).Add(NamedSettings.FromArguments(arguments.Settings));
        if (arguments.Port is { } port)
        {
            AddPort(builder, port);
        }

        return new HostSettings(builder.Build(), mistakes, isReadable) { Files = files, Found = found };
    }

    /// <summary>A port alone leaves the rest of the first listener's URL as all the others have it. A URL that is none stays, and is the mistake.</summary>
    private static void AddPort(ConfigurationBuilder builder, int port)
    {
        const string Key = $"{WampRouterOptions.SectionName}:Listeners:0:Url";
        var url = builder.Build()[Key] ?? ListenerOptions.Default.Url;
        if (ListenerAddress.TryParse(url, out _, out _))
        {
            builder.Add(NamedSettings.Of(Key, ListenerAddress.WithPort(url, port), "argument --port"));
        }
    }

    /// <summary>The file, and the one for the environment that ASP.NET Core's variables name, as its hosts read them.</summary>
    private static string[] FilesOf(SettingsFile file, KeyValuePair<string, string>[] variables)
    {
        if (file.IsNamed)
        {
            return [file.FullPath];
        }

        var environment = Variable("ASPNETCORE_ENVIRONMENT") ?? Variable("DOTNET_ENVIRONMENT") ?? Environments.Production;
        return [file.FullPath, Path.ChangeExtension(file.FullPath, $".{environment}.json")];

        string? Variable(string name) => variables.FirstOrDefault(variable => variable.Key == name).Value is { Length: > 0 } value ? value : null;
    }

    /// <summary>Whether a file is one that can be taken; what is wrong is added either way.</summary>
    private static bool Check(string path, List<ConfigurationMistake> mistakes)
    {
        if (SourceFile.Read(path, mistakes) is not { } source)
        {
            return false;
        }

        var found = new MistakeList(source);
        var root = DocumentParser.Parse(found);
        var isReadable = root is { Kind: NodeKind.Object } && HasUniqueKeys(root, found);
        if (isReadable)
        {
            ReportUnknownSections(root!, found);
            new EmptySettings(found).Report(root!);
        }
        else if (root is { Kind: not NodeKind.Object })
        {
            found.Add(root, $"must be an object {{…}}, not {root.KindInWords}");
        }

        mistakes.AddRange(found.InFileOrder);
        return isReadable;
    }

    /// <summary>Keys that differ only in case are the same setting.</summary>
    private static bool HasUniqueKeys(DocumentNode node, MistakeList mistakes)
    {
        var keys = new UniqueNames("key");
        var areUnique = true;
        foreach (var child in node.Children)
        {
            if (child.Key is { } key && !keys.TryAdd(key.ToUpperInvariant(), mistakes.Source, child.KeyOffset, out var problem))
            {
                mistakes.AddAtKey(child, problem.Replace(key.ToUpperInvariant(), key, StringComparison.Ordinal));
                areUnique = false;
            }

            areUnique &= HasUniqueKeys(child, mistakes);
        }

        return areUnique;
    }

    /// <summary>The file is the router's own: whatever else somebody writes there would be passed over.</summary>
    private static void ReportUnknownSections(DocumentNode root, MistakeList mistakes)
    {
        foreach (var member in root.Children.Where(member => member.Key != "$schema"))
        {
            var section = member.Key!.Split(':')[0];
            if (!Sections.Contains(section, StringComparer.OrdinalIgnoreCase))
            {
                var hint = Words.Nearest(section, Sections) is { } nearest ? $"did you mean '{nearest}'?"
                    : $"the sections are {Words.Enumerate(Sections)}" + (OfApplications.Contains(section) ? "; if this is an application's file, give the router one of its own: --settings FILE" : "");
                mistakes.AddAtKey(member, $"there is no such section; {hint}");
            }
        }
    }

    private static IEnumerable<ConfigurationMistake> FindMisspelt(IEnumerable<string> variables)
    {
        foreach (var name in variables)
        {
            var section = name.Split("__", 2)[0];
            if (section.Length < name.Length && !section.Equals(WampRouterOptions.SectionName, StringComparison.OrdinalIgnoreCase) && Words.Nearest(section, [WampRouterOptions.SectionName]) is not null)
            {
                yield return new ConfigurationMistake($"environment variable {name}", $"there is no such section; did you mean '{WampRouterOptions.SectionName}'?");
            }
            else if (name == WampRouterOptions.SectionName)
            {
                yield return new ConfigurationMistake($"environment variable {name}", $"is no setting; a setting is named as in {name}__DataDirectory");
            }
            else if (section.Length == name.Length && name.StartsWith($"{WampRouterOptions.SectionName}_", StringComparison.Ordinal))
            {
                // In exactly this case only: Kubernetes makes variables such as WAMPROUTER_PORT for a service of that name.
                yield return new ConfigurationMistake($"environment variable {name}", "is no setting: two underlines '__' stand between its parts");
            }
        }
    }
}
