using System.Net;
using System.Security.Claims;

namespace WampRouter;

/// <summary>A client that wants to join with a ticket that the application checks.</summary>
public sealed class WampTicketLogin
{
    internal WampTicketLogin(string realm, string authId, string ticket) => (Realm, AuthId, Ticket) = (realm, authId, ticket);

    /// <summary>The realm to join.</summary>
    public string Realm { get; }

    /// <summary>The user that the client claims to be (HELLO.Details.authid).</summary>
    public string AuthId { get; }

    /// <summary>The secret that proves it. Never log it.</summary>
    public string Ticket { get; }

    /// <summary>The client's address; null in memory and where a proxy does not say.</summary>
    public IPAddress? Address { get; internal init; }

    /// <summary>Whether the connection is encrypted.</summary>
    public bool IsSecure { get; internal init; }

    /// <summary>The user of the connection's HTTP request, as ASP.NET Core authenticated it; null where it authenticated nobody.</summary>
    public ClaimsPrincipal? User { get; internal init; }
}

/// <summary>Checks tickets for <see cref="WampLogins.CheckTickets{TCheck}"/>.</summary>
public interface IWampTicketCheck
{
    /// <summary>Checks the ticket of one login.</summary>
    /// <param name="login">The claimed user and the ticket.</param>
    /// <param name="cancellationToken">Cancelled when the client is gone, or its time (<c>Sessions:HelloTimeout</c>) is over.</param>
    /// <returns>The client's identity; null where the ticket is wrong. The client is told no more than that.</returns>
    ValueTask<WampIdentity?> CheckAsync(WampTicketLogin login, CancellationToken cancellationToken);
}
