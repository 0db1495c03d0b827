using WampRouter.Realms.Peers;
using WampRouter.Wire;

namespace WampRouter.Realms.Meta;

/// <summary>A session as <c>wamp.session.get</c> and <c>wamp.session.on_join</c> describe it.</summary>
internal static class SessionDetails
{
    /// <summary>Writes the dictionary.</summary>
    public static void Write(MessageWriter writer, MemberIdentity identity)
    {
        writer.BeginDictionary(identity.Transport is null ? 5 : 6);
        writer.WriteKey("session"u8);
        writer.WriteId(identity.Session);
        writer.WriteEntry("authid"u8, identity.AuthId);
        writer.WriteEntry("authrole"u8, identity.AuthRole);
        writer.WriteEntry("authmethod"u8, identity.AuthMethod);
        writer.WriteEntry("authprovider"u8, identity.AuthProvider);
        if (identity.Transport is { } transport)
        {
            writer.WriteKey("transport"u8);
            Write(writer, transport);
        }

        writer.EndDictionary();
    }

    /// <summary>The name of a serializer, as in subprotocols.</summary>
    public static string NameOf(WireFormat serializer) => serializer switch
    {
        WireFormat.Json => "json",
        WireFormat.MessagePack => "msgpack",
        _ => "cbor",
    };

    private static void Write(MessageWriter writer, MemberTransport transport)
    {
        writer.BeginDictionary(transport.Peer is null ? 3 : 4);
        writer.WriteEntry("type"u8, transport.Type);
        writer.WriteEntry("serializer"u8, NameOf(transport.Serializer));
        writer.WriteKey("secure"u8);
        writer.WriteBoolean(transport.IsSecure);
        if (transport.Peer is { } peer)
        {
            writer.WriteEntry("peer"u8, transport.Client?.ToString() ?? peer.ToString() ?? "");
        }

        writer.EndDictionary();
    }
}
