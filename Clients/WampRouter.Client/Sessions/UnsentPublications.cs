namespace WampRouter.Client.Sessions;

/// <summary>Events that nobody waits for an answer to, and that a session took with it when it ended.</summary>
internal static class UnsentPublications
{
    /// <summary>Tells how many there are, when nothing more is sent.</summary>
    public static async Task TellAsync(Outbox outbox, Task drained, string realm, WampConnectionException cause, ISessionOwner owner)
    {
        await drained.ConfigureAwait(false);
        if (outbox.UnsentUnanswered is > 0 and var lost)
        {
            owner.Report(
                WampBackgroundErrorKind.PublicationsLost,
                realm,
                new WampConnectionException(cause.ErrorUri, $"{lost} events were published and could not be sent, or not known to have been: {cause.Message}", cause));
        }
    }
}
