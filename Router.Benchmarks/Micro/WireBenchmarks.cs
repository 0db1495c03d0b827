using BenchmarkDotNet.Attributes;
using WampRouter.Benchmarks.Dialects;
using WampRouter.Wire;

namespace WampRouter.Benchmarks.Micro;

/// <summary>
/// Decode and encode for the three pairs of the hot path, with the payload of the throughput rows. Between peers of one
/// serializer the arguments are spliced, to a peer of another one they are transcoded.
/// </summary>
[MemoryDiagnoser]
public class WireBenchmarks
{
    private readonly byte[] _payload = TestPayload.Create();
    private byte[] _publish = [];
    private byte[] _call = [];
    private byte[] _yield = [];

    /// <summary>The serializer of the peer the message comes from.</summary>
    [ParamsAllValues]
    public SerializerName From { get; set; }

    /// <summary>The serializer of the peer it goes to.</summary>
    [ParamsAllValues]
    public SerializerName To { get; set; }

    private WireEncoding Source => new((WireFormat)From, Framing.WebSocket);

    private WireEncoding Target => new((WireFormat)To, Framing.WebSocket);

    [GlobalSetup]
    public void BuildMessages()
    {
        _publish = Build(MessageCode.Publish, "bench.topic"u8);
        _call = Build(MessageCode.Call, "bench.procedure.0"u8);
        _yield = Build(MessageCode.Yield, default);
    }

    /// <summary>Once per publication and serializer, however many subscribers there are.</summary>
    [Benchmark]
    public int PublishToEvent()
    {
        Read(_publish, out var publish);
        var writer = MessageWriter.ForThread(Target);
        writer.Begin(MessageCode.Event, 5);
        writer.WriteId(4711);
        writer.WriteId(2_305_843_009_213);
        writer.WriteEmptyDictionary();
        writer.WritePayload(publish.Payload);
        return writer.End().Length;
    }

    [Benchmark]
    public int CallToInvocation()
    {
        Read(_call, out var call);
        var writer = MessageWriter.ForThread(Target);
        writer.Begin(MessageCode.Invocation, 5);
        writer.WriteId(call.Request + 1);
        writer.WriteId(4711);
        writer.WriteEmptyDictionary();
        writer.WritePayload(call.Payload);
        return writer.End().Length;
    }

    [Benchmark]
    public int YieldToResult()
    {
        Read(_yield, out var yield);
        var writer = MessageWriter.ForThread(Target);
        writer.Begin(MessageCode.Result, 4);
        writer.WriteId(yield.Request);
        writer.WriteEmptyDictionary();
        writer.WritePayload(yield.Payload);
        return writer.End().Length;
    }

    private void Read(byte[] bytes, out WampMessage message)
    {
        if (!MessageReader.TryRead(Source.Format, bytes, out message, out var fault))
        {
            throw new InvalidOperationException(fault);
        }
    }

    private byte[] Build(MessageCode code, ReadOnlySpan<byte> uri)
    {
        var writer = new MessageWriter(Source);
        writer.Begin(code, uri.IsEmpty ? 4 : 5);
        writer.WriteId(123_456);
        writer.WriteEmptyDictionary();
        if (!uri.IsEmpty)
        {
            writer.WriteText(uri);
        }

        writer.BeginList(1);
        writer.WriteText(_payload);
        writer.EndList();
        writer.End();
        return writer.Body.ToArray();
    }
}

/// <summary>The wire formats, for the column of a benchmark, which must be public.</summary>
public enum SerializerName : byte
{
    Json = WireFormat.Json,
    MessagePack = WireFormat.MessagePack,
    Cbor = WireFormat.Cbor,
}
