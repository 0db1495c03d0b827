using WampRouter.Configuration.Documents;

namespace WampRouter.Configuration;

/// <summary>The file that settings are read from.</summary>
/// <param name="FullPath">Where it is, or would be.</param>
internal sealed record SettingsFile(string FullPath)
{
    /// <summary>What the file is called where no argument names one.</summary>
    public const string UsualName = "appsettings.json";

    /// <summary>Whether an argument names it. Then it must be there, and it alone is read; else the file of the environment is read after it.</summary>
    public bool IsNamed { get; init; }

    /// <summary>The file of the working directory that was not taken, and why; null where there is none.</summary>
    public ConfigurationMistake? PassedOver { get; init; }

    /// <summary>Its directory, in which relative paths are looked for as well.</summary>
    public string Directory => Path.GetDirectoryName(FullPath)!;

    /// <summary>
    /// The named one; else the one in the working directory, which is the one an admin stands before; else the shipped one. Every .NET project has an
    /// appsettings.json, so one without the router's section is another application's.
    /// </summary>
    /// <param name="named">What the arguments name, or null.</param>
    /// <param name="workingDirectory">Where the admin is, as a full path.</param>
    /// <param name="shippedDirectory">Where the router's own files are, as a full path.</param>
    public static SettingsFile Find(string? named, string workingDirectory, string shippedDirectory)
    {
        if (named is not null)
        {
            return new SettingsFile(Path.GetFullPath(named, workingDirectory)) { IsNamed = true };
        }

        var here = Path.Combine(workingDirectory, UsualName);
        var shipped = Path.Combine(shippedDirectory, UsualName);
        if (here == shipped || !Path.Exists(here))      // a directory of that name is one that Docker has made for want of the file, and the mistake
        {
            return new SettingsFile(shipped);
        }

        return IsTheRouters(here) ? new SettingsFile(here) : new SettingsFile(shipped)
        {
            PassedOver = new ConfigurationMistake(
                here, $"has no section '{WampRouterOptions.SectionName}', so it is taken for another application's; {(Path.Exists(shipped) ? $"settings are read from {shipped}" : $"as there is no file {shipped} either, the defaults count")} (--settings FILE names another file)"),
        };
    }

    /// <summary>Whether there are settings of the router in a file, or what is nearly that.</summary>
    public static bool HasRouterSection(DocumentNode root) => root.Children.Any(member => member.Key is { } key && IsNearlyTheRouters(key.Split(':')[0]));

    // One that cannot be read is taken, so that the mistake in it is told of and nothing starts with other settings than meant.
    private static bool IsTheRouters(string path) =>
        SourceFile.Read(path, []) is not { } source
        || DocumentParser.Parse(new MistakeList(source)) is not { Kind: NodeKind.Object } root
        || HasRouterSection(root);

    private static bool IsNearlyTheRouters(string section) =>
        section.Equals(WampRouterOptions.SectionName, StringComparison.OrdinalIgnoreCase) || Words.Nearest(section, [WampRouterOptions.SectionName]) is not null;
}
