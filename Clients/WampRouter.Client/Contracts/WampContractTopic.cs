namespace WampRouter.Client;

/// <summary>A topic of an interface. Made by the generator.</summary>
/// <typeparam name="TContract">The interface.</typeparam>
public sealed class WampContractTopic<TContract>
    where TContract : class
{
    /// <summary>The topic, or a pattern if the options say so.</summary>
    public required string Topic { get; init; }

    /// <summary>How to subscribe to it.</summary>
    public required WampSubscribeOptions Options { get; init; }

    /// <summary>Calls the method of an object with the arguments of an event.</summary>
    public required Func<TContract, WampEvent, Task> Handle { get; init; }
}
