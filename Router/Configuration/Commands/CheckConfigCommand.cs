namespace WampRouter.Configuration.Commands;

/// <summary><c>check-config</c>: says what the router would say when it starts, without starting it.</summary>
internal sealed class CheckConfigCommand(CommandConsole console, string contentRoot, string workingDirectory)
{
    /// <summary>The exit code.</summary>
    public int Run(ReadOnlySpan<string> args)
    {
        switch (args)
        {
            case []:
            case [var setting, ..] when setting.StartsWith("--", StringComparison.Ordinal) && setting.Contains(':'):
                return CheckEverything(args.ToArray());
            case [var directory] when !directory.StartsWith('-'):
                var found = RealmConfigurationLoader.Load(Path.GetFullPath(directory, workingDirectory));
                return Report(found.Realms, found.Mistakes);
            default:
                console.Error.WriteLine("usage: check-config [directory of realm files | --Setting value …]");
                return RouterCommands.WrongUsage;
        }
    }

    private int CheckEverything(string[] settings)
    {
        try
        {
            var configuration = RouterConfiguration.Load(HostSettings(settings), contentRoot, workingDirectory);
            console.Error.WriteLine($"Settings are read from {Path.Combine(contentRoot, "appsettings.json")}, realms from {configuration.RealmsDirectory}");
            return Report(configuration.Realms, configuration.Mistakes);
        }
        catch (Exception e) when (ConfigurationReport.Explain(e) is { } mistake)
        {
            return Report([], [mistake]);
        }
    }

    private int Report(IReadOnlyList<RealmConfiguration> realms, IReadOnlyList<ConfigurationMistake> mistakes)
    {
        if (mistakes.Count > 0)
        {
            ConfigurationReport.Write(console.Error, mistakes, workingDirectory);
            return RouterCommands.Failure;
        }

        foreach (var realm in realms)
        {
            console.Out.WriteLine($"{Path.GetFileName(realm.FilePath)}: realm '{realm.Realm.Name}' is right");
        }

        return 0;
    }

    private IConfigurationRoot HostSettings(string[] settings) => new ConfigurationBuilder()
        .SetBasePath(contentRoot)
        .AddJsonFile("appsettings.json", optional: true)
        .AddEnvironmentVariables()
        .AddCommandLine(settings)
        .Build();
}
