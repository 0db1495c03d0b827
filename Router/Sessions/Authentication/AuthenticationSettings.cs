namespace WampRouter.Sessions.Authentication;

/// <summary>The authentication methods a realm offers; a method that is null is not offered.</summary>
internal sealed record AuthenticationSettings
{
    /// <summary>Joining without proof.</summary>
    public AnonymousSettings? Anonymous { get; init; }

    /// <summary>Joining with a secret sent as is (<c>rfc/text/advanced/authentication_ticket.md</c>).</summary>
    public TicketSettings? Ticket { get; init; }
}

/// <summary>Who may join without proof, and from where.</summary>
internal sealed record AnonymousSettings
{
    /// <summary>The authrole of such sessions.</summary>
    public required string Role { get; init; }

    /// <summary>Whether clients that are not on this machine are refused.</summary>
    public bool LoopbackOnly { get; init; }
}

/// <summary>Who may join with a ticket.</summary>
internal sealed record TicketSettings
{
    /// <summary>The users, by authid.</summary>
    public required IReadOnlyDictionary<string, TicketPrincipal> Principals { get; init; }
}

/// <summary>One user of the ticket method.</summary>
internal sealed record TicketPrincipal
{
    /// <summary>The name sent as HELLO.Details.authid.</summary>
    public required string AuthId { get; init; }

    /// <summary>The authrole the session gets.</summary>
    public required string Role { get; init; }

    /// <summary>Hashes made by <c>hash-ticket</c>; several, so that a ticket can be replaced without an interruption.</summary>
    public required IReadOnlyList<TicketHash> Tickets { get; init; }

    /// <summary>Whether the user is refused from other machines; for demo users.</summary>
    public bool LoopbackOnly { get; init; }
}
