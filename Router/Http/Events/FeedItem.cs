namespace WampRouter.Http.Events;

/// <summary>Something that a client of an event feed is told. Immutable.</summary>
/// <param name="Name">What it is; null: an event.</param>
/// <param name="Json">What there is to say, in JSON.</param>
/// <param name="Position">Where to go on behind it, for <see cref="EventPositions"/>.</param>
internal sealed record FeedItem(string? Name, byte[] Json, string Position)
{
    /// <summary>Events between those before and those that follow may be missing.</summary>
    public const string Gap = "gap";

    /// <summary>A subscription was taken away.</summary>
    public const string Revoked = "revoked";

    /// <summary>The session has ended, so this is the last.</summary>
    public const string Closed = "closed";
}
