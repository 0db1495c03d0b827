using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using WampRouter.Benchmarks.LoadGenerator;

namespace WampRouter.Benchmarks.Peers;

/// <summary>
/// A server this process started and ends: on <see cref="Dispose"/>, and through <see cref="EndAll"/> when the whole run is interrupted.
/// Always by its own id.
/// </summary>
internal sealed partial class ServerProcess : IDisposable
{
    private const int KeptLines = 3;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);
    private static readonly Lock Gate = new();
    private static readonly HashSet<ServerProcess> Running = [];

    private readonly Process _process;
    private readonly Queue<string> _lastLines = new();
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(Process process)
    {
        _process = process;
        process.EnableRaisingEvents = true;
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.Exited += (_, _) => _address.TrySetException(new WorkloadFailedException("the server ended: " + LastLines()));
    }

    /// <summary>The process id.</summary>
    public int Id => _process.Id;

    /// <summary>
    /// Starts a server on its core and waits until it prints the loopback address it serves. Its standard input is a pipe from this
    /// process, so a server that watches it ends with us however we end.
    /// </summary>
    public static async Task<(ServerProcess Server, Uri Address)> StartAsync(ProcessStartInfo start, CpuAffinity affinity)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.UseShellExecute = false;
        var server = new ServerProcess(new Process { StartInfo = start });
        lock (Gate)
        {
            affinity.OnServerCore(server._process.Start);
            Running.Add(server);
        }

        try
        {
            server._process.BeginOutputReadLine();
            server._process.BeginErrorReadLine();
            return (server, await server._address.Task.WaitAsync(StartLimit));
        }
        catch (TimeoutException)
        {
            server.Dispose();
            throw new WorkloadFailedException("the server printed no address: " + server.LastLines());
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Ends every server that still runs. Any thread.</summary>
    public static void EndAll()
    {
        lock (Gate)
        {
            foreach (var server in Running)
            {
                server.End();
            }

            Running.Clear();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (Gate)
        {
            if (Running.Remove(this))
            {
                End();
            }
        }

        _process.Dispose();
    }

    private void End()
    {
        _process.Kill();
        _process.WaitForExit(TimeSpan.FromSeconds(5));
    }

    private void Note(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_lastLines)
        {
            _lastLines.Enqueue(line);
            if (_lastLines.Count > KeptLines)
            {
                _lastLines.Dequeue();
            }
        }

        if (LoopbackAddress().Match(line) is { Success: true } match)
        {
            _address.TrySetResult(new Uri("ws://127.0.0.1:" + int.Parse(match.Groups["port"].Value, CultureInfo.InvariantCulture)));
        }
    }

    private string LastLines()
    {
        lock (_lastLines)
        {
            return string.Join(" | ", _lastLines);
        }
    }

    [GeneratedRegex("""\b(?:http|ws)://(?:127\.0\.0\.1|localhost):(?<port>[1-9][0-9]*)""")]
    private static partial Regex LoopbackAddress();
}
