using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace WampRouter.Tests.EndToEnd;

/// <summary>A process of a test: its output is kept, every wait for it is bounded, and disposing it leaves nothing behind.</summary>
internal sealed partial class ChildProcess : IAsyncDisposable
{
    private const int SignalHangUp = 1;
    private const int SignalTerminate = 15;
    private const int FileSizeLimit = 1;        // RLIMIT_FSIZE

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);       // for what takes a second on a machine with nothing else to do

    private readonly Process _process = new();
    private readonly Lock _lock = new();
    private readonly List<string> _output = [];
    private readonly List<string> _errors = [];
    private readonly List<(Regex Pattern, TaskCompletionSource<Match> Found)> _awaited = [];
    private readonly string _name;

    private ChildProcess(string[] command, IEnumerable<string> arguments, string? workingDirectory, IEnumerable<KeyValuePair<string, string>> environment)
    {
        _name = Path.GetFileName(command[^1]);
        _process.StartInfo = new ProcessStartInfo(command[0], [.. command[1..], .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory ?? Path.GetTempPath(),
        };
        foreach (var (name, value) in environment)
        {
            _process.StartInfo.Environment[name] = value;
        }

        _process.OutputDataReceived += (_, line) => Keep(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(_errors, line.Data);
    }

    public int Id => _process.Id;

    /// <summary>The lines of standard output so far.</summary>
    public IReadOnlyList<string> Output => Copy(_output);

    /// <summary>The lines of standard error so far.</summary>
    public IReadOnlyList<string> Errors => Copy(_errors);

    public static ChildProcess Start(
        string[] command, IEnumerable<string> arguments, string? workingDirectory = null, IEnumerable<KeyValuePair<string, string>>? environment = null)
    {
        var child = new ChildProcess(command, arguments, workingDirectory, environment ?? []);
        child._process.Start();
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        child._process.StandardInput.Close();
        return child;
    }

    /// <summary>What it holds in memory now, in bytes.</summary>
    public long ResidentBytes => Status("VmRSS:");

    /// <summary>The most it held in memory since its start or <see cref="ForgetPeak"/>, in bytes.</summary>
    public long PeakBytes => Status("VmHWM:");

    /// <summary>What it has printed, in bytes; of text that is ASCII.</summary>
    public long PrintedBytes
    {
        get
        {
            lock (_lock)
            {
                return _output.Concat(_errors).Sum(line => line.Length + 1L);
            }
        }
    }

    /// <summary>Begins to look for a new peak of memory.</summary>
    public void ForgetPeak() => File.WriteAllText($"/proc/{_process.Id}/clear_refs", "5");

    /// <summary>The first match in a line of either output, printed already or still to come.</summary>
    public async Task<Match> PrintedAsync([StringSyntax(StringSyntaxAttribute.Regex)] string pattern)
    {
        var awaited = (Pattern: new Regex(pattern), Found: new TaskCompletionSource<Match>(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_lock)
        {
            if (_output.Concat(_errors).Select(line => awaited.Pattern.Match(line)).FirstOrDefault(match => match.Success) is { } match)
            {
                return match;
            }

            _awaited.Add(awaited);
        }

        var ended = _process.WaitForExitAsync();
        try
        {
            await Task.WhenAny(awaited.Found.Task, ended).WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            throw new AssertionException($"{_name} has not printed '{pattern}' in {Patience.TotalSeconds} s.\n{this}");
        }

        return awaited.Found.Task.IsCompleted ? await awaited.Found.Task : throw new AssertionException($"{_name} ended before it printed '{pattern}'.\n{this}");
    }

    /// <summary>Waits for the end and returns the exit code. All output is there then.</summary>
    public async Task<int> ExitAsync(TimeSpan? deadline = null)
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(deadline ?? Patience);
        }
        catch (TimeoutException)
        {
            throw new AssertionException($"{_name} has not ended.\n{this}");
        }

        return _process.ExitCode;
    }

    /// <summary>Asks it to end, as a service manager does.</summary>
    public void Terminate() => _ = Kill(_process.Id, SignalTerminate);

    /// <summary>Asks it to read its configuration again, as <c>systemctl reload</c> does.</summary>
    public void HangUp() => _ = Kill(_process.Id, SignalHangUp);

    /// <summary>Sets how large a file may become by what it writes, in bytes, or null for any size: where that is reached, writing fails as on a full disk.</summary>
    public void LimitFileSize(ulong? bytes)
    {
        var limit = new ResourceLimit(bytes ?? ulong.MaxValue, ulong.MaxValue);
        Assert.That(SetResourceLimit(_process.Id, FileSizeLimit, in limit, IntPtr.Zero), Is.Zero, "prlimit");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync().WaitAsync(Patience);
        }

        _process.Dispose();
    }

    /// <summary>All it has printed.</summary>
    public override string ToString() => $"-- output of {_name}\n{string.Join('\n', Output)}\n-- errors of {_name}\n{string.Join('\n', Errors)}";

    private void Keep(List<string> lines, string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_lock)
        {
            lines.Add(line);
            _awaited.RemoveAll(awaited => awaited.Pattern.Match(line) is { Success: true } match && awaited.Found.TrySetResult(match));
        }
    }

    private long Status(string name)
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").Single(line => line.StartsWith(name, StringComparison.Ordinal));
        return 1024 * long.Parse(line[name.Length..^"kB".Length].Trim(), CultureInfo.InvariantCulture);
    }

    private string[] Copy(List<string> lines)
    {
        lock (_lock)
        {
            return [.. lines];
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);

    [LibraryImport("libc", EntryPoint = "prlimit")]
    private static partial int SetResourceLimit(int processId, int resource, in ResourceLimit limit, IntPtr before);

    private readonly record struct ResourceLimit(ulong Current, ulong Largest);
}
