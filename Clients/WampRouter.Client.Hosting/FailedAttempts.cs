namespace WampRouter.Client.Hosting;

/// <summary>
/// Chooses which of the failed attempts to connect are told at full volume while the router is away: each reason once, and every tenth, hundredth, thousandth attempt, so that a
/// router that is away all night fills no log. Any thread.
/// </summary>
internal sealed class FailedAttempts
{
    /// <summary>Reasons beyond it are not remembered: a text that is new each time must not make every attempt worth a line.</summary>
    private const int MaxReasons = 16;

    private readonly Lock _lock = new();        // innermost
    private readonly HashSet<string> _reasons = new(StringComparer.Ordinal);
    private long _count;

    /// <summary>Another one failed.</summary>
    /// <param name="reason">Why.</param>
    /// <returns>Which it was, from 1, and whether it is to be told.</returns>
    public (long Number, bool ShouldTell) Add(string reason)
    {
        lock (_lock)
        {
            _count++;
            var isNew = _reasons.Count < MaxReasons && _reasons.Add(reason);
            return (_count, isNew || IsRound(_count));
        }
    }

    /// <summary>The router goes away anew.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _count = 0;
            _reasons.Clear();
        }
    }

    private static bool IsRound(long number)
    {
        while (number >= 10 && number % 10 == 0)
        {
            number /= 10;
        }

        return number == 1;
    }
}
