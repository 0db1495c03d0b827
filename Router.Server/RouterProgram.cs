using WampRouter.Server.Commands;

namespace WampRouter.Server;

/// <summary>The program: a command, or the router.</summary>
internal static class RouterProgram
{
    /// <summary>Runs it to its end.</summary>
    /// <param name="args">The arguments of the process.</param>
    /// <param name="reloads">SIGHUP, where the router is to serve; null: a command is to be run, which SIGHUP may end.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args, ReloadSignal? reloads)
    {
        var console = CommandConsole.ForProcess();
        if (FindWorkingDirectory() is not { } working)
        {
            await console.Error.WriteLineAsync("The working directory is gone: it was removed or moved away, and files are looked for there. Go to one that is there, and try again.");
            return RouterCommands.Failure;
        }

        try
        {
            var shipped = AppContext.BaseDirectory;
            return new RouterCommands(console, shipped, working).TryRun(args, out var arguments, out var exitCode) || reloads is null
                ? exitCode
                : await new StandAloneRouter(console, shipped, working, reloads).RunAsync(arguments);
        }
        catch (UnwritableOutputException e)
        {
            await console.Error.WriteLineAsync(e.Message);
            return RouterCommands.Failure;
        }
    }

    private static string? FindWorkingDirectory()
    {
        try
        {
            return Environment.CurrentDirectory;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
