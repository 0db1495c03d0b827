using System.Security.Claims;

namespace WampRouter.Sessions.Authentication;

/// <summary>The application's own functions for logging clients in to a realm.</summary>
internal sealed record ApplicationLogins
{
    /// <summary>Returns the identity of an HTTP user in the realm, or null for none. If the property is null, HTTP users cannot join as such.</summary>
    public Func<ClaimsPrincipal, WampIdentity?>? HttpUser { get; init; }

    /// <summary>Returns the identity for a ticket, or null where it is wrong. If the property is null, only configured tickets are valid.</summary>
    public Func<WampTicketLogin, CancellationToken, ValueTask<WampIdentity?>>? TicketCheck { get; init; }
}
