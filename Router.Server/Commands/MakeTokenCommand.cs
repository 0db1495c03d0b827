using WampRouter.Sessions.Authentication;

namespace WampRouter.Server.Commands;

/// <summary>
/// <c>make-token</c>: makes a bearer token, and its entry for a realm file. Both go to standard output, one line each, the entry as the JSON text to paste into <c>tokens</c>; explanations go to standard error.
/// </summary>
internal sealed class MakeTokenCommand(CommandConsole console)
{
    /// <summary>What <c>--help</c> says.</summary>
    public const string Help = """
        usage: wamprouter make-token

        Makes a bearer token, which alone says who its holder is, and prints it and its entry.

        The entry is for "tokens" of a principal of "bearer" in a realm file; "expires" may be added to it. Token and entry go to standard output, and explanations to standard error.

        Exit codes: 0 there is a token, 2 an argument that is not understood.
        """;

    /// <summary>The exit code.</summary>
    public int Run(ReadOnlySpan<string> args)
    {
        if (!args.IsEmpty)
        {
            // The argument is not repeated: it may be a token, and terminals and logs remember.
            console.Error.WriteLine("make-token takes no argument: it makes the token itself, as one that was chosen could be guessed.\nusage: wamprouter make-token");
            return RouterCommands.WrongUsage;
        }

        var (token, hash) = BearerToken.Generate();
        console.Error.WriteLine("The token, for the client; it is kept nowhere else:");
        console.Out.WriteLine(token);
        console.Error.WriteLine("Its entry, for \"tokens\" of a principal of \"bearer\" in the realm file:");
        console.Out.WriteLine($"{{ \"hash\": \"{hash}\" }}");       // Base64 and a colon: nothing that JSON escapes
        return 0;
    }
}
