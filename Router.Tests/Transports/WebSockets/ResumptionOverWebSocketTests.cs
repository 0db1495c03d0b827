using WampRouter.Tests.Doubles;
using WampRouter.Tests.Transports.WebSockets.Batched;
using WampRouter.Wire;

namespace WampRouter.Tests.Transports.WebSockets;

/// <summary>docs/resumption.md over real connections that break, in every serializer, with batches and without.</summary>
internal sealed class ResumptionOverWebSocketTests
{
    private const int Publications = 100;
    private const int ReadBeforeTheLoss = 30;

    private static readonly string[] Subprotocols = ["wamp.2.json", "wamp.2.msgpack", "wamp.2.cbor", "wamp.2.json.batched", "wamp.2.msgpack.batched", "wamp.2.cbor.batched"];

    private TestRouter _router = null!;
    private SessionHost _host = null!;

    private static Dictionary<string, object?> NoOptions => [];

    [SetUp]
    public async Task StartAsync()
    {
        _router = new TestRouter();
        _host = await SessionHost.StartAsync(_router);
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _host.DisposeAsync();
        _router.Dispose();
    }

    [TestCaseSource(nameof(Subprotocols))]
    public async Task Resume_AfterABrokenConnection_EveryEventArrivesOnceInOrder(string subprotocol)
    {
        await using var publisher = await WampSocket.JoinAsync(_host.Address, "wamp.2.json");
        await using var lost = await JoinAsync(subprotocol);
        await lost.SendAsync([32L, 1L, NoOptions, "com.topic"]);
        await lost.ReceiveAsync();
        await PublishAsync(publisher, 1, Publications);
        await ReceiveEventsAsync(lost, 1, ReadBeforeTheLoss);
        lost.Abort();
        await PublishAsync(publisher, Publications + 1, Publications);

        // Whether the router has noticed the loss by now or not: it is the same to the client.
        await using var resumed = await ResumeAsync(lost, received: 1 + ReadBeforeTheLoss);

        Assert.That(resumed.Welcome["resumed"], Is.EqualTo(true));
        Assert.That(resumed.Session, Is.EqualTo(lost.Session));
        Assert.That(resumed.Welcome["_received"], Is.EqualTo(1L));
        await PublishAsync(publisher, (2 * Publications) + 1, 1);
        await ReceiveEventsAsync(resumed, ReadBeforeTheLoss + 1, (2 * Publications) + 1 - ReadBeforeTheLoss);
    }

    [TestCaseSource(nameof(Subprotocols))]
    public async Task Resume_OldConnectionStillOpen_IsDroppedAndTheCallIsAnswered(string subprotocol)
    {
        await using var caller = await WampSocket.JoinAsync(_host.Address, "wamp.2.json");
        await using var old = await JoinAsync(subprotocol);
        await old.SendAsync([64L, 1L, NoOptions, "com.procedure"]);
        await old.ReceiveAsync();

        await using var callee = await ResumeAsync(old, received: 1);
        await caller.SendAsync([48L, 1L, NoOptions, "com.procedure", new object?[] { 7L }]);
        var invocation = await callee.ReceiveAsync();
        await callee.SendAsync([70L, invocation[1], NoOptions, new object?[] { 8L }]);
        var result = await caller.ReceiveAsync();

        Assert.Multiple(() =>
        {
            Assert.That(callee.Welcome["resumed"], Is.EqualTo(true));
            Assert.That(result[0], Is.EqualTo((long)MessageCode.Result));
            Assert.That(result[3], Is.EqualTo(new object?[] { 8L }));
        });
    }

    [Test]
    public async Task Resume_OverAnotherSubprotocol_GetsANewSession([Values("wamp.2.cbor", "wamp.2.json.batched")] string other)
    {
        await using var lost = await JoinAsync("wamp.2.json");
        lost.Abort();

        await using var resumed = await ResumeAsync(lost, received: 0, other);

        Assert.That(resumed.Welcome["resumed"], Is.EqualTo(false));
        Assert.That(resumed.Welcome["resumable"], Is.EqualTo(true));
        Assert.That(_router.Live.Find((ulong)lost.Session), Is.Null);
    }

    private Task<WampSocket> JoinAsync(string subprotocol) =>
        WampSocket.JoinAsync(_host.Address, subprotocol, new Dictionary<string, object?> { ["resumable"] = true });

    private Task<WampSocket> ResumeAsync(WampSocket lost, long received, string? subprotocol = null) =>
        WampSocket.JoinAsync(_host.Address, subprotocol ?? lost.Subprotocol, new Dictionary<string, object?>
        {
            ["resumable"] = true,
            ["resume-session"] = lost.Session,
            ["resume-token"] = lost.Welcome["resume_token"],
            ["_received"] = received,
        });

    /// <summary>Publishes, and comes back when the router has taken all.</summary>
    private static async Task PublishAsync(WampSocket publisher, int first, int count)
    {
        await publisher.SendAsync([.. Enumerable.Range(first, count).Select(number =>
            (object?[])[16L, (long)number, new Dictionary<string, object?> { ["acknowledge"] = true }, "com.topic", new object?[] { (long)number }])]);
        for (var i = 0; i < count; i++)
        {
            Assert.That((await publisher.ReceiveAsync())[0], Is.EqualTo((long)MessageCode.Published));
        }
    }

    private static async Task ReceiveEventsAsync(WampSocket subscriber, int first, int count)
    {
        for (var number = first; number < first + count; number++)
        {
            var message = await subscriber.ReceiveAsync();
            Assert.That(message[0], Is.EqualTo((long)MessageCode.Event));
            Assert.That(message[4], Is.EqualTo(new object?[] { (long)number }));
        }
    }
}
