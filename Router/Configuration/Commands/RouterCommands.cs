namespace WampRouter.Configuration.Commands;

/// <summary>The commands of the executable besides serving.</summary>
internal static class RouterCommands
{
    /// <summary>Exit code: the command ran and the answer is no.</summary>
    public const int Failure = 1;

    /// <summary>Exit code: there is no such command, or not with these arguments.</summary>
    public const int WrongUsage = 2;

    private const string Usage = """
        usage: WampRouter [--WampRouter:Setting=value …]     serve
               WampRouter check-config [directory]           check appsettings.json and the realm files, or the realm files of a directory
               WampRouter hash-ticket                        ask for a ticket and print its entry for a realm file
               WampRouter hash-ticket --stdin                the same, from standard input
               WampRouter hash-ticket --generate             make a new ticket and print it and its entry
        """;

    /// <summary>Runs the command that the arguments name and returns the exit code; null if they name none, so that the router is to serve.</summary>
    public static int? TryRunCommand(string[] args, CommandConsole console, string contentRoot, string workingDirectory)
    {
        if (args is not [var command, ..])
        {
            return null;
        }

        var rest = args.AsSpan(1);
        switch (command)
        {
            case "hash-ticket":
                return new HashTicketCommand(console).Run(rest);
            case "check-config":
                return new CheckConfigCommand(console, contentRoot, workingDirectory).Run(rest);
            case "help" or "--help" or "-h" or "-?":
                console.Out.WriteLine(Usage);
                return 0;
            default:
                // Settings are --key value, /key value or key=value; any other word was meant as a command.
                if (command.StartsWith('-') || command.StartsWith('/') || command.Contains('='))
                {
                    return null;
                }

                console.Error.WriteLine($"There is no command '{command}'.");
                console.Error.WriteLine(Usage);
                return WrongUsage;
        }
    }
}
