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

    private const string Usage = """
        usage: wamprouter [serve] [SWITCH …]                    serve
               wamprouter check-config [SWITCH … | PATH]        check settings and realm files as a start does
               wamprouter hash-ticket [--generate | --stdin]    make the entry of a ticket for a realm file
               wamprouter derive-secret [--generate | --stdin]  make the entry of a WAMP-CRA secret for a realm file
               wamprouter [COMMAND] --help                      say more
               wamprouter --version                             say which version this is
        """;

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
        switch (command)
        {
            case "--version" or "-V" or "version" when rest is [var further, ..] && !HasHelp(rest):
                exitCode = Refuse(UnknownArgument.Describe(further));
                return true;
            case "--version" or "-V" or "version":
            case "" or "serve" or "check-config" or "hash-ticket" or "derive-secret" when !HasHelp(rest) && rest.ContainsAny(["--version", "-V"]):
                console.Out.WriteLine($"WampRouter {Version}");
                return true;
            case "help" when rest.Length == 1:
                return TryRun([rest[0], "--help"], out arguments, out exitCode);
            case "help" or "--help" or "-h" or "-?" or "/?":
                exitCode = Say(Usage + ServeHelp);
                return true;
            case "hash-ticket":
                exitCode = HasHelp(rest) ? Say(HashTicketCommand.Help) : new HashTicketCommand(console).Run(rest);
                return true;
            case "derive-secret":
                exitCode = HasHelp(rest) ? Say(DeriveSecretCommand.Help) : new DeriveSecretCommand(console).Run(rest);
                return true;
            case "check-config":
                exitCode = HasHelp(rest) ? Say(CheckConfigCommand.Help) : new CheckConfigCommand(console, shippedDirectory, workingDirectory).Run(rest);
                return true;
            case "" or "serve":
                return !IsToServe(rest, out arguments, out exitCode);
            default:
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

    private int Say(string help)
    {
        console.Out.WriteLine(help);
        return 0;
    }

    private int Refuse(string problem)
    {
        console.Error.WriteLine(problem);
        console.Error.WriteLine(Usage);
        return WrongUsage;
    }
}
