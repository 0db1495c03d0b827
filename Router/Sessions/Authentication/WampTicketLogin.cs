using System.Net;
using System.Security.Claims;

namespace WampRouter;

/// <summary>Somebody who wants to join with a ticket that the application checks.</summary>
public sealed class WampTicketLogin
{
    internal WampTicketLogin(string realm, string authId, string ticket) => (Realm, AuthId, Ticket) = (realm, authId, ticket);

    /// <summary>The realm to join.</summary>
    public string Realm { get; }

    /// <summary>Whom the client says it is (HELLO.Details.authid).</summary>
    public string AuthId { get; }

    /// <summary>The secret it proves that with. Never log it.</summary>
    public string Ticket { get; }

    /// <summary>Where the client is; null in memory and where a proxy does not say.</summary>
    public IPAddress? Address { get; internal init; }

    /// <summary>Whether the connection is encrypted.</summary>
    public bool IsSecure { get; internal init; }

    /// <summary>Who ASP.NET Core says the connection's HTTP request is from; null: nobody it knows.</summary>
    public ClaimsPrincipal? User { get; internal init; }
}

/// <summary>Checks tickets for <see cref="WampLogins.CheckTickets{TCheck}"/>.</summary>
public interface IWampTicketCheck
{
    /// <summary>Says who the client is.</summary>
    /// <param name="login">What the client says.</param>
    /// <param name="cancellationToken">The client is gone, or its time (<c>Sessions:HelloTimeout</c>) is over.</param>
    /// <returns>Its identity; null where the ticket is wrong, which is all that the client is told.</returns>
    ValueTask<WampIdentity?> CheckAsync(WampTicketLogin login, CancellationToken cancellationToken);
}
