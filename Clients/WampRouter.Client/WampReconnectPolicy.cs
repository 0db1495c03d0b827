namespace WampRouter.Client;

/// <summary>
/// How long to wait between attempts to join again: doubling from <see cref="InitialDelay"/> to <see cref="MaxDelay"/>, each
/// shortened by up to half at random, so that the clients of a restarted router do not return in one wave.
/// </summary>
public sealed record WampReconnectPolicy
{
    /// <summary>The wait before the first attempt. Default 200 ms.</summary>
    public TimeSpan InitialDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest wait, up to 49 days. Default 30 s.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>After how many failed attempts in a row to give up. Default: never.</summary>
    public int MaxAttempts { get; init; } = int.MaxValue;

    /// <summary>
    /// Whether <see cref="WampClient.ConnectAsync"/> retries as well, for a service that may start before its router.
    /// Default <see langword="false"/>. What a wrong address or ticket leads to, <see cref="WhenRefused"/> says.
    /// </summary>
    public bool RetryFirstConnect { get; init; }

    /// <summary>
    /// What to do when the client is refused: the realm or the user does not exist, the ticket is wrong, no WAMP router is at the address. Default: the first connect fails, and
    /// later ones are tried again.
    /// </summary>
    public WampRefusedBehavior WhenRefused { get; init; }

    /// <summary>
    /// Says which reasons end the client instead of another attempt, beside those that <see cref="WhenRefused"/> takes: of a lost session, or of an attempt that failed, the first
    /// included. For example <c>e => e.ErrorUri == "wamp.close.killed"</c>. Default: none, because an unattended service that gave up helps nobody.
    /// </summary>
    public Func<WampException, bool>? GiveUpWhen { get; init; }

    /// <summary>The wait before an attempt.</summary>
    /// <param name="attempt">0 for the first attempt after the loss.</param>
    /// <param name="random">Between 0 and 1: how much of the possible shortening to apply.</param>
    internal TimeSpan Delay(int attempt, double random)
    {
        var doubled = InitialDelay.TotalMilliseconds * Math.Pow(2, Math.Min(attempt, 30));
        return TimeSpan.FromMilliseconds(Math.Min(doubled, MaxDelay.TotalMilliseconds) * (1 - (random / 2)));
    }

    /// <summary>Whether the first connect is tried again.</summary>
    /// <param name="attempt">The attempt that failed, from 0.</param>
    /// <param name="failure">Why.</param>
    internal bool MayRetryFirst(int attempt, WampConnectionException failure) =>
        RetryFirstConnect && MayRetry(attempt, failure) && !(failure.IsRefusal && WhenRefused is WampRefusedBehavior.FailFirstConnect);

    /// <summary>Whether another attempt follows one that failed.</summary>
    /// <param name="attempt">The attempt that failed, from 0.</param>
    /// <param name="failure">Why.</param>
    internal bool MayRetry(int attempt, WampConnectionException failure) =>
        attempt + 1 < MaxAttempts && !(failure.IsRefusal && WhenRefused is WampRefusedBehavior.GiveUp) && GiveUpWhen?.Invoke(failure) != true;

    internal IEnumerable<string> Mistakes()
    {
        if (InitialDelay <= TimeSpan.Zero)
        {
            yield return "Reconnect.InitialDelay must be positive";
        }

        if (MaxDelay < InitialDelay)
        {
            yield return "Reconnect.MaxDelay must not be shorter than InitialDelay";
        }

        if (MaxDelay > WampClientOptions.LongestTime)
        {
            yield return $"Reconnect.MaxDelay must be at most {WampClientOptions.LongestTime.Days} days";
        }

        if (!Enum.IsDefined(WhenRefused))
        {
            yield return $"Reconnect.WhenRefused is '{WhenRefused}', which is none of its values";
        }

        if (MaxAttempts < 1)
        {
            yield return "Reconnect.MaxAttempts must be at least 1";
        }
    }
}
