using System.Net;
using WampRouter.Realms.Authorization;
using WampRouter.Sessions.Connections;
using WampRouter.Tests.Doubles;
using WampRouter.Transports;
using WampRouter.Transports.Admission;
using WampRouter.Transports.WebSockets;

namespace WampRouter.Tests.Transports.WebSockets;

/// <summary>Who sends more than he may in a second is read later, and loses nothing.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ReadPaceTests
{
    private readonly ManualTime _time = new();
    private readonly LogRecorder<WebSocketTransport> _log = new();
    private WebSocketRig? _rig;
    private FrameClient _client = null!;
    private EchoReceiver _session = null!;

    [TearDown]
    public async Task StopAsync()
    {
        await (_client?.DisposeAsync() ?? default);
        await (_rig?.DisposeAsync() ?? default);
    }

    [Test]
    public async Task Messages_MoreThanInASecond_ComeWhenTheyMay([Values] bool byRole)
    {
        await StartAsync(options => options.MaxMessagesPerSecond = byRole ? 1_000_000 : 2);
        _session.Rates = byRole ? new TrafficRates(Messages: 2) : null;
        await SendAsync("one");
        await SendAsync("two");
        await SendAsync("three");    // what is owed is half a second
        await _client.SendTextAsync("four");

        await PassAsync(TimeSpan.FromSeconds(0.25));
        Assert.That(_session.Messages, Is.EqualTo(3));
        await PassAsync(TimeSpan.FromSeconds(0.25));

        Assert.That((await _client.ReceiveAsync())!.Text, Is.EqualTo("four"));
        Assert.That(_log.Of(1113), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Messages_OfAListenerWithALimit_ComeLaterThanElsewhere([Values] bool byAddress)
    {
        _rig = await WebSocketRig.StartAsync(time: _time, logger: _log, listener: byAddress ? new ListenerLimits { MaxMessagesPerSecondPerAddress = 2 } : new ListenerLimits { MaxMessagesPerSecond = 2 });
        await using (var free = await _rig.ConnectAsync(WayIn.FrontDoorTls))
        {
            for (var i = 0; i < 20; i++)
            {
                await free.SendTextAsync("free");
                Assert.That((await free.ReceiveAsync())!.Text, Is.EqualTo("free"));
            }
        }

        _session = await _rig.Receivers.NextAsync();
        _client = await _rig.ConnectAsync(WayIn.FrontDoor);
        _session = await _rig.Receivers.NextAsync();
        _session.Rates = new TrafficRates(Messages: 1_000_000);      // the lower one counts
        await SendAsync("one");
        await SendAsync("two");
        await SendAsync("three");
        await _client.SendTextAsync("four");

        await PassAsync(TimeSpan.FromSeconds(0.25));
        Assert.That(_session.Messages, Is.EqualTo(3));
        await PassAsync(TimeSpan.FromSeconds(0.25));

        Assert.That((await _client.ReceiveAsync())!.Text, Is.EqualTo("four"));
        Assert.That(_log.Of(1113), Has.Count.EqualTo(1));
    }

    [TestCase(null, null, null)]
    [TestCase(5, null, 5)]
    [TestCase(null, 7, 7)]
    [TestCase(5, 7, 5)]
    [TestCase(9, 7, 7)]
    public void Rates_OfTheRoleAndOfTheListener_TheLowerOneCounts(int? role, int? listener, int? expected)
    {
        Assert.That(new TrafficRates(Messages: role).Within(new TrafficRates(Messages: listener)).Messages, Is.EqualTo(expected));
        Assert.That(new TrafficRates(Bytes: role).Within(new TrafficRates(Bytes: listener)).Bytes, Is.EqualTo(expected));
    }

    [Test]
    public async Task Peer_HeldBackForLong_IsNeitherSilentNorSlow()
    {
        await StartAsync(options =>
        {
            options.MaxBytesPerSecond = 1024;
            (options.PingInterval, options.PingTimeout, options.MessageTimeout) = (TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(8));
        });
        await _client.SendRawAsync([.. FrameClient.Frame(WebSocketOpcode.Binary, new byte[30 * 1024]), .. FrameClient.Frame(WebSocketOpcode.Text, "be"u8, fin: false)]);
        Assert.That((await _client.ReceiveAsync())!.Payload, Has.Length.EqualTo(30 * 1024));
        for (var i = 0; i < 100; i++)
        {
            await PassAsync(TimeSpan.FromSeconds(0.25));
        }

        Assert.That((_session.DisconnectedCalls, _session.Messages), Is.EqualTo((0, 1)));
        await _client.SendAsync(WebSocketOpcode.Continuation, "gun"u8);
        for (var i = 0; i < 17; i++)
        {
            await PassAsync(TimeSpan.FromSeconds(0.25));
        }

        Assert.That((await _client.ReceiveAsync())!.Text, Is.EqualTo("begun"));
    }

    [Test]
    public async Task Connection_ClosedWhileHeldBack_EndsAtOnce()
    {
        await StartAsync(options => options.MaxMessagesPerSecond = 1);
        await SendAsync("one");
        for (var i = 0; i < 20; i++)
        {
            await _client.SendTextAsync("more");
        }

        await PassAsync(TimeSpan.Zero);
        _session.Connection.RequestClose();
        await PassAsync(TimeSpan.FromSeconds(0.25));

        Assert.That(await _session.Ended, Is.EqualTo(DisconnectReason.ClosedByRouter));
    }

    [Test]
    public void Address_AllItsConnections_ShareWhatItMaySend()
    {
        var options = new TransportOptions { MaxMessagesPerSecondPerAddress = 2 };
        var table = new AddressTable(new LiveBounds(new(EntryLimits.Of(options, openFiles: null), new PaceLimits(options))), _time);
        var (one, other) = (AddressBlock.Of(IPAddress.Parse("192.0.2.7")), AddressBlock.Of(IPAddress.Parse("192.0.2.8")));

        Assert.That((table.Charge(one, 2, 10), table.Charge(one, 2, 10), table.Charge(other, 2, 10)), Is.EqualTo((TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.Zero)));
    }

    private async Task StartAsync(Action<TransportOptions> configure)
    {
        _rig = await WebSocketRig.StartAsync(time: _time, logger: _log, configure: configure);
        _client = await _rig.ConnectAsync(WayIn.Pipe);
        _session = await _rig.Receivers.NextAsync();
    }

    private async Task SendAsync(string text)
    {
        await _client.SendTextAsync(text);
        Assert.That((await _client.ReceiveAsync())!.Text, Is.EqualTo(text));
    }

    /// <summary>Lets time pass for a connection that is held back.</summary>
    private async Task PassAsync(TimeSpan time)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (_time.ActiveTimers < 2)      // one is the heartbeat's
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        _time.Advance(time);
    }
}
