using System.Buffers.Binary;
using WampRouter.Realms;
using WampRouter.Sessions;

namespace WampRouter.Transports.WebSocket;

/// <summary>
/// Whether a silent peer is still there: after an interval without a byte from it a ping goes out, and if nothing at all comes back in
/// time the peer is gone. Any byte counts as life, so a peer busy sending is never pinged. Precise to one heartbeat.
/// </summary>
/// <remarks>
/// A mutable struct inside its connection. <see cref="Heard"/> and <see cref="OnPong"/> belong to the read loop, <see cref="IsPeerGone"/> to the
/// heartbeat; what both touch is written with one store.
/// </remarks>
internal struct KeepAlive(TransportServices services)
{
    private bool _heard;            // since the last heartbeat; the read loop pays one store per read, not a clock
    private long _silentSince = services.Time.GetTimestamp();
    private long _pingSentAt;       // timestamp of the last ping
    private ulong _pings;           // the last ping's number, which is its payload
    private bool _awaiting;         // heartbeat only: a ping is out and nothing was heard since
    private long _roundTripTicks;

    /// <summary>The last measured time from ping to pong; zero until there is one. Any thread.</summary>
    public readonly TimeSpan RoundTrip => new(Volatile.Read(in _roundTripTicks));

    /// <summary>Something arrived, or the silence is not the peer's.</summary>
    public void Heard() => Volatile.Write(ref _heard, true);

    /// <summary>Sends a ping when one is due.</summary>
    /// <param name="now">A timestamp.</param>
    /// <param name="outbox">Where the ping goes.</param>
    /// <returns>True once a ping went unanswered for too long.</returns>
    public bool IsPeerGone(long now, Outbox outbox)
    {
        if (Volatile.Read(ref _heard))
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
            SendPing(outbox);
        }

        return false;
    }

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

    private void SendPing(Outbox outbox)
    {
        // The clock first: a pong cannot overtake what it is measured by.
        Volatile.Write(ref _pingSentAt, services.Time.GetTimestamp());
        Volatile.Write(ref _pings, _pings + 1);
        _awaiting = true;
        Span<byte> payload = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(payload, _pings);

        // Where the outbox is full no ping goes out, and the wait for life begins all the same: a peer that reads nothing may be gone.
        Span<byte> frame = stackalloc byte[ServerFrame.MaxControlSize];
        outbox.TryEnqueueControl(ServerFrame.WriteControl(frame, WebSocketOpcode.Ping, payload), FlushBatch.OfThread);
        FlushBatch.OfThread.Flush();
    }
}
