namespace WampRouter.Realms.Messages;

/// <summary>What a peer sent that WAMP forbids. Its session ends: ABORT with <c>wamp.error.protocol_violation</c> (<c>rfc/text/basic/building_blocks.md</c> "Protocol Violations").</summary>
/// <param name="Text">What is wrong and what would be right, for the ABORT and the log.</param>
internal sealed record ProtocolViolation(string Text)
{
    /// <summary>A violation where there is a text, none where there is null.</summary>
    public static ProtocolViolation? Of(string? text) => text is null ? null : new(text);
}
