using System.Text.Json.Nodes;

namespace WampRouter;

/// <summary>Who a session is, where the application says so.</summary>
public sealed class WampIdentity
{
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

    /// <summary>The name that WELCOME and meta events tell.</summary>
    public string AuthId { get; }

    /// <summary>One of the realm's roles.</summary>
    public string AuthRole { get; }

    /// <summary>What WELCOME tells the client besides, as <c>authextra</c>; null: nothing.</summary>
    public JsonObject? AuthExtra { get; init; }
}
