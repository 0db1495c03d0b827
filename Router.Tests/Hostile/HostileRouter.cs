using WampRouter.Client;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.EndToEnd;

namespace WampRouter.Tests.Hostile;

/// <summary>The executable that is attacked.</summary>
internal sealed class HostileRouter : IAsyncDisposable
{
    /// <summary>How near to what it was the memory has to come, in bytes: a peak leaves some pools filled and code compiled.</summary>
    private const long NearRest = 48 * Siege.Mebibyte;

    /// <summary>Standard output goes to somebody who reads until the router is ready, and then no more, for as long as it lives.</summary>
    private const string DeafConsole = " > >(head -n 2; exec tail --pid=$$ -f /dev/null)";

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(200);

    private readonly RouterProcess _process;
    private readonly Way[] _honestWays;
    private int _honest;

    private HostileRouter(RouterProcess process, Way[] honestWays) => (_process, _honestWays) = (process, honestWays);

    /// <summary>Where WAMP is spoken.</summary>
    public Uri WebSocket => _process.WebSocket;

    /// <summary>What it holds now.</summary>
    public long ResidentBytes => _process.ResidentBytes;

    /// <summary>The most it held since <see cref="ForgetPeak"/>.</summary>
    public long PeakBytes => _process.PeakBytes;

    /// <summary>What it has printed.</summary>
    public long PrintedBytes => _process.PrintedBytes;

    /// <summary>Starts it with the settings of some attacks.</summary>
    public static async Task<HostileRouter> StartAsync(IReadOnlyCollection<Attack> attacks)
    {
        var limits = Limit('n', attacks.Max(attack => attack.OpenFiles)) + Limit('f', attacks.Max(attack => attack.MostKibibytesOfFile));
        var console = attacks.Any(attack => attack.IsConsoleDeaf) ? DeafConsole : string.Empty;
        var process = await RouterProcess.StartAsync(
            RouterBuild.NativeAot,
            HostileRealm.WriteTo,
            ["bash", "-c", $"{limits}exec \"$0\" \"$@\"{console}"],
            [.. attacks.SelectMany(attack => attack.Settings).Distinct(StringComparer.Ordinal)]);
        return new HostileRouter(process, [.. attacks.Select(attack => attack.HonestWay)]);
    }

    /// <summary>Lets honest clients in: by the way that is attacked, or by turns where there are several.</summary>
    public Task<Bystanders> SendBystandersAsync() => Bystanders.StartAsync(() => JoinAsync(_honestWays[_honest++ % _honestWays.Length]));

    /// <summary>Begins to look for a new peak.</summary>
    public void ForgetPeak() => _process.ForgetPeak();

    /// <summary>Waits until the process holds about what it held before. Throws if it does not get there in time.</summary>
    public async Task<long> ComeToRestAsync(long before, TimeSpan within)
    {
        using var over = new CancellationTokenSource(within);
        while (_process.ResidentBytes > before + NearRest)
        {
            Assert.That(over.IsCancellationRequested, Is.False, $"{(_process.ResidentBytes - before) / Siege.Mebibyte} MiB are still held {within.TotalSeconds} s after the attack");
            await Task.Delay(Glance, TimeProvider.System, CancellationToken.None);
        }

        return _process.ResidentBytes;
    }

    /// <summary>Stops it; its exit code.</summary>
    public async Task<int> StopAsync()
    {
        _process.Terminate();
        return await _process.ExitAsync();
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private async Task<WampClient> JoinAsync(Way way)
    {
        var client = new WampClient(new WampClientOptions
        {
            Transport = way switch
            {
                Way.RawSocket => new WampRawSocketTransport(new Uri($"tcp://{WebSocket.Authority}")),
                Way.LongPoll => new HonestLongPoll(new Uri(_process.Page, "lp/")),
                _ => new WampWebSocketTransport(WebSocket),
            },
            Realm = HostileRealm.Name,
            Serializers = [WampSerializer.MessagePack],
            Reconnect = null,
        });
        await client.ConnectAsync().Soon();
        return client;
    }

    private static string Limit(char option, int value) => value > 0 ? $"ulimit -{option} {value}; " : string.Empty;
}
