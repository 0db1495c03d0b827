using WampRouter.Realms.Authorization;

namespace WampRouter.Transports.Admission;

/// <summary>What one sender, or all of one address, may send in a second: messages and bytes. Charged for what a whole read brought.</summary>
/// <remarks>One thread at a time.</remarks>
/// <param name="rates">How much.</param>
/// <param name="burst">As much as in so long a time may come at once.</param>
/// <param name="now">A timestamp.</param>
internal sealed class RateBuckets(TrafficRates rates, TimeSpan burst, long now)
{
    private TokenBucket _messages = new(rates.Messages ?? 1, (rates.Messages ?? 1) * burst.TotalSeconds, now);
    private TokenBucket _bytes = new(rates.Bytes ?? 1, (rates.Bytes ?? 1) * burst.TotalSeconds, now);

    /// <summary>Whether nothing was sent for so long that nothing of it is to be remembered.</summary>
    public bool AreFull(long now, TimeProvider time) =>
        (rates.Messages is null || _messages.IsFull(now, time)) && (rates.Bytes is null || _bytes.IsFull(now, time));

    /// <summary>Notes what was sent.</summary>
    /// <returns>How long to wait until more may come.</returns>
    public TimeSpan Charge(int messages, long bytes, long now, TimeProvider time)
    {
        var first = rates.Messages is null ? TimeSpan.Zero : _messages.Charge(messages, now, time);
        var second = rates.Bytes is null ? TimeSpan.Zero : _bytes.Charge(bytes, now, time);
        return first > second ? first : second;
    }
}
