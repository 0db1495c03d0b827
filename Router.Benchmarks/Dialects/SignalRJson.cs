namespace WampRouter.Benchmarks.Dialects;

/// <summary>The JSON hub protocol of ASP.NET Core SignalR, against <see cref="Peers.SignalRServer"/>: records that end in 0x1E.</summary>
internal sealed class SignalRJson : Dialect
{
    private const byte Separator = 0x1E;
    private const int EventTail = 3;        // "]} after the payload
    private const int ResultTail = 2;       // "} after the payload

    public override string Subprotocol => "";

    public override ReadOnlySpan<byte> Hello => "{\"protocol\":\"json\",\"version\":1}\u001e"u8;

    public override ReadOnlySpan<byte> Goodbye => "{\"type\":7}\u001e"u8;

    private static ReadOnlySpan<byte> TypePrefix => "{\"type\":"u8;

    private static ReadOnlySpan<byte> IdPrefix => ",\"invocationId\":\""u8;

    public override int NextLength(ReadOnlySpan<byte> message)
    {
        var end = message.IndexOf(Separator);
        return end < 0 ? message.Length : end + 1;
    }

    public override Incoming Read(ReadOnlySpan<byte> message)
    {
        message = message[..^1];
        if (message.SequenceEqual("{}"u8))
        {
            return new Incoming(IncomingKind.Joined, default, default);
        }

        if (message.Length <= TypePrefix.Length || !message.StartsWith(TypePrefix))
        {
            return new Incoming(IncomingKind.Fault, default, message);
        }

        var id = IdAt(message[(TypePrefix.Length + 1)..]);
        return message[TypePrefix.Length] switch
        {
            (byte)'1' => WithPayload(id.IsEmpty ? IncomingKind.Event : IncomingKind.Invocation, id, message, EventTail),
            (byte)'3' when message[^1] == '}' && message[^2] == '"' && TestPayload.TryFind(message, ResultTail, out var payload) =>
                new Incoming(IncomingKind.Result, id, payload),
            (byte)'3' when message.IndexOf("\"error\""u8) < 0 => new Incoming(IncomingKind.Acknowledged, id, default),
            (byte)'6' => new Incoming(IncomingKind.Ignored, default, default),
            (byte)'7' when message[^2] == '7' => new Incoming(IncomingKind.Left, default, default),
            _ => new Incoming(IncomingKind.Fault, default, message),
        };
    }

    public override ReadOnlySpan<byte> Subscribe(Span<byte> scratch, uint request)
    {
        var text = BeginInvocation(scratch, request);
        text.Append("\"target\":\"Subscribe\",\"arguments\":[]}\u001e"u8);
        return text.Written;
    }

    public override ReadOnlySpan<byte> Register(Span<byte> scratch, uint request, int procedure)
    {
        var text = BeginInvocation(scratch, request);
        text.Append("\"target\":\"Register\",\"arguments\":["u8);
        text.Append((uint)procedure);
        text.Append("]}\u001e"u8);
        return text.Written;
    }

    public override ReadOnlySpan<byte> Publish(Span<byte> scratch, uint request, ReadOnlySpan<byte> payload)
    {
        var text = new Utf8Text(scratch);
        text.Append("{\"type\":1,\"target\":\"Publish\",\"arguments\":[\""u8);
        text.Append(payload);
        text.Append("\"]}\u001e"u8);
        return text.Written;
    }

    public override ReadOnlySpan<byte> Call(Span<byte> scratch, uint request, int procedure, ReadOnlySpan<byte> payload)
    {
        var text = BeginInvocation(scratch, request);
        text.Append("\"target\":\"Call\",\"arguments\":["u8);
        text.Append((uint)procedure);
        text.Append(",\""u8);
        text.Append(payload);
        text.Append("\"]}\u001e"u8);
        return text.Written;
    }

    public override ReadOnlySpan<byte> Answer(Span<byte> scratch, in Incoming invocation)
    {
        var text = new Utf8Text(scratch);
        text.Append("{\"type\":3,\"invocationId\":\""u8);
        text.Append(invocation.Id);
        text.Append("\",\"result\":\""u8);
        text.Append(invocation.Payload);
        text.Append("\"}\u001e"u8);
        return text.Written;
    }

    private static Utf8Text BeginInvocation(Span<byte> scratch, uint request)
    {
        var text = new Utf8Text(scratch);
        text.Append("{\"type\":1,\"invocationId\":\""u8);
        text.Append(request);
        text.Append("\","u8);
        return text;
    }

    private static ReadOnlySpan<byte> IdAt(ReadOnlySpan<byte> afterType)
    {
        if (!afterType.StartsWith(IdPrefix))
        {
            return default;
        }

        var rest = afterType[IdPrefix.Length..];
        var end = rest.IndexOf((byte)'"');
        return end < 0 ? default : rest[..end];
    }

    private static Incoming WithPayload(IncomingKind kind, ReadOnlySpan<byte> id, ReadOnlySpan<byte> message, int tailLength) =>
        TestPayload.TryFind(message, tailLength, out var payload)
            ? new Incoming(kind, id, payload)
            : new Incoming(IncomingKind.Fault, default, message);
}
