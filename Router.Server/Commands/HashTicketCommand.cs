using WampRouter.Configuration.Documents;
using WampRouter.Sessions.Authentication;

namespace WampRouter.Server.Commands;

/// <summary>
/// <c>hash-ticket</c>: makes the entry of a ticket for a realm file. The entry goes to standard output, as the JSON text to paste into
/// <c>tickets</c>; explanations go to standard error.
/// </summary>
internal sealed class HashTicketCommand(CommandConsole console)
{
    /// <summary>What <c>--help</c> says.</summary>
    public const string Help = """
        usage: wamprouter hash-ticket               ask for a ticket and print its entry
               wamprouter hash-ticket --stdin       the same, from standard input
               wamprouter hash-ticket --generate    make a new ticket and print it and its entry

        The entry is for "tickets" of a principal in a realm file. It goes to standard output, and explanations to standard error.

        Exit codes: 0 there is an entry, 1 the ticket is none, 2 an argument that is not understood.
        """;

    private readonly SecretInput _input = new(console, "ticket", TicketHash.LongestTicket);

    /// <summary>The exit code.</summary>
    public int Run(ReadOnlySpan<string> args) => args switch
    {
        [] => _input.Ask(Hash),
        ["--generate"] => Generate(),
        ["--stdin"] => _input.Read(Hash),
        _ => _input.Fail($"{Refuse(args)}\nusage: wamprouter hash-ticket [--generate | --stdin]", RouterCommands.WrongUsage),
    };

    // The argument is not repeated: people give the ticket itself, and terminals and logs remember.
    private static string Refuse(ReadOnlySpan<string> args) =>
        args is [var given] && Words.Nearest(given.TrimStart('-'), ["generate", "stdin"]) is { } nearest ? $"There is no such switch of hash-ticket; did you mean --{nearest}?"
        : "hash-ticket takes no ticket as an argument, which others could read in the list of processes, and no more than one switch.";

    private int Generate()
    {
        var (ticket, hash) = TicketHash.Generate();
        console.Error.WriteLine("The ticket, for the client; it is kept nowhere else:");
        console.Out.WriteLine(ticket);
        WriteEntry(hash);
        return 0;
    }

    private int Hash(string ticket)
    {
        WriteEntry(TicketHash.OfChosen(ticket));
        return 0;
    }

    private void WriteEntry(TicketHash hash)
    {
        console.Error.WriteLine("Its entry, for \"tickets\" of a principal in the realm file:");
        console.Out.WriteLine($"\"{hash}\"");       // Base64, digits and colons: nothing that JSON escapes
    }
}
