namespace WampRouter.Client;

/// <summary>Events came faster than they were handled.</summary>
/// <param name="topic">The topic that was subscribed to.</param>
/// <param name="bufferSize">How many events could wait.</param>
public sealed class WampOverflowException(string topic, int bufferSize)
    : Exception($"The subscription to '{topic}' has {bufferSize} events waiting and cannot take more. Handle them faster, or raise WampSubscribeOptions.BufferSize.")
{
    /// <summary>The topic that was subscribed to.</summary>
    public string Topic { get; } = topic;
}
