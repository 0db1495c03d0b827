using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Transports.WebSockets.Batched;

/// <summary>Real sessions over Kestrel: peers with and without batches, of all serializers, understand one another.</summary>
internal sealed class BatchedExchangeTests
{
    private const int Publications = 200;
    private static readonly string[] Subprotocols = ["wamp.2.json", "wamp.2.msgpack", "wamp.2.cbor", "wamp.2.json.batched", "wamp.2.msgpack.batched", "wamp.2.cbor.batched"];
    private static readonly string[] Batched = [.. Subprotocols.Where(s => s.EndsWith(".batched", StringComparison.Ordinal))];

    private TestRouter _router = null!;
    private SessionHost _host = null!;
    private Uri _address = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _router = new TestRouter();
        _host = await SessionHost.StartAsync(_router);
        _address = _host.Address;
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _host.DisposeAsync();
        _router.Dispose();
    }

    [TestCaseSource(nameof(Subprotocols))]
    [Shows("batched.feature", "batched.mixed", "batched.subprotocols", "transport.message-each", "transport.several", "order.events", "transports.same-messages")]
    public async Task Publish_ToPeersOfEverySubprotocol_ArrivesInOrder(string publishing)
    {
        var topic = $"com.test.{publishing}";
        var subscribers = new List<WampSocket>();
        foreach (var subprotocol in Subprotocols)
        {
            var subscriber = await WampSocket.JoinAsync(_address, subprotocol);
            await subscriber.SendAsync([32L, 1L, NoOptions, topic]);
            Assert.That((await subscriber.ReceiveAsync())[0], Is.EqualTo((long)MessageCode.Subscribed));
            subscribers.Add(subscriber);
        }

        await using var publisher = await WampSocket.JoinAsync(_address, publishing);
        await publisher.SendAsync([.. Enumerable.Range(1, Publications).Select(i => (object?[])[16L, (long)i, NoOptions, topic, new object?[] { (long)i, "grüße" }])]);

        foreach (var subscriber in subscribers)
        {
            for (var i = 1L; i <= Publications; i++)
            {
                var message = await subscriber.ReceiveAsync();
                Assert.That(message[0], Is.EqualTo((long)MessageCode.Event));
                Assert.That(message[4], Is.EqualTo(new object?[] { i, "grüße" }), subscriber.Subprotocol);
            }

            Assert.That(subscriber.Frames, subscriber.IsBatched ? Is.LessThan(Publications) : Is.EqualTo(Publications + 2), "WebSocket messages");
            await subscriber.DisposeAsync();
        }
    }

    [Test]
    [Shows("batched.mixed")]
    public async Task Call_BetweenBatchedAndOther_IsAnswered([ValueSource(nameof(Batched))] string batched, [ValueSource(nameof(Subprotocols))] string other, [Values] bool batchedCalls)
    {
        var procedure = $"com.test.{batched}.{other}.{batchedCalls}";
        await using var callee = await WampSocket.JoinAsync(_address, batchedCalls ? other : batched);
        await using var caller = await WampSocket.JoinAsync(_address, batchedCalls ? batched : other);
        await callee.SendAsync([64L, 1L, NoOptions, procedure]);
        Assert.That((await callee.ReceiveAsync())[0], Is.EqualTo((long)MessageCode.Registered));

        object?[] arguments = [1L, "two", new byte[] { 3 }, new string('4', 5_000)];
        await caller.SendAsync([48L, 1L, NoOptions, procedure, arguments], [48L, 2L, NoOptions, procedure, arguments]);
        for (var i = 1L; i <= 2; i++)
        {
            var invocation = await callee.ReceiveAsync();
            Assert.That((invocation[0], invocation[1]), Is.EqualTo(((object)(long)MessageCode.Invocation, (object)i)));
            await callee.SendAsync([70L, i, NoOptions, invocation[4]]);
        }

        for (var i = 1L; i <= 2; i++)
        {
            var result = await caller.ReceiveAsync();
            Assert.That((result[0], result[1]), Is.EqualTo(((object)(long)MessageCode.Result, (object)i)));
            Assert.That(Wire.ReferenceCodec.AreEqual(result[3], arguments), Is.True);
        }
    }

    [TestCaseSource(nameof(Batched))]
    public async Task Goodbye_BehindOtherMessagesInABatch_IsAnsweredAfterThem(string subprotocol)
    {
        await using var peer = await WampSocket.JoinAsync(_address, subprotocol);

        await peer.SendAsync([32L, 1L, NoOptions, "com.test.goodbye"], [6L, NoOptions, "wamp.close.close_realm"], [1L, "realm1", WampSocket.Roles]);

        var codes = new List<object?>();
        for (var i = 0; i < 3; i++)
        {
            codes.Add((await peer.ReceiveAsync())[0]);
        }

        Assert.That(codes, Is.EqualTo(new object?[] { (long)MessageCode.Subscribed, (long)MessageCode.Goodbye, (long)MessageCode.Welcome }));
    }

    [TestCaseSource(nameof(Batched))]
    [Shows("violation.abort")]
    public async Task Message_NoWampMessage_IsAnsweredWithAbortInABatch(string subprotocol)
    {
        await using var peer = await WampSocket.JoinAsync(_address, subprotocol);

        await peer.SendAsync([999L, 1L]);

        Assert.That((await peer.ReceiveAsync())[0], Is.EqualTo((long)MessageCode.Abort));
    }

    private static Dictionary<string, object?> NoOptions => [];
}
