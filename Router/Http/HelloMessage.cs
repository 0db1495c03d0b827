using WampRouter.Sessions.Authentication;
using WampRouter.Wire;

namespace WampRouter.Http;

/// <summary>What a session says until it is in.</summary>
internal static class HelloMessage
{
    private static readonly string Agent = $"WampRouter-HTTP-{typeof(HelloMessage).Assembly.GetName().Version?.ToString(3)}";

    /// <summary>Roles and features: whatever a request over HTTP can make use of. Passing payloads on unread (<c>ppt_…</c>) is one of them.</summary>
    private static readonly (string Role, string[] Features)[] Roles =
    [
        ("caller", ["call_canceling", "call_timeout", "caller_identification", "payload_passthru_mode", "progressive_call_results"]),
        ("publisher", ["payload_passthru_mode", "publisher_exclusion", "publisher_identification", "subscriber_blackwhite_listing"]),
        ("subscriber", ["event_history", "pattern_based_subscription", "payload_passthru_mode", "publisher_identification", "subscription_revocation"]),
    ];

    /// <summary><c>[HELLO, Realm, Details]</c> in its frame.</summary>
    public static byte[] Write(string realm, HttpCredentials credentials)
    {
        var writer = MessageWriter.ForThread(RequestMessage.Encoding);
        writer.Begin(MessageCode.Hello, 3);
        writer.WriteText(realm);
        writer.BeginDictionary(2 + (credentials.Method is null ? 0 : 1) + (credentials.AuthId is null ? 0 : 1));
        writer.WriteKey("agent"u8);
        writer.WriteText(Agent);
        WriteRoles(writer);
        if (credentials.Method is { } method)
        {
            writer.WriteKey("authmethods"u8);
            writer.BeginList(2);
            writer.WriteText(method);
            writer.WriteText(HttpUserMethod.MethodName);      // an application may have taken the header for its own, as JwtBearer does
            writer.EndList();
        }

        if (credentials.AuthId is { } authId)
        {
            writer.WriteKey("authid"u8);
            writer.WriteText(authId);
        }

        writer.EndDictionary();
        return writer.End().ToArray();
    }

    /// <summary><c>[AUTHENTICATE, Signature, Extra]</c> in its frame.</summary>
    public static byte[] Answer(string secret)
    {
        var writer = MessageWriter.ForThread(RequestMessage.Encoding);
        writer.Begin(MessageCode.Authenticate, 3);
        writer.WriteText(secret);
        writer.WriteEmptyDictionary();
        return writer.End().ToArray();
    }

    private static void WriteRoles(MessageWriter writer)
    {
        writer.WriteKey("roles"u8);
        writer.BeginDictionary(Roles.Length);
        foreach (var (role, features) in Roles)
        {
            writer.WriteKey(System.Text.Encoding.ASCII.GetBytes(role));
            writer.BeginDictionary(1);
            writer.WriteKey("features"u8);
            writer.BeginDictionary(features.Length);
            foreach (var feature in features)
            {
                writer.WriteKey(System.Text.Encoding.ASCII.GetBytes(feature));
                writer.WriteBoolean(true);
            }

            writer.EndDictionary();
            writer.EndDictionary();
        }

        writer.EndDictionary();
    }
}
