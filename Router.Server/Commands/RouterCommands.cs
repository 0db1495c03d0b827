using System.Diagnostics.CodeAnalysis;
using WampRouter.Server.Configuration;

namespace WampRouter.Server.Commands;

/// <summary>The commands of the executable besides serving. What is not understood starts nothing.</summary>
/// <param name="console">What they talk through.</param>
/// <param name="shippedDirectory">Where the router's own files are, as a full path.</param>
/// <param name="workingDirectory">Where the admin is, as a full path.</param>
internal sealed class RouterCommands(CommandConsole console, string shippedDirectory, string workingDirectory)
{
    /// <summary>Exit code: the command ran and the answer is no, or the router does not start.</summary>
    public const int Failure = 1;

    /// <summary>Exit code: there is no such command or switch.</summary>
    public const int WrongUsage = 2;

    /// <summary>Every command but serving, help and version. Usage, help and suggestions come from here.</summary>
    private static readonly RouterCommand[] All =
    [
        new("check-config", "[SWITCH … | PATH]", "check settings and realm files as a start does", CheckConfigCommand.Help, static (program, args) => new CheckConfigCommand(program._console, program._shippedDirectory, program._workingDirectory).Run(args)),
        new("hash-ticket", "[--generate | --stdin]", "make the entry of a ticket for a realm file", HashTicketCommand.Help, static (program, args) => new HashTicketCommand(program._console).Run(args)),
        new("make-token", "", "make a bearer token and its entry for a realm file", MakeTokenCommand.Help, static (program, args) => new MakeTokenCommand(program._console).Run(args)),
        new("derive-secret", "[--generate | --stdin]", "make the entry of a WAMP-CRA secret for a realm file", DeriveSecretCommand.Help, static (program, args) => new DeriveSecretCommand(program._console).Run(args)),
    ];

    private static readonly string Usage = Align(
    [
        ("[serve] [SWITCH …]", "serve"),
        .. All.Select(static command => ($"{command.Name} {command.Arguments}".TrimEnd(), command.Says)),
        ("[COMMAND] --help", "say more"),
        ("--version", "say which version this is"),
    ]);

    private const string ServeHelp = """

        The switches of serve and check-config:

          --settings FILE                    read settings from this file, and from no other
          --port PORT                        the port of the first listener, 0 for any free one
          --WampRouter:Section:Key VALUE     a setting; also --Logging:…

        Without --settings they are read from appsettings.json in the working directory, if it has a section "WampRouter", or else beside the executable; after it from
        environment variables, and then from arguments, which have the last word:

          wamprouter --WampRouter:Listeners:0:Url http://127.0.0.1:9000
          WampRouter__Listeners__0__Url=http://127.0.0.1:9000 wamprouter
          wamprouter --port 9000 --Logging:LogLevel:WampRouter Debug

        Exit codes: 0 stopped in an orderly way, 1 a mistake in the configuration, 2 an argument that is not understood.
        """;

    private readonly CommandConsole _console = console;
    private readonly string _shippedDirectory = shippedDirectory;
    private readonly string _workingDirectory = workingDirectory;

    /// <summary>The words that may come first.</summary>
    public static IEnumerable<string> Names => ["serve", .. All.Select(static command => command.Name), "help", "version"];

    /// <summary>Runs the command that the arguments name, if they name one.</summary>
    /// <param name="args">The arguments of the process.</param>
    /// <param name="arguments">What they say of the start, where the router is to serve.</param>
    /// <param name="exitCode">The exit code, where it is not.</param>
    /// <returns>False where the router is to serve.</returns>
    public bool TryRun(string[] args, [NotNullWhen(false)] out StartArguments? arguments, out int exitCode)
    {
        (arguments, exitCode) = (null, 0);
        var command = CommandOf(args);
        var rest = command.Length == 0 ? args.AsSpan() : args.AsSpan(1);
        var known = Array.Find(All, one => one.Name == command);
        switch (command)
        {
            case "--version" or "-V" or "version" when rest is [var further, ..] && !HasHelp(rest):
                exitCode = Refuse(UnknownArgument.Describe(further));
                return true;
            case "--version" or "-V" or "version":
            case var _ when (known is not null || command is "" or "serve") && !HasHelp(rest) && rest.ContainsAny(["--version", "-V"]):
                _console.Out.WriteLine($"WampRouter {Version}");
                return true;
            case "help" when rest.Length == 1:
                return TryRun([rest[0], "--help"], out arguments, out exitCode);
            case "help" or "--help" or "-h" or "-?" or "/?":
                exitCode = Say(Usage + ServeHelp);
                return true;
            case "" or "serve":
                return !IsToServe(rest, out arguments, out exitCode);
            default:
                if (known is not null)
                {
                    exitCode = HasHelp(rest) ? Say(known.Help) : known.Run(this, rest);
                    return true;
                }

                exitCode = Refuse(UnknownArgument.Describe(command));
                return true;
        }
    }

    /// <summary>Whether the router is to serve, unless the arguments are wrong or ask for help: as a quick look tells.</summary>
    public static bool IsStart(string[] args) => CommandOf(args) is "" or "serve";

    private static string CommandOf(string[] args) => args is [var first, ..] && !first.Contains(':', StringComparison.Ordinal) && !StartArgumentParser.IsSwitch(first) ? first : "";

    private bool IsToServe(ReadOnlySpan<string> args, [NotNullWhen(true)] out StartArguments? arguments, out int exitCode)
    {
        (arguments, exitCode) = (null, 0);
        if (HasHelp(args))
        {
            exitCode = Say(Usage + ServeHelp);
            return false;
        }

        if (StartArgumentParser.TryParse(args, out arguments, out var problem))
        {
            return true;
        }

        exitCode = Refuse(problem);
        return false;
    }

    /// <summary>The version of the assembly, as a person says it.</summary>
    public static string Version => typeof(RouterCommands).Assembly.GetName().Version?.ToString(3) ?? "of no version";

    private static bool HasHelp(ReadOnlySpan<string> args) => args.ContainsAny(["--help", "-h", "-?"]);

    private static string Align(IReadOnlyList<(string Invocation, string Says)> lines)
    {
        var width = lines.Max(static line => line.Invocation.Length);
        return string.Join('\n', lines.Select((line, place) => $"{(place == 0 ? "usage:" : "      ")} wamprouter {line.Invocation.PadRight(width)}  {line.Says}"));
    }

    private int Say(string help)
    {
        _console.Out.WriteLine(help);
        return 0;
    }

    private int Refuse(string problem)
    {
        _console.Error.WriteLine(problem);
        _console.Error.WriteLine(Usage);
        return WrongUsage;
    }
}
