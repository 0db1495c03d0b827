using WampRouter.Client.Authentication;

namespace WampRouter.Client;

/// <summary>
/// How a client says who it is. Derive from it, and from <see cref="WampLogin"/>, for a method that is not here. One instance may serve several clients, on any thread.
/// </summary>
public abstract class WampAuthentication
{
    /// <summary>No identity: the router must allow it.</summary>
    public static WampAuthentication Anonymous { get; } = new AnonymousAuthentication();

    /// <summary>The method's name in WAMP, such as <c>ticket</c>.</summary>
    public abstract string Method { get; }

    /// <summary>The user to authenticate as, if the method needs one.</summary>
    public virtual string? AuthId => null;

    /// <summary>What HELLO offers, the preferred one first.</summary>
    internal virtual IReadOnlyList<string> Methods => [Method];

    /// <summary>A user and a secret that is known beforehand. Use it over TLS only: the ticket travels as it is.</summary>
    /// <param name="authId">The user.</param>
    /// <param name="ticket">Fetches the ticket; asked at every join, so that it may change between them.</param>
    /// <returns>The authentication, to be put into <see cref="WampClientOptions.Authentication"/>.</returns>
    public static WampAuthentication Ticket(string authId, Func<CancellationToken, ValueTask<string>> ticket)
    {
        ArgumentException.ThrowIfNullOrEmpty(authId);
        ArgumentNullException.ThrowIfNull(ticket);
        ThrowIfCut(authId, nameof(authId));
        return new TicketAuthentication(authId, ticket);
    }

    /// <summary>A user and a fixed ticket.</summary>
    /// <param name="authId">The user.</param>
    /// <param name="ticket">The secret.</param>
    /// <returns>The authentication, to be put into <see cref="WampClientOptions.Authentication"/>.</returns>
    public static WampAuthentication Ticket(string authId, string ticket)
    {
        ArgumentException.ThrowIfNullOrEmpty(ticket);
        ThrowIfCut(ticket, nameof(ticket));
        return Ticket(authId, _ => ValueTask.FromResult(ticket));
    }

    /// <summary>
    /// Several methods, of which the router chooses. It is the router's choice alone: a method that gives a secret away, such as a ticket, makes the others no safer than itself.
    /// </summary>
    /// <param name="methods">The methods, the preferred one first. Those that name a user name the same. What they say in HELLO goes out together; of the same name the first counts.</param>
    /// <returns>The authentication, to be put into <see cref="WampClientOptions.Authentication"/>.</returns>
    /// <exception cref="ArgumentException">There is none, one method is there twice, or they name different users.</exception>
    public static WampAuthentication AnyOf(params IReadOnlyList<WampAuthentication> methods)
    {
        ArgumentNullException.ThrowIfNull(methods);
        return new AnyOfAuthentication(methods);
    }

    /// <summary>Begins one login. Called at each join, before HELLO.</summary>
    /// <param name="join">What the client is about to join, and on which connection.</param>
    /// <param name="cancellationToken">Ends with the time allowed for joining.</param>
    /// <returns>The login, used for this join only.</returns>
    public abstract ValueTask<WampLogin> BeginAsync(WampJoin join, CancellationToken cancellationToken);

    private static void ThrowIfCut(string text, string parameter)
    {
        if (TextConverter.IsCut(text))
        {
            throw new ArgumentException("It holds half of a surrogate pair, which is no character.", parameter);
        }
    }
}
