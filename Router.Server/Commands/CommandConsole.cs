using System.Text;
using WampRouter.Server.Configuration;
using WampRouter.Server.Machine;

namespace WampRouter.Server.Commands;

/// <summary>What a command talks through.</summary>
/// <param name="OpenIn">Opens standard input: bytes, since what is no text must not be taken for one. Null where it is closed.</param>
/// <param name="Out">Results, fit for scripts.</param>
/// <param name="Error">Words for people.</param>
/// <param name="ReadSecret">Reads a line from the keyboard without showing it; null where there is no keyboard.</param>
/// <param name="Environment">The environment variables.</param>
internal sealed record CommandConsole(Func<Stream?> OpenIn, TextWriter Out, TextWriter Error, Func<string>? ReadSecret, IEnumerable<KeyValuePair<string, string>> Environment)
{
    /// <summary>The process's own.</summary>
    public static CommandConsole ForProcess() => new(
        () => StandardStreams.HasInput ? Console.OpenStandardInput() : null,
        new ProcessWriter(StandardStreams.HasOutput ? Console.Out : null, "Standard output"),
        new ProcessWriter(StandardStreams.HasError ? Console.Error : null, name: null),
        Console.IsInputRedirected || !StandardStreams.HasInput ? null : ReadHiddenLine,
        HostSettings.ProcessEnvironment);

    private static string ReadHiddenLine()
    {
        var line = new StringBuilder();
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            switch (key.Key)
            {
                case ConsoleKey.Enter:
                    Console.Error.WriteLine();
                    return line.ToString();
                case ConsoleKey.Backspace:
                    line.Length = Math.Max(0, line.Length - 1);
                    break;
                default:
                    if (!char.IsControl(key.KeyChar))
                    {
                        line.Append(key.KeyChar);
                    }

                    break;
            }
        }
    }
}
