namespace WampRouter.Wire;

/// <summary>What can be said of a message type without its content.</summary>
internal static class MessageCodeNames
{
    /// <summary>True for the messages a client numbers in sequence: each begins a request of its own.</summary>
    public static bool IsRequest(this MessageCode code) => code
        is MessageCode.Publish or MessageCode.Call or MessageCode.Subscribe or MessageCode.Unsubscribe or MessageCode.Register or MessageCode.Unregister;

    /// <summary>The name as the specification writes it, such as <c>EVENT_RECEIVED</c>.</summary>
    public static string Name(this MessageCode code) => code == MessageCode.EventReceived ? "EVENT_RECEIVED" : code.ToString().ToUpperInvariant();
}
