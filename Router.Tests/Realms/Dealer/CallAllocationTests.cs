using System.Text;
using WampRouter.Delivery;
using WampRouter.Realms;
using WampRouter.Realms.Members;
using WampRouter.Realms.Peers;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Realms.Dealer;

/// <summary>A plain call, there and back, costs no allocation: neither for an exact procedure nor for one that a pattern serves, alone or shared.</summary>
public sealed class CallAllocationTests
{
    private const int Calls = 1_000;

    [TestCase("{}")]
    [TestCase("""{"match":"prefix"}""")]
    [TestCase("""{"match":"wildcard","invoke":"roundrobin"}""")]
    [TestCase("""{"invoke":"random"}""")]
    public void Call_ThereAndBack_AllocatesNothing(string registerOptions)
    {
        var realm = new Realm(TestRouter.OpenRealm);
        var (caller, callee) = (Join(realm), Join(realm));
        var batch = new FlushBatch();
        realm.Route(callee, Read($$"""[64,1,{{registerOptions}},"com.procedure"]"""), batch);
        var call = Read("""[48,1,{},"com.procedure",["some text"]]""");
        var yield = Read("""[70,1,{},["some text"]]""");
        var least = long.MaxValue;
        for (var round = 0; round < 20; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Calls; i++)
            {
                realm.Route(caller, call, batch);
                realm.Route(callee, yield, batch);
                call.Request++;
                yield.Request++;
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.That(least, Is.Zero, "after the first round, which makes tables and buffers");
    }

    private static Member Join(Realm realm)
    {
        Assert.That(realm.TryJoin(new MemberIdentity(WampId.NextUnguessable(), "someone", "anonymous", "anonymous", "static"), PeerFeatures.CalleeCanceling, new SilentPeer(), out var member, out _), Is.True);
        return member!;
    }

    private static WampMessage Read(string json)
    {
        Assert.That(MessageReader.TryRead(WireFormat.Json, Encoding.UTF8.GetBytes(json), out var message, out var fault), Is.True, fault);
        return message;
    }

    /// <summary>Takes every frame and keeps none.</summary>
    private sealed class SilentPeer : IPeer
    {
        public WireEncoding Encoding { get; } = new(WireFormat.Json, Framing.RawSocket);

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
