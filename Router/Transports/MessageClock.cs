namespace WampRouter.Transports;

/// <summary>
/// How long the message has been coming that has begun and not ended. The read loop pays no clock for it: the heartbeat looks whether it is still the same message. Precise to one heartbeat.
/// </summary>
/// <remarks>A mutable struct inside its connection; heartbeat only.</remarks>
internal struct MessageClock
{
    private long _lookedAt;     // timestamp of the last heartbeat
    private int _message;       // the number of the message that was coming then
    private TimeSpan _comingFor;

    /// <summary>Looks again.</summary>
    /// <param name="now">A timestamp of <paramref name="time"/>.</param>
    /// <param name="time">The clock.</param>
    /// <param name="isComing">Whether a message has begun and not ended.</param>
    /// <param name="number">How many messages have ended before it.</param>
    /// <param name="isHeldUp">Whether the router does not read at the moment: that time is not the peer's.</param>
    /// <returns>For how long it has been coming, as far as that is the peer's doing; zero where none is.</returns>
    public TimeSpan Look(long now, TimeProvider time, bool isComing, int number, bool isHeldUp)
    {
        var passed = time.GetElapsedTime(_lookedAt, now);
        _comingFor = !isComing || number != _message || _lookedAt == 0 ? TimeSpan.Zero : isHeldUp ? _comingFor : _comingFor + passed;
        (_lookedAt, _message) = (now, number);
        return _comingFor;
    }
}
