using WampRouter.Realms.Peers;

namespace WampRouter.Realms.Messages;

/// <summary>A breach of the protocol by a peer. Its session ends: ABORT with <c>wamp.error.protocol_violation</c> (<c>rfc/text/basic/building_blocks.md</c> "Protocol Violations").</summary>
/// <param name="Text">What is wrong and what would be right, for the ABORT and the log.</param>
internal sealed record ProtocolViolation(string Text) : Interruption
{
    /// <summary>A violation with this text; null for null.</summary>
    public static ProtocolViolation? Of(string? text) => text is null ? null : new(text);
}
