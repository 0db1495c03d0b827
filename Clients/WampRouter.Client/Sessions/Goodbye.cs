namespace WampRouter.Client.Sessions;

/// <summary>What the client says when it leaves of its own accord.</summary>
/// <param name="Reason">Why, as a URI.</param>
/// <param name="Message">Why, in words; null: none.</param>
internal sealed record Goodbye(string Reason, string? Message)
{
    /// <summary>Where nobody has given a reason.</summary>
    public static Goodbye Default { get; } = new(WampClient.CloseReason, null);
}
