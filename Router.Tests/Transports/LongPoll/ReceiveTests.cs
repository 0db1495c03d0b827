using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using WampRouter.Sessions.Connections;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Transports.LongPoll;

/// <summary>Requests that wait for messages: what they get, who takes whose place, and when there is nothing.</summary>
[Over("longpoll, longpoll batched", "json")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ReceiveTests
{
    private const int PollTimeout = 1114;

    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1);

    private readonly ManualTime _time = new();
    private LongPollRig _rig = null!;

    [SetUp]
    public async Task StartAsync() => _rig = await LongPollRig.StartAsync(_time);

    [TearDown]
    public async Task StopAsync() => await _rig.DisposeAsync();

    [Test]
    [Shows("longpoll.receive")]
    public async Task Receive_SeveralMessagesWait_ReturnsTheFirst()
    {
        var (id, session) = await OpenAsync();
        foreach (var message in (string[])["[1]", "[2]", "[3]"])
        {
            LongPollRig.Say(session, message);
        }

        using var first = await _rig.PostAsync($"{id}/receive").Soon();

        Assert.That(await first.Content.ReadAsStringAsync(), Is.EqualTo("[1]"));
        Assert.That(first.Content.Headers.ContentType!.ToString(), Is.EqualTo("application/json"));
        Assert.That(first.Headers.CacheControl!.ToString(), Is.EqualTo("no-store"));
        Assert.That(await _rig.AskAsync($"{id}/receive"), Is.EqualTo((200, "[2]")));
        Assert.That(await _rig.AskAsync($"{id}/receive"), Is.EqualTo((200, "[3]")));
    }

    [Test]
    [Shows("longpoll.receive")]
    public async Task Receive_Batched_ReturnsAllThatWait()
    {
        var (id, session) = await OpenAsync("wamp.2.json.batched");
        foreach (var message in (string[])["[1]", "[2]", "[3]"])
        {
            LongPollRig.Say(session, message);
        }

        Assert.That(await _rig.AskAsync($"{id}/receive"), Is.EqualTo((200, "[1]\u001e[2]\u001e[3]\u001e")));
    }

    [TestCase("wamp.2.json", "application/json")]
    [TestCase("wamp.2.msgpack", "application/x-msgpack")]
    [TestCase("wamp.2.cbor.batched", "application/cbor")]
    public async Task Receive_OfASerializer_SaysItsType(string protocol, string type)
    {
        var (id, session) = await OpenAsync(protocol);
        LongPollRig.Say(session, "[1]");

        using var received = await _rig.PostAsync($"{id}/receive").Soon();

        Assert.That(received.Content.Headers.ContentType!.ToString(), Is.EqualTo(type));
    }

    [Test]
    [Shows("longpoll.receive")]
    public async Task Receive_NothingWaits_WaitsForAMessage()
    {
        var (id, session) = await OpenAsync();
        var receiving = _rig.AskAsync($"{id}/receive");
        _time.Advance(TimeSpan.FromSeconds(8));

        LongPollRig.Say(session, "[1]");

        Assert.That(await receiving.Soon(), Is.EqualTo((200, "[1]")));
    }

    [Test]
    [Shows("longpoll.receive")]
    public async Task Receive_HasWaitedForLong_IsAnsweredEmptyAndTheNextOneWaitsAnew()
    {
        var (id, session) = await OpenAsync();
        for (var i = 0; i < 5; i++)
        {
            var receiving = _rig.AskAsync($"{id}/receive");
            await PassUntilAsync(receiving);
            Assert.That(await receiving.Soon(), Is.EqualTo((204, "")));
        }

        LongPollRig.Say(session, "[1]");
        Assert.That(await _rig.AskAsync($"{id}/receive"), Is.EqualTo((200, "[1]")));
    }

    [Test]
    [Shows("longpoll.receive")]
    public async Task Receive_AnotherComes_IsAnsweredEmptyAndTheOtherGetsTheMessage()
    {
        var (id, session) = await OpenAsync();
        var first = _rig.AskAsync($"{id}/receive");
        var second = _rig.AskAsync($"{id}/receive");
        var replaced = await Task.WhenAny(first, second).Soon();

        LongPollRig.Say(session, "[1]");

        Assert.That(await replaced, Is.EqualTo((204, "")));
        Assert.That(await (replaced == first ? second : first).Soon(), Is.EqualTo((200, "[1]")));
    }

    [Test]
    public async Task Receive_Flood_AllButOneAreAnsweredEmpty()
    {
        var (id, session) = await OpenAsync();
        var all = Enumerable.Range(0, 50).Select(_ => _rig.AskAsync($"{id}/receive")).ToList();
        var answered = new List<(int, string)>();
        while (all.Count > 1)
        {
            var next = await Task.WhenAny(all).Soon();
            all.Remove(next);
            answered.Add(await next);
        }

        LongPollRig.Say(session, "[1]");

        Assert.That(answered, Is.All.EqualTo((204, "")));
        Assert.That(await all[0].Soon(), Is.EqualTo((200, "[1]")));
    }

    [Test]
    [Shows("longpoll.delivery")]
    public async Task Receive_ClientGoesWhileItWaits_MessageIsForTheNext([Values] bool isReset)
    {
        var (arrived, gone) = (new TaskCompletionSource(), new TaskCompletionSource());
        await _rig.DisposeAsync();
        _rig = await LongPollRig.StartAsync(_time, use: app => app.Use((context, next) =>
        {
            if (context.Request.Path.Value!.EndsWith("/receive", StringComparison.Ordinal))
            {
                context.RequestAborted.Register(() => gone.TrySetResult());
                arrived.TrySetResult();
            }

            return next(context);
        }));
        var (id, session) = await OpenAsync();
        using (var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, LingerState = new LingerOption(isReset, 0) })
        {
            await socket.ConnectAsync(_rig.Address.Host, _rig.Address.Port);
            await socket.SendAsync(Encoding.ASCII.GetBytes($"POST /lp/{id}/receive HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"));
            await arrived.Task.Soon();
        }

        await gone.Task.Soon();
        LongPollRig.Say(session, "[1]");

        Assert.That(await _rig.AskAsync($"{id}/receive"), Is.EqualTo((200, "[1]")));
    }

    [Test]
    public async Task Transport_NobodyReceives_EndsAfterItsTimeWithLogAndMetric()
    {
        using var ends = new Measured(_rig.Meter, "wamp_router.connection.ends");
        var (id, session) = await OpenAsync();
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.That(session.DisconnectedCalls, Is.Zero);

        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.That(await session.Ended, Is.EqualTo(DisconnectReason.PollTimeout));
        Assert.That(await WhenGoneAsync(id), Is.EqualTo(404));
        Assert.That(ends.Tags, Is.EqualTo(new[] { "transport=longpoll,reason=poll_timeout" }));
        Assert.That(_rig.Log.Of(PollTimeout), Has.Count.EqualTo(1).And.All.Contains("it has not asked for messages for 3").And.All.Contains("LongPollTimeout"));
        Assert.That(_rig.Services.Roster.Count, Is.Zero);
    }

    [Test]
    public async Task Transport_SendsAndNeverReceives_EndsAllTheSame()
    {
        var (id, session) = await OpenAsync();
        for (var i = 0; i < 4 && session.DisconnectedCalls == 0; i++)
        {
            await _rig.AskAsync($"{id}/send", "[1,\"r\",{}]");
            _time.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.That(await session.Ended, Is.EqualTo(DisconnectReason.PollTimeout));
    }

    [Test]
    public async Task Transport_ReceivesAgainAndAgain_Lives()
    {
        var (id, session) = await OpenAsync();
        for (var i = 0; i < 10; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(20));
            LongPollRig.Say(session, $"[{i}]");
            Assert.That(await _rig.AskAsync($"{id}/receive"), Is.EqualTo((200, $"[{i}]")));
        }

        Assert.That(session.DisconnectedCalls, Is.Zero);
    }

    [Test]
    public async Task Outbox_OfWhomNobodyAsks_IsBounded()
    {
        await _rig.DisposeAsync();
        _rig = await LongPollRig.StartAsync(_time, options => options.OutboxBytes = 64 * 1024);
        var (_, session) = await OpenAsync();
        var frame = new byte[4 + 1024];
        frame[2] = 4;
        var results = new List<WampRouter.Sessions.Outboxes.EnqueueResult>();
        for (var i = 0; i < 500; i++)
        {
            results.Add(session.Connection.Outbox.TryEnqueue(frame, WampRouter.Delivery.FlushBatch.OfThread));
            WampRouter.Delivery.FlushBatch.OfThread.Flush();
        }

        Assert.That(results.Last(), Is.EqualTo(WampRouter.Sessions.Outboxes.EnqueueResult.Full));
        Assert.That(results.Count(result => result == WampRouter.Sessions.Outboxes.EnqueueResult.Accepted), Is.LessThan(200));
    }

    private async Task<(string Id, EchoReceiver Session)> OpenAsync(string protocol = "wamp.2.json") => (await _rig.OpenAsync(protocol), await _rig.Receivers.NextAsync());

    /// <summary>Lets time pass until a request is answered, with something else in between: it may not have come yet.</summary>
    private async Task PassUntilAsync(Task answered)
    {
        for (var passed = 0; !answered.IsCompleted && passed < 25; passed++)
        {
            _time.Advance(Heartbeat);
            await _rig.AskAsync("nobody/receive");
        }
    }

    private async Task<int> WhenGoneAsync(string id)
    {
        while (true)
        {
            if ((await _rig.AskAsync($"{id}/send", "[]")).Status is var status and not 410)
            {
                return status;
            }
        }
    }
}
