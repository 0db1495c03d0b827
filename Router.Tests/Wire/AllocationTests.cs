using System.Text;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Wire;

/// <summary>Steady state allocates nothing: reading, splicing and, for ordinary values, transcoding.</summary>
internal sealed class AllocationTests
{
    private const int Rounds = 1_000;

    private static readonly WireFormat[] Formats = Enum.GetValues<WireFormat>();

    private static readonly object?[] Call =
    [
        48L, 7814135L, new Dictionary<string, object?> { ["timeout"] = 1000L }, "com.myapp.procedure",
        new object?[] { "Hello, world! Grüße", 1.5, -3L, true, null }, new Dictionary<string, object?> { ["key"] = new object?[] { 1L, 2L } },
    ];

    private static readonly object?[] Publish = [16L, 1L, new Dictionary<string, object?> { ["acknowledge"] = true }, "com.myapp.topic", .. Call[4..]];

    private static readonly object?[] Yield = [70L, 1L, new Dictionary<string, object?>(), .. Call[4..]];

    private static IEnumerable<TestCaseData> Messages() =>
        from format in Formats
        from message in new[] { ("CALL", Call), ("PUBLISH", Publish), ("YIELD", Yield) }
        select new TestCaseData(format, ReferenceCodec.Encode(format, message.Item2)).SetArgDisplayNames(format.ToString(), message.Item1);

    [TestCaseSource(nameof(Messages))]
    public void TryRead_SteadyState_AllocatesNothing(WireFormat format, byte[] bytes)
    {
        var allocated = Measure(() => MessageReader.TryRead(format, bytes, out var message, out _) && OptionRules.TryCheck(format, message, out _));

        Assert.That(allocated, Is.Zero);
    }

    [TestCaseSource(nameof(Messages))]
    public void Write_SteadyState_AllocatesNothingInAnyFormat(WireFormat format, byte[] bytes)
    {
        var allocated = Measure(() =>
        {
            MessageReader.TryRead(format, bytes, out var message, out _);
            return WriteEvent(message.Payload, WireFormat.Json) && WriteEvent(message.Payload, WireFormat.MessagePack) && WriteEvent(message.Payload, WireFormat.Cbor);
        });

        Assert.That(allocated, Is.Zero);
    }

    [Test]
    public void Measure_TextWithEscapes_SeesTheOneArray()
    {
        var bytes = Encoding.UTF8.GetBytes("""[48,1,{},"com.\u0061"]""");

        Assert.That(Measure(() => MessageReader.TryRead(WireFormat.Json, bytes, out _, out _)), Is.Positive, "or the measurement is blind");
    }

    private static bool WriteEvent(in Payload payload, WireFormat target)
    {
        var writer = MessageWriter.ForThread(new WireEncoding(target, Framing.WebSocket));
        writer.Begin(MessageCode.Event, 4 + payload.Count);
        writer.WriteId(5512315355);
        writer.WriteId(4429313566);
        writer.BeginDictionary(1);
        writer.WriteKey("topic"u8);
        writer.WriteText("com.myapp.topic"u8);
        writer.EndDictionary();
        return writer.TryWritePayload(payload, out _) && writer.End().Length > 0;
    }

    private static long Measure(Func<bool> action)
    {
        var succeeded = true;
        var allocated = AllocatedBytes.LeastOf(() =>
        {
            for (var i = 0; i < Rounds; i++)
            {
                succeeded &= action();
            }
        });
        Assert.That(succeeded, Is.True);
        return allocated;
    }
}
