using WampRouter.Sessions.Authentication;

namespace WampRouter.Configuration.Commands;

/// <summary>
/// <c>hash-ticket</c>: makes the entry of a ticket for a realm file. The entry goes to standard output, as the JSON text to paste into
/// <c>tickets</c>; explanations go to standard error.
/// </summary>
internal sealed class HashTicketCommand(CommandConsole console)
{
    // Below this a stolen realm file gives the ticket away in spite of its slow hash.
    private const int ShortTicket = 12;

    /// <summary>The exit code.</summary>
    public int Run(ReadOnlySpan<string> args) => args switch
    {
        [] => Ask(),
        ["--generate"] => Generate(),
        ["--stdin"] => Hash(WithoutLineEnd(console.In.ReadToEnd())),
        _ => Fail("usage: hash-ticket [--generate | --stdin]", RouterCommands.WrongUsage),
    };

    private int Generate()
    {
        var (ticket, hash) = TicketHash.Generate();
        console.Error.WriteLine("The ticket, for the client; it is kept nowhere else:");
        console.Out.WriteLine(ticket);
        WriteEntry(hash);
        return 0;
    }

    private int Ask()
    {
        if (console.ReadSecret is not { } readSecret)
        {
            return Fail("There is no keyboard to ask. Use --stdin to read the ticket from standard input, or --generate for a new one.", RouterCommands.WrongUsage);
        }

        console.Error.Write("Ticket (not shown): ");
        var ticket = readSecret();
        console.Error.Write("Once more: ");
        return readSecret() == ticket ? Hash(ticket) : Fail("The two are not the same.", RouterCommands.Failure);
    }

    private int Hash(string ticket)
    {
        if (ticket.Length == 0)
        {
            return Fail("A ticket cannot be empty.", RouterCommands.Failure);
        }

        if (ticket.AsSpan().ContainsAny('\r', '\n'))
        {
            return Fail("A ticket is a single line.", RouterCommands.Failure);
        }

        if (ticket.Length < ShortTicket)
        {
            console.Error.WriteLine($"Fewer than {ShortTicket} characters can be guessed by whoever gets hold of the realm file; --generate makes one that cannot.");
        }

        WriteEntry(TicketHash.OfChosen(ticket));
        return 0;
    }

    private void WriteEntry(TicketHash hash)
    {
        console.Error.WriteLine("Its entry, for \"tickets\" of a principal in the realm file:");
        console.Out.WriteLine($"\"{hash}\"");       // Base64, digits and colons: nothing that JSON escapes
    }

    private int Fail(string message, int exitCode)
    {
        console.Error.WriteLine(message);
        return exitCode;
    }

    private static string WithoutLineEnd(string text) => text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
}
