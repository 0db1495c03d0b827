namespace WampRouter.Client;

/// <summary>An event of a history.</summary>
/// <param name="Time">When the router took it. Not unique, and not monotonic if the router's clock was set.</param>
/// <param name="Event">The event as its subscribers got it; its <see cref="WampEvent.PublicationId"/> is the same.</param>
public sealed record WampStoredEvent(DateTimeOffset Time, WampEvent Event);
