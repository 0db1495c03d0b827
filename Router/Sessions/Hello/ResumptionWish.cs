using WampRouter.Realms.Messages;
using WampRouter.Wire;

namespace WampRouter.Sessions.Hello;

/// <summary>A HELLO's request to resume a session (docs/resumption.md).</summary>
/// <param name="Session">The id of that session.</param>
/// <param name="Token">The token of the last WELCOME the client has seen.</param>
/// <param name="Received">How many messages of that session the client has received; null where it does not say.</param>
internal sealed record ResumptionWish(ulong Session, string Token, long? Received);

/// <summary>Reads what HELLO.Details say about resumption, key by key.</summary>
internal struct ResumptionKeys
{
    private bool _isResumable;
    private ulong? _session;
    private string? _token;
    private long? _received;

    /// <summary>Whether the client asks for a session that can be resumed: a new one, or again the one it resumes.</summary>
    public readonly bool IsResumable => _isResumable || _session is not null;

    /// <summary>Takes one key, if it is about resumption.</summary>
    /// <returns>What is wrong with its value, or null.</returns>
    public ProtocolViolation? Take(ReadOnlySpan<byte> key, in WireValue value)
    {
        if (value.Kind == WireKind.Null)
        {
            return null;
        }

        if (key.SequenceEqual("resumable"u8))
        {
            return value.TryGetBoolean(out _isResumable) ? null : new("HELLO.Details.resumable must be a boolean");
        }

        if (key.SequenceEqual("resume-session"u8) || key.SequenceEqual("resume_session"u8))
        {
            var isId = value.TryGetId(out var session);
            _session = session;
            return isId ? null : new("HELLO.Details.resume-session must be a session id");
        }

        if (key.SequenceEqual("resume-token"u8) || key.SequenceEqual("resume_token"u8))
        {
            return value.TryGetText(out _token) ? null : new("HELLO.Details.resume-token must be a string");
        }

        if (key.SequenceEqual("_received"u8))
        {
            var isCount = value.TryGetInteger(out var received) && received >= 0;
            _received = received;
            return isCount ? null : new("HELLO.Details._received must be a number of messages");
        }

        return null;
    }

    /// <summary>Called after the last key: the session to resume, if any.</summary>
    /// <returns>What is wrong with the keys together, or null.</returns>
    public readonly ProtocolViolation? Complete(out ResumptionWish? wish)
    {
        wish = _session is { } session && _token is { } token ? new ResumptionWish(session, token, _received) : null;
        return (_session is null) == (_token is null) ? null : new("HELLO.Details.resume-session and resume-token belong together");
    }
}
