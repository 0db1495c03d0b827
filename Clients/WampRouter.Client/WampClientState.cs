namespace WampRouter.Client;

/// <summary>Where a <see cref="WampClient"/> is in its life.</summary>
public enum WampClientState
{
    /// <summary>Not connected yet.</summary>
    Disconnected,

    /// <summary>Connecting for the first time.</summary>
    Connecting,

    /// <summary>Joined to the realm; everything works.</summary>
    Connected,

    /// <summary>The session was lost; the client is trying to join again and will restore subscriptions and registrations.</summary>
    Reconnecting,

    /// <summary>Closed for good, by its owner or because it gave up reconnecting.</summary>
    Closed,
}
