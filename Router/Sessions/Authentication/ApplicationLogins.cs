using System.Security.Claims;

namespace WampRouter.Sessions.Authentication;

/// <summary>The ways into a realm that the application has of its own.</summary>
internal sealed record ApplicationLogins
{
    /// <summary>Who an HTTP user is in the realm; the result null: nobody. Null: such users mean nothing here.</summary>
    public Func<ClaimsPrincipal, WampIdentity?>? HttpUser { get; init; }

    /// <summary>Who has a ticket; the result null: nobody. Null: only configured ones count.</summary>
    public Func<WampTicketLogin, CancellationToken, ValueTask<WampIdentity?>>? TicketCheck { get; init; }
}
