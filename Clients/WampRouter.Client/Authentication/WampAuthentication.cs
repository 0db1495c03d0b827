namespace WampRouter.Client;

/// <summary>How a client says who it is. Derive from it for a method that is not here.</summary>
public abstract class WampAuthentication
{
    /// <summary>No identity: the router must allow it.</summary>
    public static WampAuthentication Anonymous { get; } = new AnonymousAuthentication();

    /// <summary>The method's name in WAMP, such as <c>ticket</c>.</summary>
    public abstract string Method { get; }

    /// <summary>The user to authenticate as, if the method needs one.</summary>
    public virtual string? AuthId => null;

    /// <summary>A user and a secret that is known beforehand. Use it over TLS only: the ticket travels as it is.</summary>
    /// <param name="authId">The user.</param>
    /// <param name="ticket">Fetches the ticket; asked at every join, so that it may change between them.</param>
    /// <returns>The authentication, to be put into <see cref="WampClientOptions.Authentication"/>.</returns>
    public static WampAuthentication Ticket(string authId, Func<CancellationToken, ValueTask<string>> ticket)
    {
        ArgumentException.ThrowIfNullOrEmpty(authId);
        ArgumentNullException.ThrowIfNull(ticket);
        return new TicketAuthentication(authId, ticket);
    }

    /// <summary>A user and a fixed ticket.</summary>
    /// <param name="authId">The user.</param>
    /// <param name="ticket">The secret.</param>
    /// <returns>The authentication, to be put into <see cref="WampClientOptions.Authentication"/>.</returns>
    public static WampAuthentication Ticket(string authId, string ticket)
    {
        ArgumentException.ThrowIfNullOrEmpty(ticket);
        return Ticket(authId, _ => ValueTask.FromResult(ticket));
    }

    /// <summary>Answers the router's CHALLENGE.</summary>
    /// <param name="challenge">The <c>Extra</c> dictionary of the CHALLENGE.</param>
    /// <param name="cancellationToken">Ends with the time allowed for joining.</param>
    /// <returns>The signature to authenticate with.</returns>
    public abstract ValueTask<string> RespondAsync(WampDetails challenge, CancellationToken cancellationToken);

    private sealed class AnonymousAuthentication : WampAuthentication
    {
        public override string Method => "anonymous";

        public override ValueTask<string> RespondAsync(WampDetails challenge, CancellationToken cancellationToken) =>
            throw new WampConnectionException(WampErrorUri.ProtocolViolation, "The router asked an anonymous client to authenticate: set WampClientOptions.Authentication.");
    }

    private sealed class TicketAuthentication(string authId, Func<CancellationToken, ValueTask<string>> ticket) : WampAuthentication
    {
        public override string Method => "ticket";

        public override string? AuthId => authId;

        public override ValueTask<string> RespondAsync(WampDetails challenge, CancellationToken cancellationToken) => ticket(cancellationToken);
    }
}
