using WampRouter.Delivery;
using WampRouter.Sessions.Outboxes;

namespace WampRouter.Transports;

/// <summary>
/// Answers pings. Where the framing allows it, as RFC 6455 section 5.5.3 does, the first ones of a read get a pong each, and of all others only the last does, so a
/// flood of pings cannot buy a flood of pongs. A peer that does not read its pongs gets none: what does not fit the outbox is dropped.
/// </summary>
/// <remarks>A mutable struct inside <see cref="KeepAlive"/>; read loop only.</remarks>
internal struct PongAnswers
{
    private const int AnsweredOneByOne = 32;

    private byte[]? _lastPing;      // only floods pay for it
    private int _lastPingLength;
    private int _pings;

    /// <summary>Answers a ping, now or at the end of the read.</summary>
    public void Answer(ReadOnlySpan<byte> payload, ConnectionFraming framing, Outbox outbox, FlushBatch batch)
    {
        if (framing.AnswersEachPing || ++_pings <= AnsweredOneByOne)
        {
            SendPong(payload, framing, outbox, batch);
            return;
        }

        payload.CopyTo(_lastPing ??= new byte[ConnectionFraming.MaxControlPayload]);
        _lastPingLength = payload.Length;
    }

    /// <summary>The pings of this read are over.</summary>
    public void EndRead(ConnectionFraming framing, Outbox outbox, FlushBatch batch)
    {
        if (_pings > AnsweredOneByOne)
        {
            SendPong(_lastPing.AsSpan(0, _lastPingLength), framing, outbox, batch);
        }

        _pings = 0;
    }

    private static void SendPong(ReadOnlySpan<byte> payload, ConnectionFraming framing, Outbox outbox, FlushBatch batch)
    {
        if (payload.Length <= ConnectionFraming.MaxControlPayload)
        {
            Span<byte> room = stackalloc byte[ConnectionFraming.MaxControlBytes];
            outbox.TryEnqueueControl(framing.Pong(room, payload), batch);
            return;
        }

        var rented = MessageBuffers.Rent(ConnectionFraming.ControlHeader + payload.Length);
        outbox.TryEnqueueControl(framing.Pong(rented, payload), batch);
        MessageBuffers.Return(rented);
    }
}
