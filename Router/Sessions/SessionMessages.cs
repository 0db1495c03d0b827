using WampRouter.Realms.Peers;
using WampRouter.Sessions.Hello;
using WampRouter.Sessions.Resumption;
using WampRouter.Wire;

namespace WampRouter.Sessions;

/// <summary>Encodes the messages of a session's own life. Each frame is valid until the same thread encodes again.</summary>
internal static class SessionMessages
{
    /// <summary>WELCOME.Details.agent.</summary>
    public static readonly string Agent = $"WampRouter-{typeof(SessionMessages).Assembly.GetName().Version?.ToString(3)}";

    // Only features that a test shows are announced. For event_history the specification also asks for the role callee. It is not announced: the router's procedures belong
    // to the dealer, and some clients (Autobahn) reject a WELCOME that names any role except broker and dealer.
    private static readonly string[] BrokerFeatures =
    [
        "event_history",
        "event_retention",
        "pattern_based_subscription",
        "payload_passthru_mode",
        "publication_trustlevels",
        "publisher_exclusion",
        "publisher_identification",
        "reflection",
        "session_meta_api",
        "sharded_subscription",
        "shareded_subscriptions",       // the specification spells it so; clients look for either
        "subscriber_blackwhite_listing",
        "subscription_meta_api",
        "subscription_revocation",
    ];

    private static readonly string[] DealerFeatures =
    [
        "call_canceling",
        "call_reroute",
        "call_timeout",
        "call_trustlevels",
        "caller_identification",
        "pattern_based_registration",
        "payload_passthru_mode",
        "progressive_call_invocations",
        "progressive_call_results",
        "reflection",
        "registration_meta_api",
        "registration_revocation",
        "session_meta_api",
        "sharded_registration",
        "shared_registration",
        "testament_meta_api",
    ];

    /// <summary><c>[WELCOME, Session, Details]</c></summary>
    /// <param name="encoding">The encoding of the peer.</param>
    /// <param name="identity">Who the client is now.</param>
    /// <param name="realm">The realm that it joined.</param>
    /// <param name="extra">The authextra; null: none.</param>
    /// <param name="maxMessageBytes">The largest message it may send; a key of our own, since the specification has none.</param>
    /// <param name="resumption">What the client is told about resumption; null where it did not ask.</param>
    public static ReadOnlySpan<byte> Welcome(WireEncoding encoding, MemberIdentity identity, string realm, EncodedExtra? extra, int maxMessageBytes, ResumptionTerms? resumption)
    {
        var writer = MessageWriter.ForThread(encoding);
        writer.Begin(MessageCode.Welcome, elements: 3);
        writer.WriteId(identity.Session);
        writer.BeginDictionary(8 + (extra is null ? 0 : 1) + ResumptionKeys(resumption));
        WriteText(writer, "realm"u8, realm);
        WriteText(writer, "agent"u8, Agent);
        WriteText(writer, "authid"u8, identity.AuthId);
        WriteText(writer, "authrole"u8, identity.AuthRole);
        WriteText(writer, "authmethod"u8, identity.AuthMethod);
        WriteText(writer, "authprovider"u8, identity.AuthProvider);
        if (extra is not null)
        {
            writer.WriteKey("authextra"u8);
            writer.WriteValue(extra.Value);
        }

        writer.WriteKey("_max_message_bytes"u8);
        writer.WriteInteger(maxMessageBytes);
        writer.WriteKey("roles"u8);
        writer.BeginDictionary(2);
        WriteRole(writer, "broker"u8, BrokerFeatures);
        WriteRole(writer, "dealer"u8, DealerFeatures);
        writer.EndDictionary();
        WriteResumption(writer, resumption);
        writer.EndDictionary();
        return writer.End();
    }

    /// <summary><c>[CHALLENGE, AuthMethod, Extra]</c></summary>
    /// <param name="encoding">The encoding of the peer.</param>
    /// <param name="method">The method.</param>
    /// <param name="extra">What the client needs for the answer; null: nothing.</param>
    public static ReadOnlySpan<byte> Challenge(WireEncoding encoding, string method, EncodedExtra? extra)
    {
        var writer = MessageWriter.ForThread(encoding);
        writer.Begin(MessageCode.Challenge, elements: 3);
        writer.WriteText(method);
        if (extra is null)
        {
            writer.WriteEmptyDictionary();
        }
        else
        {
            writer.WriteValue(extra.Value);
        }

        return writer.End();
    }

    /// <summary><c>[ABORT | GOODBYE, {"message": message}, Reason]</c></summary>
    public static ReadOnlySpan<byte> Farewell(WireEncoding encoding, MessageCode code, string reason, string? message)
    {
        var writer = MessageWriter.ForThread(encoding);
        writer.Begin(code, elements: 3);
        if (message is null)
        {
            writer.WriteEmptyDictionary();
        }
        else
        {
            writer.BeginDictionary(1);
            WriteText(writer, "message"u8, message);
            writer.EndDictionary();
        }

        writer.WriteText(reason);
        return writer.End();
    }

    private static int ResumptionKeys(ResumptionTerms? terms) => terms switch
    {
        null => 0,
        { Token: null } => 2,
        _ => 5,
    };

    private static void WriteResumption(MessageWriter writer, ResumptionTerms? terms)
    {
        if (terms is null)
        {
            return;
        }

        writer.WriteKey("resumable"u8);
        writer.WriteBoolean(terms.Token is not null);
        writer.WriteKey("resumed"u8);
        writer.WriteBoolean(terms.IsResumed);
        if (terms.Token is { } token)
        {
            WriteText(writer, "resume_token"u8, token);
            writer.WriteKey("_received"u8);
            writer.WriteInteger((long)terms.Received);
            writer.WriteKey("_resume_within"u8);
            writer.WriteInteger((long)terms.Window.TotalMilliseconds);
        }
    }

    private static void WriteText(MessageWriter writer, ReadOnlySpan<byte> key, string value)
    {
        writer.WriteKey(key);
        writer.WriteText(value);
    }

    private static void WriteRole(MessageWriter writer, ReadOnlySpan<byte> role, string[] features)
    {
        writer.WriteKey(role);
        writer.BeginDictionary(2);

        // The specification's section on reflection puts it here, beside the features; clients (Autobahn) look for it among the features. Both get it.
        writer.WriteKey("reflection"u8);
        writer.WriteBoolean(true);
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
}
