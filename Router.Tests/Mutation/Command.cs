using System.Diagnostics;

namespace WampRouter.Mutation;

/// <summary>Another program, run to its end.</summary>
internal static class Command
{
    /// <summary>What it printed; nothing where it was ended.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="directory">Where it runs.</param>
    /// <param name="mayFail">Whether an exit code other than 0 is an answer too.</param>
    /// <param name="environment">Variables for it.</param>
    /// <param name="limit">How long it may take; it is ended then.</param>
    public static async Task<string> RunAsync(
        string program, IEnumerable<string> arguments, string directory, bool mayFail = false, IReadOnlyDictionary<string, string>? environment = null, TimeSpan? limit = null)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var deadline = new CancellationTokenSource(limit ?? Timeout.InfiniteTimeSpan);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return string.Empty;
        }

        return process.ExitCode == 0 || mayFail ? await output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed:\n{await output}\n{await errors}");
    }
}
