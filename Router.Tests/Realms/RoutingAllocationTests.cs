using System.Text;
using WampRouter.Delivery;
using WampRouter.Realms;
using WampRouter.Realms.Members;
using WampRouter.Realms.Peers;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Realms;

/// <summary>Rule 8 of the hot path (docs/architecture.md): a routed message allocates nothing in steady state.</summary>
internal sealed class RoutingAllocationTests
{
    private const int Rounds = 1_000;
    private const int MostRounds = 20 * Rounds;     // no measurement takes more

    private static readonly FlushBatch Batch = new();

    private Realm _realm = null!;

    [SetUp]
    public void SetUp() => _realm = new Realm(TestRouter.OpenRealm);

    [Test]
    public void CallAndYield_SteadyState_AllocateNothing()
    {
        var (caller, callee) = (Join(), Join());
        Route(callee, """[64,1,{},"com.example.procedure"]"""u8);

        var calls = Messages(round => $$"""[48,{{round}},{},"com.example.procedure",["some payload"]]""");
        var yields = Messages(round => $$"""[70,{{round}},{},["some result"]]""");
        Assert.That(BytesPerRound(round =>
        {
            Route(caller, calls[round]);
            Route(callee, yields[round]);
        }), Is.Zero);
    }

    [TestCase("exact", "com.example.topic")]
    [TestCase("prefix", "com.example.")]
    [TestCase("wildcard", "com..topic")]
    public void Publish_SteadyState_AllocatesNothing(string match, string subscribed)
    {
        var publisher = Join();
        for (var i = 0; i < 3; i++)
        {
            Route(Join(), Encoding.UTF8.GetBytes($$"""[32,1,{"match":"{{match}}"},"{{subscribed}}"]"""));
        }

        var publications = Messages(round => $$"""[16,{{round}},{},"com.example.topic",["some payload"]]""");
        Assert.That(BytesPerRound(round => Route(publisher, publications[round])), Is.Zero);
    }

    private static byte[][] Messages(Func<int, string> message) => [.. Enumerable.Range(1, MostRounds).Select(round => Encoding.UTF8.GetBytes(message(round)))];

    private static double BytesPerRound(Action<int> round)
    {
        var next = 0;
        var allocated = AllocatedBytes.LeastOf(() =>
        {
            for (var i = 0; i < Rounds; i++)
            {
                round(next++);
            }
        });
        return allocated / (double)Rounds;
    }

    private Member Join()
    {
        _realm.TryJoin(new MemberIdentity(WampId.NextUnguessable(), "someone", "anonymous", "anonymous", "static"), PeerFeatures.None, new DeafPeer(), out var member, out _);
        return member!;
    }

    private void Route(Member member, ReadOnlySpan<byte> json)
    {
        if (!MessageReader.TryRead(WireFormat.Json, json, out var message, out var fault) || (fault = _realm.Route(member, message, Batch)?.ToString()) is not null)
        {
            Assert.Fail(fault ?? "unreadable");
        }
    }

    /// <summary>Takes everything and keeps nothing.</summary>
    private sealed class DeafPeer : IPeer
    {
        public WireEncoding Encoding { get; } = new(WireFormat.Json, Framing.WebSocket);

        public int MaxMessageBytes => int.MaxValue;

        public PeerTraffic Traffic => default;

        public SendOutcome Send(ReadOnlySpan<byte> frame, FlushBatch batch, IDeliveryGate? gate = null) => SendOutcome.Taken;

        public SendOutcome Offer(ReadOnlySpan<byte> frame, FlushBatch batch, IDeliveryGate? gate = null) => SendOutcome.Taken;

        public SendOutcome SendEvent(ReadOnlySpan<byte> frame, IDeliveryGate gate, FlushBatch batch) => SendOutcome.Taken;

        public void Note(in Remark remark)
        {
        }

        public void Close(string reason, string? message, MemberIdentity? by)
        {
        }
    }
}
