using System.Buffers.Binary;
using WampRouter.Delivery;
using WampRouter.Sessions.Outboxes;

namespace WampRouter.Transports;

/// <summary>
/// Whether a silent peer is still there: after an interval without a byte from it a ping goes out, and if nothing at all comes back in
/// time the peer is gone. Any byte counts as life, so a peer busy sending is never pinged. Precise to one heartbeat. When to ping is decided here; what a ping
/// looks like, the framing knows.
/// </summary>
/// <remarks>
/// <see cref="IsPeerGone"/> belongs to the heartbeat, everything else to the read loop; what both touch is written with one store.
/// </remarks>
internal sealed class KeepAlive(TransportServices services, ConnectionFraming framing, Outbox outbox)
{
    private bool _heard;            // since the last heartbeat; the read loop pays one store per read, not a clock
    private long _silentSince = services.Time.GetTimestamp();
    private long _pingSentAt;       // timestamp of the last ping
    private ulong _pings;           // the last ping's number, which is its payload
    private bool _awaiting;         // heartbeat only: a ping is out and nothing was heard since
    private long _roundTripTicks;
    private PongAnswers _pongs;

    /// <summary>The last measured time from ping to pong; zero until there is one. Any thread.</summary>
    public TimeSpan RoundTrip => new(Volatile.Read(in _roundTripTicks));

    /// <summary>Something arrived.</summary>
    public void Heard() => Volatile.Write(ref _heard, true);

    /// <summary>Sends a ping when one is due.</summary>
    /// <param name="now">A timestamp.</param>
    /// <param name="isHeldUp">Whether the router does not read at the moment: the silence is ours then.</param>
    /// <returns>True once a ping went unanswered for too long.</returns>
    public bool IsPeerGone(long now, bool isHeldUp)
    {
        if (!framing.HasPings)
        {
            return false;
        }

        if (isHeldUp || Volatile.Read(ref _heard))
        {
            Volatile.Write(ref _heard, false);
            _silentSince = now;
            _awaiting = false;
            return false;
        }

        if (_awaiting)
        {
            return services.Time.GetElapsedTime(_pingSentAt, now) >= services.Options.PingTimeout;
        }

        if (services.Time.GetElapsedTime(_silentSince, now) >= services.Options.PingInterval)
        {
            SendPing();
        }

        return false;
    }

    /// <summary>The peer asks whether we are there.</summary>
    public void OnPing(ReadOnlySpan<byte> payload, FlushBatch batch) => _pongs.Answer(payload, framing, outbox, batch);

    /// <summary>What came with one read is over.</summary>
    public void EndRead(FlushBatch batch) => _pongs.EndRead(framing, outbox, batch);

    /// <summary>Measures the round trip, if this answers the last ping; any other pong is late or unsolicited, and allowed (RFC 6455 section 5.5.3).</summary>
    public void OnPong(ReadOnlySpan<byte> payload)
    {
        var number = Volatile.Read(ref _pings);
        if (number == 0 || payload.Length != sizeof(ulong) || BinaryPrimitives.ReadUInt64BigEndian(payload) != number)
        {
            return;
        }

        var roundTrip = services.Time.GetElapsedTime(Volatile.Read(ref _pingSentAt));
        Volatile.Write(ref _roundTripTicks, roundTrip.Ticks);
        services.Metrics.RoundTrip(roundTrip);
    }

    private void SendPing()
    {
        // The clock first: a pong cannot overtake what it is measured by.
        Volatile.Write(ref _pingSentAt, services.Time.GetTimestamp());
        Volatile.Write(ref _pings, _pings + 1);
        _awaiting = true;
        Span<byte> payload = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(payload, _pings);

        // Where the outbox is full no ping goes out, and the wait for life begins all the same: a peer that reads nothing may be gone.
        Span<byte> frame = stackalloc byte[ConnectionFraming.MaxControlBytes];
        outbox.TryEnqueueControl(framing.Ping(frame, payload), FlushBatch.OfThread);
        FlushBatch.OfThread.Flush();
    }
}
