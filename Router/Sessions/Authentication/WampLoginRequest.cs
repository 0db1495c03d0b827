using System.Text.Json.Nodes;

namespace WampRouter;

/// <summary>A client that wants to log in by a method of the application's.</summary>
public sealed class WampLoginRequest
{
    internal WampLoginRequest(string realm, string method, long session, WampLoginConnection connection) => (Realm, Method, Session, Connection) = (realm, method, session, connection);

    /// <summary>The realm that the client asks for.</summary>
    public string Realm { get; }

    /// <summary>The name under which the client asks for the method (one of HELLO.Details.authmethods).</summary>
    public string Method { get; }

    /// <summary>The id that the session will have, for a challenge that is bound to it.</summary>
    public long Session { get; }

    /// <summary>The user that the client claims to be (HELLO.Details.authid); null where it claims nothing.</summary>
    public string? AuthId { get; internal init; }

    /// <summary>
    /// What else the client says (HELLO.Details.authextra), of at most <see cref="WampIdentity.MaxAuthExtraBytes"/>; null: nothing. Whatever it speaks this is JSON: binary values are texts that
    /// begin with U+0000 and go on in Base64.
    /// </summary>
    public JsonObject? AuthExtra { get; internal init; }

    /// <summary>How the client reached the router.</summary>
    public WampLoginConnection Connection { get; }
}

/// <summary>A client's answer to a challenge (AUTHENTICATE).</summary>
public sealed class WampLoginAnswer
{
    internal WampLoginAnswer(int round, string signature, JsonObject? extra) => (Round, Signature, Extra) = (round, signature, extra);

    /// <summary>Which challenge it answers, from 1 on.</summary>
    public int Round { get; }

    /// <summary>The proof, of at most 16 KiB in UTF-8. Never log it.</summary>
    public string Signature { get; }

    /// <summary>What the client says beside it, as <see cref="WampLoginRequest.AuthExtra"/>; null: nothing.</summary>
    public JsonObject? Extra { get; }

    /// <summary>Says nothing of the proof, which belongs into no log.</summary>
    /// <returns>The type's name.</returns>
    public override string ToString() => nameof(WampLoginAnswer);
}
