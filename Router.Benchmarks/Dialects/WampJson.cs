using System.Text;

namespace WampRouter.Benchmarks.Dialects;

/// <summary><c>wamp.2.json</c>, anonymous, basic profile.</summary>
internal sealed class WampJson(string realm) : Dialect
{
    private const int TailLength = 3;       // "]] after the payload

    private readonly byte[] _hello = Encoding.UTF8.GetBytes(
        $"[1,\"{realm}\"," + """{"roles":{"caller":{},"callee":{},"publisher":{},"subscriber":{}}}]""");

    public override string Subprotocol => "wamp.2.json";

    public override ReadOnlySpan<byte> Hello => _hello;

    public override ReadOnlySpan<byte> Goodbye => """[6,{},"wamp.close.close_realm"]"""u8;

    public override int NextLength(ReadOnlySpan<byte> message) => message.Length;

    public override Incoming Read(ReadOnlySpan<byte> message)
    {
        var at = 1;
        switch (NextNumber(message, ref at))
        {
            case [(byte)'3', (byte)'6']:
                return WithPayload(IncomingKind.Event, default, message);
            case [(byte)'5', (byte)'0']:
                return WithPayload(IncomingKind.Result, NextNumber(message, ref at), message);
            case [(byte)'6', (byte)'8']:
                return WithPayload(IncomingKind.Invocation, NextNumber(message, ref at), message);
            case [(byte)'3', (byte)'3'] or [(byte)'6', (byte)'5']:
                return new Incoming(IncomingKind.Acknowledged, default, default);
            case [(byte)'2']:
                return new Incoming(IncomingKind.Joined, default, default);
            case [(byte)'6']:
                return new Incoming(IncomingKind.Left, default, default);
            default:
                return new Incoming(IncomingKind.Fault, default, message);
        }
    }

    public override ReadOnlySpan<byte> Subscribe(Span<byte> scratch, uint request)
    {
        var text = new Utf8Text(scratch);
        text.Append("[32,"u8);
        text.Append(request);
        text.Append(",{},\"bench.topic\"]"u8);
        return text.Written;
    }

    public override ReadOnlySpan<byte> Register(Span<byte> scratch, uint request, int procedure)
    {
        var text = new Utf8Text(scratch);
        text.Append("[64,"u8);
        text.Append(request);
        text.Append(",{},\"bench.procedure."u8);
        text.Append((uint)procedure);
        text.Append("\"]"u8);
        return text.Written;
    }

    public override ReadOnlySpan<byte> Publish(Span<byte> scratch, uint request, ReadOnlySpan<byte> payload)
    {
        var text = new Utf8Text(scratch);
        text.Append("[16,"u8);
        text.Append(request);
        text.Append(",{},\"bench.topic\",[\""u8);
        text.Append(payload);
        text.Append("\"]]"u8);
        return text.Written;
    }

    public override ReadOnlySpan<byte> Call(Span<byte> scratch, uint request, int procedure, ReadOnlySpan<byte> payload)
    {
        var text = new Utf8Text(scratch);
        text.Append("[48,"u8);
        text.Append(request);
        text.Append(",{},\"bench.procedure."u8);
        text.Append((uint)procedure);
        text.Append("\",[\""u8);
        text.Append(payload);
        text.Append("\"]]"u8);
        return text.Written;
    }

    public override ReadOnlySpan<byte> Answer(Span<byte> scratch, in Incoming invocation)
    {
        var text = new Utf8Text(scratch);
        text.Append("[70,"u8);
        text.Append(invocation.Id);
        text.Append(",{},[\""u8);
        text.Append(invocation.Payload);
        text.Append("\"]]"u8);
        return text.Written;
    }

    private static Incoming WithPayload(IncomingKind kind, ReadOnlySpan<byte> id, ReadOnlySpan<byte> message) =>
        TestPayload.TryFind(message, TailLength, out var payload)
            ? new Incoming(kind, id, payload)
            : new Incoming(IncomingKind.Fault, default, message);

    // The digits from `at` on, spaces before and one comma after them skipped: some peers write "[50, 7, ".
    private static ReadOnlySpan<byte> NextNumber(ReadOnlySpan<byte> message, scoped ref int at)
    {
        while (at < message.Length && message[at] == ' ')
        {
            at++;
        }

        var start = at;
        while (at < message.Length && (uint)(message[at] - '0') <= 9)
        {
            at++;
        }

        var digits = message[Math.Min(start, message.Length)..at];
        at++;
        return digits;
    }
}
