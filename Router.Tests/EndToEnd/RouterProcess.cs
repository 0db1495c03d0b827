using System.Globalization;
using System.Text.RegularExpressions;
using WampRouter.Client;
using WampRouter.Tests.Configuration;

namespace WampRouter.Tests.EndToEnd;

/// <summary>
/// The router as users run it: a process, started in an empty directory with a copy of the shipped realms, listening on a port of its own. One client is
/// in <c>realm1</c> all the time, to witness how the router says goodbye.
/// </summary>
internal sealed partial class RouterProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly RouterBuild _build;
    private readonly ChildProcess _process;
    private readonly string _directory;
    private readonly TaskCompletionSource<string> _goodbye = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WampClient? _witness;

    private RouterProcess(RouterBuild build, ChildProcess process, string directory, Uri webSocket) => (_build, _process, _directory, WebSocket) = (build, process, directory, webSocket);

    /// <summary>Where WAMP is spoken.</summary>
    public Uri WebSocket { get; }

    /// <summary>The page for browsers.</summary>
    public Uri Page => new($"http://{WebSocket.Authority}/");

    /// <summary>The memory it held when it was ready and nobody had come yet, in bytes.</summary>
    public long IdleBytes { get; private init; }

    /// <summary>What it holds now, in bytes.</summary>
    public long ResidentBytes => _process.ResidentBytes;

    /// <summary>The most it held since its start or <see cref="ForgetPeak"/>, in bytes.</summary>
    public long PeakBytes => _process.PeakBytes;

    /// <summary>What it has printed, in bytes.</summary>
    public long PrintedBytes => _process.PrintedBytes;

    /// <summary>Starts it and waits until it says that it is ready.</summary>
    /// <param name="build">In which form.</param>
    /// <param name="prepare">Changes the directory it is started in.</param>
    /// <param name="settings">Arguments, such as <c>--WampRouter:Sessions:Shutdown=goodbye</c>.</param>
    public static Task<RouterProcess> StartAsync(RouterBuild build, Action<string>? prepare = null, params string[] settings) => StartAsync(build, prepare, [], settings);

    /// <summary>As above, by a command that runs the one that follows it as its arguments: the router with a limit of the system's, for instance.</summary>
    public static Task<RouterProcess> StartAsync(RouterBuild build, Action<string>? prepare, string[] launcher, string[] settings)
    {
        string[] command = [.. launcher, .. BuiltFiles.Router(build)];
        var directory = CreateDirectory();
        prepare?.Invoke(directory);
        return StartAsync(build, command, directory, settings);
    }

    /// <summary>A new directory with a copy of the shipped realms in <c>config/realms</c>.</summary>
    public static string CreateDirectory()
    {
        var directory = Directory.CreateTempSubdirectory("wamprouter-").FullName;
        var realms = Directory.CreateDirectory(Path.Combine(directory, "config", "realms")).FullName;
        foreach (var file in Directory.EnumerateFiles(ShippedFiles.Realms))
        {
            File.Copy(file, Path.Combine(realms, Path.GetFileName(file)));
        }

        return directory;
    }

    /// <summary>A client that is connected.</summary>
    public async Task<WampClient> JoinAsync(string realm = "realm1", WampAuthentication? authentication = null, WampSerializer serializer = WampSerializer.Json)
    {
        var client = new WampClient(new WampClientOptions
        {
            Transport = new WampWebSocketTransport(WebSocket),
            Realm = realm,
            Authentication = authentication ?? WampAuthentication.Anonymous,
            Serializers = [serializer],
            Reconnect = null,
        });
        await client.ConnectAsync().WaitAsync(Patience);
        return client;
    }

    /// <summary>Begins to look for a new peak of memory.</summary>
    public void ForgetPeak() => _process.ForgetPeak();

    /// <summary>Sets how large its files may become from now on, in bytes; null for any size.</summary>
    public void LimitFileSize(ulong? bytes) => _process.LimitFileSize(bytes);

    /// <summary>Waits until it has printed a line that matches.</summary>
    public Task<Match> PrintedAsync(string pattern) => _process.PrintedAsync(pattern);

    /// <summary>Asks it to end, and returns how it did: the exit code, and the reason in the GOODBYE that the witness got, or the code its connection closed with.</summary>
    public async Task<(int ExitCode, string Goodbye)> StopAsync()
    {
        _process.Terminate();
        return (await _process.ExitAsync(), await _goodbye.Task.WaitAsync(Patience));
    }

    /// <summary>Asks it to read its configuration again, and waits until it has.</summary>
    public async Task ReloadAsync(string until = "The configuration was read again, for SIGHUP")
    {
        _process.HangUp();
        await _process.PrintedAsync(until);
    }

    /// <summary>The directory that it runs in, with <c>config/realms</c> below it.</summary>
    public string WorkingDirectory => _directory;

    /// <summary>Sends SIGTERM and waits for nothing.</summary>
    public void Terminate() => _process.Terminate();

    /// <summary>Waits for the end.</summary>
    public Task<int> ExitAsync() => _process.ExitAsync();

    /// <summary>Stops it, and starts another in the same directory at the same port. This one is of no use any more.</summary>
    public async Task<RouterProcess> RestartAsync(params string[] settings)
    {
        var port = WebSocket.Port;
        _process.Terminate();
        await _process.ExitAsync();
        await EndAsync();
        return await StartAsync(_build, BuiltFiles.Router(_build), _directory, settings, port);
    }

    /// <summary>Kills it, as <c>kill -9</c> does, and starts another in the same directory. This one is of no use any more.</summary>
    public async Task<RouterProcess> KillAndStartAgainAsync()
    {
        await EndAsync();
        return await StartAsync(_build, BuiltFiles.Router(_build), _directory, []);
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>All it has printed.</summary>
    public override string ToString() => _process.ToString();

    private static async Task<RouterProcess> StartAsync(RouterBuild build, string[] command, string directory, string[] settings, int port = 0)
    {
        var process = ChildProcess.Start(command, [string.Create(CultureInfo.InvariantCulture, $"--WampRouter:Listeners:0:Url=http://127.0.0.1:{port}"), .. settings], directory);
        try
        {
            var ready = await process.PrintedAsync(@"ws://127\.0\.0\.1:\d+/ws");
            var router = new RouterProcess(build, process, directory, new Uri(ready.Value)) { IdleBytes = process.ResidentBytes };
            await router.SendWitnessAsync();
            return router;
        }
        catch
        {
            await process.DisposeAsync();
            Directory.Delete(directory, recursive: true);
            throw;
        }
    }

    private async Task EndAsync()
    {
        await _process.DisposeAsync();
        if (_witness is not null)
        {
            await _witness.DisposeAsync();
        }
    }

    private async Task SendWitnessAsync()
    {
        _witness = await JoinAsync();
        _witness.StateChanged += (_, change) => _goodbye.TrySetResult(
            CloseCode().Match(change.Cause?.Message ?? string.Empty) is { Success: true } code ? code.Value : (change.Cause as WampException)?.ErrorUri ?? change.Current.ToString());
    }

    [GeneratedRegex(@"code \d{4}")]
    private static partial Regex CloseCode();
}
