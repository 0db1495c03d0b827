namespace WampRouter.Client;

/// <summary>
/// Asks the router to keep the session when its connection is lost, for a time the router sets. A client that comes back within it goes on where it was: nothing
/// that was sent on either side is lost or comes twice, calls go on, and subscriptions and registrations were there all along. Where the router cannot do
/// that, or no longer, the client joins anew as it would without this.
/// </summary>
public sealed record WampResumption
{
    /// <summary>
    /// How many bytes of the messages sent last to keep, for the router may not have got them. If more was under way when the connection was lost, the session
    /// cannot be resumed. Default 4 MiB.
    /// </summary>
    public int MaxKeptBytes { get; init; } = 4 * 1024 * 1024;

    internal IEnumerable<string> Mistakes()
    {
        if (MaxKeptBytes < 1024)
        {
            yield return "Resumption.MaxKeptBytes must be at least 1024";
        }
    }
}
