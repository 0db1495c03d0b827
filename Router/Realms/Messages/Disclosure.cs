using WampRouter.Realms.Peers;
using WampRouter.Wire;

namespace WampRouter.Realms.Messages;

/// <summary>The details that disclose the sender of a message: the same for EVENT and INVOCATION, under other keys.</summary>
internal static class Disclosure
{
    /// <summary>How many entries they add to a dictionary.</summary>
    public const int Entries = 3;

    /// <summary>Writes the publisher (<c>rfc/text/advanced/pubsub_publisher_identification.md</c>).</summary>
    public static void WritePublisher(MessageWriter writer, MemberIdentity publisher) =>
        Write(writer, publisher, "publisher"u8, "publisher_authid"u8, "publisher_authrole"u8);

    /// <summary>Writes the caller (<c>rfc/text/advanced/rpc_caller_identification.md</c>).</summary>
    public static void WriteCaller(MessageWriter writer, MemberIdentity caller) =>
        Write(writer, caller, "caller"u8, "caller_authid"u8, "caller_authrole"u8);

    private static void Write(MessageWriter writer, MemberIdentity identity, ReadOnlySpan<byte> session, ReadOnlySpan<byte> authId, ReadOnlySpan<byte> authRole)
    {
        writer.WriteKey(session);
        writer.WriteId(identity.Session);
        writer.WriteKey(authId);
        writer.WriteText(identity.AuthId);
        writer.WriteKey(authRole);
        writer.WriteText(identity.AuthRole);
    }
}
