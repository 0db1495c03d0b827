namespace WampRouter.Sessions.Resumption;

/// <summary>What WELCOME says to a client that asked for a session it can resume (docs/resumption.md).</summary>
/// <param name="Token">The secret for the next resumption; null where the realm allows none.</param>
/// <param name="IsResumed">Whether the client got the session that it wanted to resume.</param>
/// <param name="Received">How many of the client's messages the router has taken in this session.</param>
/// <param name="Window">How long the session is kept without a connection.</param>
internal sealed record ResumptionTerms(string? Token, bool IsResumed, ulong Received, TimeSpan Window)
{
    /// <summary>The realm allows no resumption.</summary>
    public static ResumptionTerms NotAllowed { get; } = new(null, IsResumed: false, 0, TimeSpan.Zero);
}
