using System.Text.Json.Nodes;
using WampRouter.Sessions.Authentication;
using WampRouter.Sessions.Hello;

namespace WampRouter;

/// <summary>
/// Who a session is, where the application says so. An authid that is longer than <see cref="MaxAuthIdBytes"/> or no valid UTF-16, a realm that the router does not have, a role that the realm does
/// not have, and an authextra that is larger than <see cref="MaxAuthExtraBytes"/> keep the client out, and the log says why.
/// </summary>
public sealed class WampIdentity
{
    /// <summary>The longest authid, in bytes of UTF-8: as long as a URI. It is kept for each session, and told in meta events.</summary>
    public const int MaxAuthIdBytes = NameRules.MaxBytes;

    /// <summary>The largest authextra, in bytes of JSON: WELCOME has to fit into what clients take.</summary>
    public const int MaxAuthExtraBytes = EncodedExtra.MaxBytes;

    /// <summary>Settles who a session is.</summary>
    /// <param name="authId">The name that WELCOME and meta events tell.</param>
    /// <param name="authRole">One of the realm's roles: its permissions apply.</param>
    /// <exception cref="ArgumentException">One of them is empty.</exception>
    public WampIdentity(string authId, string authRole)
    {
        ArgumentException.ThrowIfNullOrEmpty(authId);
        ArgumentException.ThrowIfNullOrEmpty(authRole);
        (AuthId, AuthRole) = (authId, authRole);
    }

    /// <summary>The name that WELCOME and meta events show.</summary>
    public string AuthId { get; }

    /// <summary>One of the realm's roles.</summary>
    public string AuthRole { get; }

    /// <summary>
    /// The realm that the client joins instead of the one it asked for; WELCOME tells it. The role is one of that realm's. Null: the realm it asked for. Such a session stays whatever becomes of
    /// the way it logged in; it ends when its realm or its role is gone.
    /// </summary>
    public string? Realm { get; init; }

    /// <summary>More that WELCOME tells the client, as <c>authextra</c>, of at most <see cref="MaxAuthExtraBytes"/>; null: nothing.</summary>
    public JsonObject? AuthExtra { get; init; }
}
