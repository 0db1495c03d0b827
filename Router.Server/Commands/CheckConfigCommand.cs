using WampRouter.Configuration;
using WampRouter.Server.Configuration;
using WampRouter.Server.Machine;

namespace WampRouter.Server.Commands;

/// <summary><c>check-config</c>: says what the router would say when it starts, without starting it or changing anything.</summary>
internal sealed class CheckConfigCommand(CommandConsole console, string shippedDirectory, string workingDirectory)
{
    /// <summary>What <c>--help</c> says.</summary>
    public const string Help = """
        usage: wamprouter check-config [--WampRouter:Section:Key value …]
               wamprouter check-config [--settings FILE] [--port PORT]
               wamprouter check-config PATH

        The first two check settings, realm files, certificates, the data directory and the addresses to listen at, as a start in this directory would find
        them, with the same environment variables and arguments. The last checks one realm file, or those of a directory.
        They also say how much memory clients can make the router need within all limits, and warn where this machine or container has less; that is no mistake.
        Every mistake is printed with its place. Nothing is started or changed, and a router may be running meanwhile.

        Exit codes: 0 all is right, 1 there are mistakes, 2 an argument that is not understood.
        """;

    /// <summary>The exit code.</summary>
    public int Run(ReadOnlySpan<string> args)
    {
        if (args is [var path] && IsPath(path))
        {
            var full = Path.GetFullPath(path, workingDirectory);
            var found = Directory.Exists(full) ? RealmConfigurationLoader.Load(full)
                : Path.Exists(full) ? RealmConfigurationLoader.LoadFile(full)
                : new RealmConfigurationResult { Mistakes = [new ConfigurationMistake(full, "there is no such file or directory")] };
            ConfigurationReport.WriteNotes(console.Error, found.Notes, workingDirectory);
            return Report(found.Realms, found.Mistakes);
        }

        if (StartArgumentParser.TryParse(args, out var arguments, out var problem))
        {
            return CheckEverything(arguments);
        }

        console.Error.WriteLine(problem);
        console.Error.WriteLine("usage: wamprouter check-config [PATH | SWITCH …]");
        return RouterCommands.WrongUsage;
    }

    private static bool IsPath(string argument) =>
        argument.Length > 0 && !argument.StartsWith('-') && !argument.StartsWith('=') && !HostSettings.IsSetting(argument.TrimStart('/'));

    private int CheckEverything(StartArguments arguments)
    {
        try
        {
            var configuration = StandAloneConfiguration.Load(shippedDirectory, workingDirectory, arguments, console.Environment);
            console.Error.WriteLine(configuration.SettingsFiles is { } files
                ? $"Settings are read from {files}, realms from {configuration.Router.RealmsDirectory}"
                : $"There is no settings file of the router ({configuration.File.FullPath} does not exist), so the defaults count; realms are read from {configuration.Router.RealmsDirectory}");
            ConfigurationReport.WriteNotes(console.Error, configuration.Notes, workingDirectory);
            if (configuration.Taken.Count > 0)
            {
                console.Error.WriteLine("In use already, which is no mistake if it is by this very router, running; a second one would not start:");
                ConfigurationReport.WriteLines(console.Error, configuration.Taken, workingDirectory);
            }

            if (configuration.Mistakes.Count == 0)
            {
                var memory = new MemoryPlan(configuration.Router, MemoryPlan.AvailableBytes);
                console.Error.WriteLine($"{(memory.IsTooMuch ? "Warning: memory" : "Memory")}: {memory.ToString()}");
            }

            return Report(configuration.Router.Realms, configuration.Mistakes);
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
            console.Out.WriteLine($"{ConfigurationReport.Shorten(realm.FilePath, workingDirectory)}: realm '{realm.Realm.Name}' is right");
        }

        return 0;
    }
}
