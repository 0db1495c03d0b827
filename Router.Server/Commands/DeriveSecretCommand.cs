using System.Globalization;
using System.Security.Cryptography;
using WampRouter.Configuration.Documents;
using WampRouter.Sessions.Authentication;

namespace WampRouter.Server.Commands;

/// <summary>
/// <c>derive-secret</c>: makes what a realm file says of a user of WAMP-CRA, so that the password need not stand in it. The entry goes to standard output, as the JSON text to paste into the
/// principal; explanations go to standard error.
/// </summary>
internal sealed class DeriveSecretCommand(CommandConsole console)
{
    /// <summary>What <c>--help</c> says.</summary>
    public const string Help = """
        usage: wamprouter derive-secret               ask for a password and print what a realm file says of it
               wamprouter derive-secret --stdin       the same, from standard input
               wamprouter derive-secret --generate    make a new secret and print it and its entry

        With --iterations NUMBER the first two make another number of rounds of PBKDF2 than 100000: 1000 to 10000000. The client makes as many at each login, the router none.

        The entry is for a principal of "wampcra" in a realm file. It goes to standard output, and explanations to standard error.
        Whoever reads the file can log in with what stands in it; what it does not give away is the password.

        Exit codes: 0 there is an entry, 1 the password is none, 2 an argument that is not understood.
        """;

    private readonly SecretInput _input = new(console, "password", WampCraSecret.LongestSecret);

    /// <summary>The exit code.</summary>
    public int Run(ReadOnlySpan<string> args) => args switch
    {
        [] => _input.Ask(password => Derive(password, WampCraSalting.UsualIterations)),
        ["--generate"] => Generate(),
        ["--stdin"] => _input.Read(password => Derive(password, WampCraSalting.UsualIterations)),
        ["--iterations", var number] => DeriveBy(number, _input.Ask),
        ["--iterations", var number, "--stdin"] => DeriveBy(number, _input.Read),
        ["--stdin", "--iterations", var number] => DeriveBy(number, _input.Read),
        _ => Fail(Refuse(args)),
    };

    // The argument is not repeated: people give the password itself, and terminals and logs remember.
    private static string Refuse(ReadOnlySpan<string> args) =>
        args.Contains("--iterations") ? "--iterations takes a number, and goes alone or with --stdin: what --generate makes is not derived."
        : args is [var given] && Words.Nearest(given.TrimStart('-'), ["generate", "stdin", "iterations"]) is { } nearest ? $"There is no such switch of derive-secret; did you mean --{nearest}?"
        : "derive-secret takes no password as an argument, which others could read in the list of processes, and no more than one switch beside --iterations.";

    private int Fail(string problem) => _input.Fail($"{problem}\nusage: wamprouter derive-secret [--generate | --stdin] [--iterations NUMBER]", RouterCommands.WrongUsage);

    private int DeriveBy(string number, Func<Func<string, int>, int> input) =>
        int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations) && iterations is >= WampCraSalting.MinimumIterations and <= WampCraSalting.MaximumIterations
            ? input(password => Derive(password, iterations))
            : Fail(string.Create(CultureInfo.InvariantCulture, $"--iterations takes a number from {WampCraSalting.MinimumIterations} to {WampCraSalting.MaximumIterations}."));

    private int Generate()
    {
        const int SecretBytes = 32;
        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes));
        console.Error.WriteLine("The secret, for the client:");
        console.Out.WriteLine(secret);
        WriteEntry($"\"secrets\": [\"{secret}\"]");
        return 0;
    }

    private int Derive(string password, int iterations)
    {
        var salting = WampCraSalting.New(iterations);
        WriteEntry(string.Create(
            CultureInfo.InvariantCulture,
            $"\"salt\": \"{salting.Salt}\", \"iterations\": {salting.Iterations}, \"keylen\": {salting.KeyLength}, \"secrets\": [\"{WampCraSecret.Derive(password, salting).Reveal()}\"]"));
        return 0;
    }

    private void WriteEntry(string entry)
    {
        console.Error.WriteLine("Its entry, for a principal of \"wampcra\" in the realm file:");
        console.Out.WriteLine(entry);       // Base64, digits and hexadecimal: nothing that JSON escapes
    }
}
