using System.Buffers.Binary;
using WampRouter.Sessions.Connections;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Hostile;
using WampRouter.Tests.Wire;
using WampRouter.Wire;

namespace WampRouter.Fuzzing;

/// <summary>
/// A session that has joined, and messages to it: each input is a series of them, each behind its length in two bytes. Somebody else listens; what he and the session are sent is
/// well-formed for readers that share no code with the router.
/// </summary>
internal sealed class SessionTarget : Target
{
    private const int LengthBytes = 2;
    private const int SeedMessages = 3;

    private readonly WireFormat _format;

    // Not before the first input comes: until then code that is instrumented has nowhere to leave its traces.
    private readonly Lazy<(TestRouter Router, TestPeer Witness)> _rig;
    private readonly ManualTime _time = new();

    public SessionTarget(WireFormat format)
    {
        _format = format;
        _rig = new(NewRig);
    }

    /// <inheritdoc />
    public override IEnumerable<byte[]> Seeds() => Messages(_format).Chunk(SeedMessages).Select(Join);

    /// <inheritdoc />
    public override void Take(ReadOnlySpan<byte> input)
    {
        var (router, witness) = _rig.Value;
        var peer = router.Connect(TestPeer.Local(_format)).Send(ReferenceCodec.Encode(_format, SpoiledMessages.Hello));
        while (input.Length > LengthBytes && peer.Status == ReceiveStatus.Continue)
        {
            var length = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(input), input.Length - LengthBytes);
            peer.Send(input.Slice(LengthBytes, length));
            input = input[(LengthBytes + length)..];
        }

        peer.Disconnect();
        ExpectReadable(peer, _format);
        ExpectReadable(witness, WireFormat.Json);
        Expect(witness.Status == ReceiveStatus.Continue, "what one session sends never ends another");
        _time.Advance(TimeSpan.FromHours(1));       // whoever may come back does not
        ExpectReadable(witness, WireFormat.Json);
        Expect(router.Live.Count == 1 && router.Hosted.Realm.Members == 1, "a session ends with its connection, or when its time is over");
    }

    private (TestRouter Router, TestPeer Witness) NewRig()
    {
        var router = new TestRouter(time: _time);
        var witness = router.Join().Send("""[32,1,{"match":"prefix"},"com.fuzz."]""").Send("""[64,2,{},"com.fuzz.echo"]""");
        witness.Discard();
        return (router, witness);
    }

    private static void ExpectReadable(TestPeer peer, WireFormat format)
    {
        foreach (var message in peer.TakeBytes())
        {
            Expect(ReferenceCodec.IsList(format, message), "what is sent is a list");
        }
    }

    private static byte[] Join(byte[][] messages)
    {
        var joined = new MemoryStream();
        var length = new byte[LengthBytes];
        foreach (var message in messages)
        {
            BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)message.Length);
            joined.Write(length);
            joined.Write(message);
        }

        return joined.ToArray();
    }
}
