using WampRouter.Sessions.Connections;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Transports.WebSockets.Batched;
using WampRouter.Transports.Admission;
using WampRouter.Transports.WebSockets;
using WampRouter.Wire;

namespace WampRouter.Tests.Transports.WebSockets;

/// <summary>What a peer can make the router hold by not ending its messages: in bytes, for how long, and how little of it before the login.</summary>
[TestFixture(WayIn.Pipe)]
[TestFixture(WayIn.FrontDoor)]
[TestFixture(WayIn.EndpointHttp2)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class UnfinishedMessageTests(WayIn way)
{
    private const int MaxMessageBytes = 1024 * 1024;
    private const int BeforeLogin = 64 * 1024;
    private static readonly TimeSpan MessageTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1);

    private readonly ManualTime _time = new();
    private readonly List<FrameClient> _clients = [];
    private WebSocketRig _rig = null!;

    [SetUp]
    public async Task StartAsync() => _rig = await WebSocketRig.StartAsync(SubprotocolPolicy.Wamp, _time, options =>
    {
        (options.MaxMessageBytes, options.MaxMessageBytesBeforeLogin, options.InboundTotalBytes) = (MaxMessageBytes, BeforeLogin, 4 * MaxMessageBytes);
        (options.MessageTimeout, options.PingInterval, options.PingTimeout) = (MessageTimeout, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(10));
    });

    [TearDown]
    public async Task StopAsync()
    {
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }

        _rig.Services.Roster.CloseAll();
        _rig.Services.Roster.AbortAll();
        await _rig.Services.Roster.WhenEmptyAsync().Soon();
        Assert.That(_rig.Services.Inbound.ReservedBytes, Is.Zero, "what was held is given back");
        await _rig.DisposeAsync();
    }

    [Test]
    public async Task Message_BeforeTheLogin_IsRefusedBeyondTheSmallLimit([Values] bool inFragments)
    {
        var (client, session) = await ConnectAsync(isLoggedIn: false);
        await client.SendAsync(WebSocketOpcode.Text, Filled(BeforeLogin));
        Assert.That((await client.ReceiveAsync())!.Payload, Has.Length.EqualTo(BeforeLogin));

        if (inFragments)
        {
            await client.SendAsync(WebSocketOpcode.Text, Filled(BeforeLogin), fin: false);
            await client.SendRawAsync(FrameClient.Frame(WebSocketOpcode.Continuation, Filled(1))[..6]);
        }
        else
        {
            await client.SendRawAsync(FrameClient.Frame(WebSocketOpcode.Text, Filled(BeforeLogin + 1))[..14]);
        }

        Assert.That(await CloseOfAsync(client), Is.EqualTo((1009, "a message has at most 65536 bytes before the login, this one 65537")));
        Assert.That(await session.Ended, Is.EqualTo(DisconnectReason.TransportViolation));
    }

    [Test]
    public async Task Batch_BeforeTheLogin_ItsMessagesHaveTheSmallLimit([Values] WireFormat format)
    {
        var (client, _) = await ConnectAsync(isLoggedIn: false, $"wamp.2.{format switch { WireFormat.Json => "json", WireFormat.MessagePack => "msgpack", _ => "cbor" }}.batched");
        var batch = BatchedBytes.Join(format, [Filled(BeforeLogin + 1)]);

        await client.SendRawAsync(FrameClient.Frame(BatchedBytes.OpcodeOf(format), batch)[..^1]);

        Assert.That(await CloseOfAsync(client), Is.EqualTo((1009, "a message has at most 65536 bytes before the login, this one 65537")));
    }

    [Test]
    public async Task Message_TheUnfinishedOnesOfOthersHoldAllThereIs_OnlyWhoAsksForMuchPays()
    {
        var hogs = new List<FrameClient>();
        for (var i = 0; i < 6; i++)
        {
            var (hog, _) = await ConnectAsync();
            await hog.SendRawAsync(FrameClient.Frame(WebSocketOpcode.Text, Filled(MaxMessageBytes - 1))[..^1]);
            hogs.Add(hog);
        }

        var closed = await (await Task.WhenAny(hogs.Select(hog => hog.ReceiveAsync())).Soon());
        Assert.That((closed!.CloseCode, closed.Text[2..]), Is.EqualTo((1013, "the router has no room for so large a message at the moment")));

        Assert.That(_rig.Services.Inbound.ReservedBytes, Is.LessThanOrEqualTo(4 * MaxMessageBytes));
        var (good, _) = await ConnectAsync();
        await good.SendChoppedAsync(FrameClient.Frame(WebSocketOpcode.Text, Filled(100_000)), 1000);
        Assert.That((await good.ReceiveAsync())!.Payload, Has.Length.EqualTo(100_000));
    }

    [Test]
    public async Task Message_FedByteByByte_EndsTheConnectionAtItsTime()
    {
        var (client, session) = await ConnectAsync();
        var frame = FrameClient.Frame(WebSocketOpcode.Text, Filled(10_000));
        await client.SendRawAsync([.. FrameClient.Frame(WebSocketOpcode.Ping, "?"u8), .. frame[..100]]);
        Assert.That((await client.ReceiveAsync())!.Opcode, Is.EqualTo(WebSocketOpcode.Pong));
        for (var i = 100; _time.GetTimestamp() < (MessageTimeout - Heartbeat - Heartbeat).Ticks; i++)
        {
            await client.SendRawAsync([frame[i]]);
            _time.Advance(Heartbeat);
        }

        Assert.That(session.DisconnectedCalls, Is.Zero);
        _time.Advance(4 * Heartbeat);

        Assert.That(await CloseOfAsync(client), Is.EqualTo((1008, "a message may take 00:01:00 here")));
        Assert.That(await session.Ended, Is.EqualTo(DisconnectReason.MessageTimeout));
    }

    [Test]
    public async Task Message_InFragmentsAmongPings_EndsTheConnectionAtItsTime()
    {
        var (client, session) = await ConnectAsync();
        await client.SendTextAsync("begun", fin: false);
        await RoundTripAsync(client);

        _time.Advance(MessageTimeout - Heartbeat);
        await RoundTripAsync(client);
        Assert.That(session.DisconnectedCalls, Is.Zero);
        _time.Advance(3 * Heartbeat);

        Assert.That((await CloseOfAsync(client)).Code, Is.EqualTo(1008));
    }

    [Test]
    public async Task Messages_ManyOneAfterTheOther_HaveTheirTimeEach()
    {
        var (client, session) = await ConnectAsync();
        for (var i = 0; i < 4; i++)
        {
            await client.SendTextAsync("be", fin: false);
            await RoundTripAsync(client);
            _time.Advance(MessageTimeout / 2);
            await client.SendAsync(WebSocketOpcode.Continuation, "gun"u8);
            Assert.That((await client.ReceiveAsync())!.Text, Is.EqualTo("begun"));
        }

        _time.Advance(3 * MessageTimeout);
        await RoundTripAsync(client);
        Assert.That(session.DisconnectedCalls, Is.Zero, "nothing is coming");
    }

    [Test]
    public async Task Message_TheRouterDoesNotReadMeanwhile_TimeIsNotThePeers()
    {
        var (client, session) = await ConnectAsync();
        var (work, resumed) = (new TaskCompletionSource<ReceiveStatus>(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        session.OnMessage = text => text == "slow" ? ReceiveStatus.Wait : ReceiveStatus.Continue;
        session.OnResume = () =>
        {
            resumed.SetResult();
            return work.Task;
        };
        await client.SendRawAsync([.. FrameClient.Frame(WebSocketOpcode.Text, "slow"u8), .. FrameClient.Frame(WebSocketOpcode.Text, "be"u8, fin: false)]);
        Assert.That((await client.ReceiveAsync())!.Text, Is.EqualTo("slow"));
        await resumed.Task.Soon();

        _time.Advance(3 * MessageTimeout);
        work.SetResult(ReceiveStatus.Continue);
        await client.SendAsync(WebSocketOpcode.Continuation, "gun"u8);

        Assert.That((await client.ReceiveAsync())!.Text, Is.EqualTo("begun"));
    }

    private static byte[] Filled(int size)
    {
        var bytes = new byte[size];
        Array.Fill(bytes, (byte)'z');
        return bytes;
    }

    private static async Task<(int Code, string Text)> CloseOfAsync(FrameClient client)
    {
        var frame = await client.ReceiveAsync();
        Assert.That(frame?.Opcode, Is.EqualTo(WebSocketOpcode.Close));
        return (frame!.CloseCode, System.Text.Encoding.UTF8.GetString(frame.Payload.AsSpan(2)));
    }

    /// <summary>After this the router has read all that was sent before.</summary>
    private static async Task RoundTripAsync(FrameClient client)
    {
        await client.SendAsync(WebSocketOpcode.Ping, "?"u8);
        Assert.That((await client.ReceiveAsync())!.Opcode, Is.EqualTo(WebSocketOpcode.Pong));
    }

    private async Task<(FrameClient Client, EchoReceiver Session)> ConnectAsync(bool isLoggedIn = true, string? subprotocol = null)
    {
        var client = await _rig.ConnectAsync(way == WayIn.Pipe && subprotocol is not null ? WayIn.FrontDoor : way, subprotocol ?? "wamp.2.json"); // a pipe agrees on none
        _clients.Add(client);
        var session = await _rig.Receivers.NextAsync();
        session.ReadsPastTooLarge = isLoggedIn;
        return (client, session);
    }
}
