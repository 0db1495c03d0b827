namespace WampRouter.Transports;

/// <summary>How late a peer is with something for which the router holds memory: the rest of a message, or taking what waits for it.</summary>
/// <param name="Duration">For how long; zero where it is not.</param>
/// <param name="HeldBytes">What is held for it.</param>
internal readonly record struct Lateness(TimeSpan Duration, long HeldBytes);
