using System.Text.Json.Nodes;

namespace WampRouter;

/// <summary>The identity of a session, given by the application.</summary>
public sealed class WampIdentity
{
    /// <summary>Creates an identity.</summary>
    /// <param name="authId">The name that WELCOME and meta events show.</param>
    /// <param name="authRole">One of the realm's roles; its permissions apply to the session.</param>
    /// <exception cref="ArgumentException">An argument is empty.</exception>
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

    /// <summary>More that WELCOME tells the client, as <c>authextra</c>; null: nothing.</summary>
    public JsonObject? AuthExtra { get; init; }
}
