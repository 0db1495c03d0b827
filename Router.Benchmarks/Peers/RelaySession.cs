using System.Buffers.Text;
using WampRouter.Benchmarks.Dialects;
using WampRouter.Delivery;
using WampRouter.Sessions.Connections;
using WampRouter.Sessions.Outboxes;
using WampRouter.Transports.WebSockets;

namespace WampRouter.Benchmarks.Peers;

/// <summary>
/// The bare relay: what the router's transport can carry when there is next to no router. It forwards the messages of the load
/// generator by splicing bytes at positions it takes for granted, over the same connections, outboxes and batches as the router.
/// </summary>
/// <remarks>
/// What it leaves out is what the router's share is measured against: it decodes nothing beyond the message code and one number,
/// validates nothing (a message that is not exactly as the load generator writes it breaks it), knows one topic and ten procedures by
/// their last digit, matches no URI, authorizes nobody, keeps no table of calls under way (the invocation id carries the caller's
/// number and request), speaks JSON only, and answers no error ever.
/// </remarks>
internal sealed class RelaySession : IMessageReceiver
{
    // Everything after the request id of a PUBLISH and of a CALL, up to the arguments.
    private const int TopicLength = 18;             // ,{},"bench.topic",
    private const int ProcedureLength = 24;         // ,{},"bench.procedure.0",
    private const int ProcedureDigit = 21;
    private const int HeaderRoom = 10;
    private const int RequestBits = 32;

    private static readonly byte[] Goodbye = [0x81, 35, .. """[6,{},"wamp.close.goodbye_and_out"]"""u8];

    [ThreadStatic]
    private static byte[]? _frame;

    private static long _lastPublication;

    private readonly RelayTable _table;
    private readonly Outbox _outbox;
    private readonly int _number;

    public RelaySession(RelayTable table, Outbox outbox)
    {
        (_table, _outbox) = (table, outbox);
        _number = table.Join(outbox);
    }

    /// <inheritdoc />
    public ReceiveStatus Receive(ReadOnlySpan<byte> message, FlushBatch batch)
    {
        // [48,… or [1,…: the second character after the bracket tells two digits from one.
        var code = message[2] == ',' ? message[1] - '0' : ((message[1] - '0') * 10) + (message[2] - '0');
        switch (code)
        {
            case 16:
                Publish(message, batch);
                break;
            case 48:
                Call(message, batch);
                break;
            case 70:
                Yield(message, batch);
                break;
            case 32:
                Answer("[33,"u8, message, batch);
                _table.Subscribe(_outbox);
                break;
            case 64:
                Answer("[65,"u8, message, batch);
                _table.Register(message[^3] - '0', _outbox);
                break;
            case 1:
                Send(_outbox, "[2,"u8, (ulong)_number + 1, """,{"roles":{"broker":{},"dealer":{}}}]"""u8, default, batch);
                break;
            default:
                _outbox.TryEnqueueFinal(Goodbye, batch);
                return ReceiveStatus.Close;
        }

        return ReceiveStatus.Continue;
    }

    /// <inheritdoc />
    public ValueTask<ReceiveStatus> ResumeAsync() => throw new InvalidOperationException("the relay never waits");

    /// <inheritdoc />
    public void Disconnected(DisconnectReason reason) => _table.Leave(_number, _outbox);

    private void Publish(ReadOnlySpan<byte> message, FlushBatch batch)
    {
        var arguments = message[(4 + DigitsAt(message, out _) + TopicLength)..];
        var frame = Build("[36,1,"u8, (ulong)Interlocked.Increment(ref _lastPublication), ",{},"u8, arguments);
        foreach (var subscriber in _table.Subscribers)
        {
            subscriber.TryEnqueue(frame, batch);
        }
    }

    private void Call(ReadOnlySpan<byte> message, FlushBatch batch)
    {
        var tail = message[(4 + DigitsAt(message, out var request))..];
        if (_table.CalleeOf(tail[ProcedureDigit] - '0') is { } callee)
        {
            Send(callee, "[68,"u8, ((ulong)_number << RequestBits) | request, ",1,{},"u8, tail[ProcedureLength..], batch);
        }
    }

    private void Yield(ReadOnlySpan<byte> message, FlushBatch batch)
    {
        var tail = message[(4 + DigitsAt(message, out var invocation))..];
        if (_table.SessionOf((int)(invocation >> RequestBits)) is { } caller)
        {
            Send(caller, "[50,"u8, (uint)invocation, tail, default, batch);
        }
    }

    // SUBSCRIBED and REGISTERED: the request, and always the same id.
    private void Answer(ReadOnlySpan<byte> code, ReadOnlySpan<byte> message, FlushBatch batch)
    {
        DigitsAt(message, out var request);
        Send(_outbox, code, request, ",1]"u8, default, batch);
    }

    private static int DigitsAt(ReadOnlySpan<byte> message, out ulong number) =>
        Utf8Parser.TryParse(message[4..], out number, out var length) ? length : 0;

    private static void Send(Outbox receiver, ReadOnlySpan<byte> code, ulong id, ReadOnlySpan<byte> middle, ReadOnlySpan<byte> tail, FlushBatch batch) =>
        receiver.TryEnqueue(Build(code, id, middle, tail), batch);

    // The frame of a whole message: the body behind room for the longest header, then the header right before it.
    private static ReadOnlySpan<byte> Build(ReadOnlySpan<byte> code, ulong id, ReadOnlySpan<byte> middle, ReadOnlySpan<byte> tail)
    {
        var room = (_frame ??= new byte[4096]).AsSpan();
        var body = new Utf8Text(room[HeaderRoom..]);
        body.Append(code);
        body.Append(id);
        body.Append(middle);
        body.Append(tail);
        Span<byte> header = stackalloc byte[ServerFrame.MaxHeaderSize];
        var headerLength = ServerFrame.WriteHeader(header, WebSocketOpcode.Text, body.Written.Length);
        header[..headerLength].CopyTo(room[(HeaderRoom - headerLength)..]);
        return room[(HeaderRoom - headerLength)..(HeaderRoom + body.Written.Length)];
    }
}
