namespace WampRouter.Sessions.Authentication;

/// <summary>Who may join with a ticket, a secret that is sent as it is (<c>rfc/text/advanced/authentication_ticket.md</c>).</summary>
internal sealed record TicketSettings : PrincipalSettings
{
    /// <summary>The name of the method.</summary>
    public const string MethodName = "ticket";

    /// <inheritdoc />
    public override string Method => MethodName;

    /// <summary>The users, by authid.</summary>
    public required IReadOnlyDictionary<string, TicketPrincipal> Principals { get; init; }

    /// <inheritdoc />
    public override string UserWord => "user";

    /// <inheritdoc />
    public override string SecretsWord => "tickets";

    /// <inheritdoc />
    public override IReadOnlyCollection<Principal> Users => [.. Principals.Values];

    /// <inheritdoc />
    public override bool SendsSecretsFromElsewhere => Principals.Values.Any(user => !user.LoopbackOnly);

    /// <inheritdoc />
    public override Principal? Find(string authId) => Principals.GetValueOrDefault(authId);

    /// <inheritdoc />
    public override IAuthenticationMethod Create(MethodServices services) => new TicketMethod(services.Realm, this, services.Verifier, services.Stretch);
}

/// <summary>One user of the ticket method.</summary>
internal sealed record TicketPrincipal : Principal
{
    /// <summary>Hashes made by <c>hash-ticket</c>; several, so that a ticket can be replaced without an interruption.</summary>
    public required IReadOnlyList<TicketHash> Tickets { get; init; }

    /// <inheritdoc />
    public override bool HasSecretsOf(Principal other) => other is TicketPrincipal same && Tickets.SequenceEqual(same.Tickets);
}
