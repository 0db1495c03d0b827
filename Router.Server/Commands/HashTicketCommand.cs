using System.Text;
using System.Text.Unicode;
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

    private const string NoText = "A ticket is a text, and this one is not valid UTF-8: no client could send it.";

    // Below this a stolen realm file gives the ticket away in spite of its slow hash.
    private const int ShortTicket = 12;

    /// <summary>The exit code.</summary>
    public int Run(ReadOnlySpan<string> args) => args switch
    {
        [] => Ask(),
        ["--generate"] => Generate(),
        ["--stdin"] => Read(),
        _ => Fail($"{Refuse(args)}\nusage: wamprouter hash-ticket [--generate | --stdin]", RouterCommands.WrongUsage),
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

    private int Read()
    {
        const int LongestLineEnd = 2;
        using var input = console.OpenIn();
        var bytes = new byte[TicketHash.LongestTicket + LongestLineEnd + 1];
        var text = WithoutLineEnd(bytes.AsSpan(0, input.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)));

        // What is too long may be cut within a character.
        return text.Length <= TicketHash.LongestTicket && !Utf8.IsValid(text) ? Fail(NoText, RouterCommands.Failure) : Hash(Encoding.UTF8.GetString(text));
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
        return readSecret() != ticket ? Fail("The two are not the same.", RouterCommands.Failure)
            : IsText(ticket) ? Hash(ticket)
            : Fail(NoText, RouterCommands.Failure);
    }

    private int Hash(string ticket)
    {
        if (ticket.Length == 0)
        {
            return Fail("A ticket cannot be empty.", RouterCommands.Failure);
        }

        if (Encoding.UTF8.GetByteCount(ticket) > TicketHash.LongestTicket)
        {
            return Fail($"A ticket has {TicketHash.LongestTicket} bytes in UTF-8 at most: the router takes no longer one.", RouterCommands.Failure);
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

    /// <summary>A terminal replaces what it cannot read by U+FFFD, and half a character may be left of one that was taken back.</summary>
    private static bool IsText(string typed) => typed.EnumerateRunes().All(rune => rune != Rune.ReplacementChar);

    private static ReadOnlySpan<byte> WithoutLineEnd(ReadOnlySpan<byte> text) => text.EndsWith("\r\n"u8) ? text[..^2] : text.EndsWith("\n"u8) ? text[..^1] : text;
}
