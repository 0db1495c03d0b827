using System.Text;
using System.Text.Unicode;

namespace WampRouter.Server.Commands;

/// <summary>Takes a secret that a person chose: typed twice, or one line of standard input. Never from an argument, which others could read in the list of processes.</summary>
/// <param name="console">Where it is asked for.</param>
/// <param name="what">What it is called: <c>ticket</c>.</param>
/// <param name="mostBytes">How long it may be, in bytes of UTF-8.</param>
internal sealed class SecretInput(CommandConsole console, string what, int mostBytes)
{
    // Below this a stolen realm file gives the secret away in spite of its slow hash.
    private const int ShortSecret = 12;

    private string NoText => $"A {what} is a text, and this one is not valid UTF-8: no client could send it.";

    /// <summary>Reads it from standard input.</summary>
    /// <param name="use">Takes it; returns the exit code.</param>
    /// <returns>The exit code.</returns>
    public int Read(Func<string, int> use)
    {
        const int LongestLineEnd = 2;
        var bytes = new byte[mostBytes + LongestLineEnd + 1];
        int read;
        try
        {
            using var input = console.OpenIn();
            if (input is null)
            {
                return Fail($"Standard input is closed, and the {what} is read from there: give it by a pipe or a file.", RouterCommands.Failure);
            }

            read = input.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Fail($"The {what} cannot be read from standard input ({e.GetBaseException().Message}): give it by a pipe or a file.", RouterCommands.Failure);
        }

        var text = WithoutLineEnd(bytes.AsSpan(0, read));

        // What is too long may be cut within a character.
        return text.Length <= mostBytes && !Utf8.IsValid(text) ? Fail(NoText, RouterCommands.Failure) : Use(Encoding.UTF8.GetString(text), use);
    }

    /// <summary>Asks for it.</summary>
    /// <param name="use">Takes it; returns the exit code.</param>
    /// <returns>The exit code.</returns>
    public int Ask(Func<string, int> use)
    {
        if (console.ReadSecret is not { } readSecret)
        {
            return Fail($"There is no keyboard to ask. Use --stdin to read the {what} from standard input, or --generate for a new one.", RouterCommands.WrongUsage);
        }

        console.Error.Write($"{char.ToUpperInvariant(what[0])}{what[1..]} (not shown): ");
        var secret = readSecret();
        console.Error.Write("Once more: ");
        return readSecret() != secret ? Fail("The two are not the same.", RouterCommands.Failure)
            : IsText(secret) ? Use(secret, use)
            : Fail(NoText, RouterCommands.Failure);
    }

    /// <summary>Says what is wrong.</summary>
    /// <returns>The exit code.</returns>
    public int Fail(string message, int exitCode)
    {
        console.Error.WriteLine(message);
        return exitCode;
    }

    private int Use(string secret, Func<string, int> use)
    {
        if (secret.Length == 0)
        {
            return Fail($"A {what} cannot be empty.", RouterCommands.Failure);
        }

        if (Encoding.UTF8.GetByteCount(secret) > mostBytes)
        {
            return Fail($"A {what} has {mostBytes} bytes in UTF-8 at most: the router takes no longer one.", RouterCommands.Failure);
        }

        if (secret.AsSpan().ContainsAny('\r', '\n'))
        {
            return Fail($"A {what} is a single line.", RouterCommands.Failure);
        }

        if (secret.Length < ShortSecret)
        {
            console.Error.WriteLine($"Fewer than {ShortSecret} characters can be guessed by whoever gets hold of the realm file; --generate makes one that cannot.");
        }

        return use(secret);
    }

    /// <summary>A terminal replaces what it cannot read by U+FFFD, and half a character may be left of one that was taken back.</summary>
    private static bool IsText(string typed) => typed.EnumerateRunes().All(rune => rune != Rune.ReplacementChar);

    private static ReadOnlySpan<byte> WithoutLineEnd(ReadOnlySpan<byte> text) => text.EndsWith("\r\n"u8) ? text[..^2] : text.EndsWith("\n"u8) ? text[..^1] : text;
}
