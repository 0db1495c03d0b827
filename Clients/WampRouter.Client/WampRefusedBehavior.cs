namespace WampRouter.Client;

/// <summary>What a client does when it is refused for a reason that stays until somebody changes something (<see cref="WampConnectionException.IsRefusal"/>).</summary>
public enum WampRefusedBehavior
{
    /// <summary>
    /// The first connect fails at once, so that a wrong realm or ticket shows where it was written. Who has been in session before tries again: a router that is being changed may
    /// not know a realm or a user for a moment.
    /// </summary>
    FailFirstConnect,

    /// <summary>The client gives up at once, after a lost session too.</summary>
    GiveUp,

    /// <summary>It tries again, the first time too, as after any other failure: for realms and users that come later.</summary>
    Retry,
}
