using WampRouter.Client.Serialization;
using WampRouter.Wire;

namespace WampRouter.Client.Sessions;

/// <summary>HELLO: who the client is and what it can do. A feature stands here only when the client has it.</summary>
/// <param name="realm">The realm to join.</param>
/// <param name="authentication">Names the user and the methods.</param>
/// <param name="authExtra">What the methods say, as JSON; null: nothing.</param>
/// <param name="isResumable">Whether the router is asked to keep the session.</param>
/// <param name="resume">The session to get back; null: a new one.</param>
internal readonly struct HelloMessage(string realm, WampAuthentication authentication, byte[]? authExtra, bool isResumable, ResumeRequest? resume) : IOutbound
{
    private static readonly string Agent = $"WampRouter.Client-{typeof(HelloMessage).Assembly.GetName().Version?.ToString(3)}";

    private static readonly (string Role, string[] Features)[] Roles =
    [
        ("publisher", ["payload_passthru_mode", "publisher_exclusion", "publisher_identification", "sharded_subscription", "subscriber_blackwhite_listing"]),
        ("subscriber", ["event_retention", "pattern_based_subscription", "payload_passthru_mode", "publication_trustlevels", "publisher_identification", "sharded_subscription", "subscription_revocation"]),
        ("caller", ["call_canceling", "call_timeout", "caller_identification", "payload_passthru_mode", "progressive_call_invocations", "progressive_call_results"]),
        ("callee", ["call_canceling", "call_reroute", "call_timeout", "call_trustlevels", "caller_identification", "pattern_based_registration", "payload_passthru_mode", "progressive_call_invocations", "progressive_call_results", "registration_revocation", "sharded_registration", "shared_registration"]),
    ];

    public static bool TakesRequestId => false;

    public void Write(MessageWriter writer, ulong request)
    {
        writer.Begin(MessageCode.Hello, 3);
        writer.WriteText(realm);
        writer.BeginDictionary(3 + (authentication.AuthId is null ? 0 : 1) + (authExtra is null ? 0 : 1) + (isResumable ? 1 : 0) + (resume is null ? 0 : 3));
        writer.WriteKey("agent"u8);
        writer.WriteText(Agent);
        writer.WriteKey("authmethods"u8);
        writer.BeginList(authentication.Methods.Count);
        foreach (var method in authentication.Methods)
        {
            writer.WriteText(method);
        }

        writer.EndList();
        if (authentication.AuthId is { } authId)
        {
            writer.WriteKey("authid"u8);
            writer.WriteText(authId);
        }

        if (authExtra is not null)
        {
            writer.WriteKey("authextra"u8);
            EncodedDictionary.WriteTo(writer, authExtra);
        }

        writer.WriteKey("roles"u8);
        WriteRoles(writer);
        WriteResumption(writer);
        writer.EndDictionary();
        writer.End();
    }

    private void WriteResumption(MessageWriter writer)
    {
        if (isResumable)
        {
            writer.WriteKey("resumable"u8);
            writer.WriteBoolean(true);
        }

        if (resume is not null)
        {
            writer.WriteKey("resume-session"u8);
            writer.WriteInteger(resume.Session);
            writer.WriteKey("resume-token"u8);
            writer.WriteText(resume.Token);
            writer.WriteKey("_received"u8);
            writer.WriteInteger(resume.Received);
        }
    }

    private static void WriteRoles(MessageWriter writer)
    {
        writer.BeginDictionary(Roles.Length);
        foreach (var (role, features) in Roles)
        {
            writer.WriteKey(System.Text.Encoding.UTF8.GetBytes(role));
            writer.BeginDictionary(1);
            writer.WriteKey("features"u8);
            writer.BeginDictionary(features.Length);
            foreach (var feature in features)
            {
                writer.WriteKey(System.Text.Encoding.UTF8.GetBytes(feature));
                writer.WriteBoolean(true);
            }

            writer.EndDictionary();
            writer.EndDictionary();
        }

        writer.EndDictionary();
    }
}

/// <param name="signature">The proof.</param>
/// <param name="extra">What is said beside it, as JSON; null: nothing.</param>
internal readonly struct AuthenticateMessage(string signature, byte[]? extra) : IOutbound
{
    public static bool TakesRequestId => false;

    public void Write(MessageWriter writer, ulong request)
    {
        writer.Begin(MessageCode.Authenticate, 3);
        writer.WriteText(signature);
        if (extra is null)
        {
            writer.WriteEmptyDictionary();
        }
        else
        {
            EncodedDictionary.WriteTo(writer, extra);
        }

        writer.End();
    }
}
