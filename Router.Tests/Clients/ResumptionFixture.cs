using System.Threading.Channels;
using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>A client that asks for its session to be kept, and a router that says what the test tells it to.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal abstract class ResumptionFixture(WampSerializer serializer)
{
    protected const string Roles = "\"roles\":{\"dealer\":{\"features\":{\"call_canceling\":true}}}";
    protected const string First = $$"""[2,77,{{{Roles}},"resumable":true,"resume_token":"A","resumed":false,"_received":0,"_resume_within":60000}]""";

    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(1);

    private readonly Channel<WampClientState> _states = Channel.CreateUnbounded<WampClientState>();
    private WampClient? _clientOrNone;

    protected ManualTime Time { get; } = new();

    protected ScriptedRouter Router { get; } = new();

    protected ScriptedPeer Peer { get; set; } = null!;

    protected WampClient Client => _clientOrNone!;

    [TearDown]
    public async Task LeaveAsync()
    {
        await Router.DisposeAsync();
        if (_clientOrNone is not null)
        {
            await _clientOrNone.DisposeAsync().Soon();
        }
    }

    protected static string Resumed(string token, int taken) =>
        $$"""[2,77,{{{Roles}},"resumable":true,"resume_token":"{{token}}","resumed":true,"_received":{{taken}},"_resume_within":60000}]""";

    protected WampClientOptions Options(WampReconnectPolicy? reconnect, int maxKeptBytes = 4096, IWampTransport? transport = null, WampSerializer[]? serializers = null) => new()
    {
        Transport = transport ?? Router.Transport,
        Realm = "realm1",
        Serializers = serializers ?? [serializer],
        TimeProvider = Time,
        Reconnect = reconnect,
        Resumption = new WampResumption { MaxKeptBytes = maxKeptBytes },
    };

    protected async Task JoinAsync(string welcome = First, int maxKeptBytes = 4096, TimeSpan? delay = null, IWampTransport? transport = null, WampSerializer[]? serializers = null)
    {
        var always = delay ?? Delay;
        _clientOrNone = new WampClient(Options(new WampReconnectPolicy { InitialDelay = always, MaxDelay = always }, maxKeptBytes, transport, serializers));
        Client.StateChanged += (_, change) => _states.Writer.TryWrite(change.Current);
        var connecting = Client.ConnectAsync();
        Peer = await Router.AcceptAsync();
        Assert.That(await Peer.ReceiveAsync(), Does.EndWith(",\"resumable\":true}]"));
        await Peer.SendAsync(welcome);
        await connecting.Soon();
    }

    protected async Task CutAsync()
    {
        await Peer.CloseAsync();
        await ReachAsync(WampClientState.Reconnecting);
    }

    /// <summary>Lets the client come back; its HELLO.</summary>
    protected async Task<string> AttemptAsync()
    {
        var accepting = Router.AcceptAsync();
        while (await Task.WhenAny(accepting, Time.WhenWaitedForAsync(Delay)).Soon() != accepting)
        {
            Time.Advance(Delay);
        }

        Peer = await accepting;
        return await Peer.ReceiveAsync();
    }

    protected async Task ResumeAsync(int taken)
    {
        await AttemptAsync();
        await WelcomeAsync(Resumed("B", taken));
    }

    protected async Task WelcomeAsync(string welcome)
    {
        await Peer.SendAsync(welcome);
        await ReachAsync(WampClientState.Connected);
    }

    protected async Task ReachAsync(WampClientState wanted)
    {
        while (await _states.Reader.ReadAsync().Soon() != wanted)
        {
        }
    }
}
