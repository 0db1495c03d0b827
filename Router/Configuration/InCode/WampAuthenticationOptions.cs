using WampRouter.Sessions.Authentication;

namespace WampRouter;

/// <summary>The authentication methods a realm offers; one that is null is not offered.</summary>
public sealed class WampAuthenticationOptions
{
    /// <summary>Joining without proof.</summary>
    public WampAnonymousOptions? Anonymous { get; set; }

    /// <summary>Joining with a secret that is sent as it is: over TLS only.</summary>
    public WampTicketOptions? Ticket { get; set; }

    /// <summary>Joining by signing a challenge with a shared secret, which never travels (WAMP-CRA).</summary>
    [System.Text.Json.Serialization.JsonPropertyName("wampcra")]
    public WampCraOptions? WampCra { get; set; }

    /// <summary>Joining with a token that alone says who its holder is, and is sent as it is: over TLS only.</summary>
    public WampBearerOptions? Bearer { get; set; }
}

/// <summary>Who comes in without proof, and from where.</summary>
/// <param name="role">The authrole such sessions get.</param>
/// <exception cref="ArgumentNullException">The role is null.</exception>
public sealed class WampAnonymousOptions(string role)
{
    /// <summary>The authrole such sessions get.</summary>
    public string Role { get; } = role ?? throw new ArgumentNullException(nameof(role));

    /// <summary>Whether they are refused from any address but this machine's.</summary>
    public bool LoopbackOnly { get; set; }
}

/// <summary>Who comes in with a ticket.</summary>
public sealed class WampTicketOptions
{
    /// <summary>The users; there must be one.</summary>
    public IList<WampPrincipalOptions> Principals { get; } = [];
}

/// <summary>One user of the ticket method.</summary>
/// <param name="authId">The name sent as HELLO.Details.authid.</param>
/// <param name="role">The authrole the session gets.</param>
/// <param name="tickets">Hashes of tickets.</param>
/// <exception cref="ArgumentNullException">One of them is null.</exception>
public sealed class WampPrincipalOptions(string authId, string role, params IEnumerable<string> tickets)
{
    /// <summary>The name sent as HELLO.Details.authid.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("authid")]
    public string AuthId { get; } = authId ?? throw new ArgumentNullException(nameof(authId));

    /// <summary>The authrole the session gets.</summary>
    public string Role { get; } = role ?? throw new ArgumentNullException(nameof(role));

    /// <summary>Hashes as <c>hash-ticket</c> and <see cref="WampTicketHash.Of"/> make them.</summary>
    public IList<string> Tickets { get; } = [.. tickets ?? throw new ArgumentNullException(nameof(tickets))];

    /// <summary>Whether the user is refused from any address but this machine's.</summary>
    public bool LoopbackOnly { get; set; }
}

/// <summary>Makes what is kept of a ticket.</summary>
public static class WampTicketHash
{
    /// <summary>The hash of a ticket, for <see cref="WampRealmOptions.AddPrincipal(string, string, IEnumerable{string})"/> or a realm file. Takes about a tenth of a second, as each check does later.</summary>
    /// <param name="ticket">The secret, of at most 1024 bytes.</param>
    /// <returns>Text that the ticket cannot be read from.</returns>
    /// <exception cref="ArgumentException">The ticket is empty, longer than one that is checked, or no valid UTF-16: different ones would have the same hash.</exception>
    public static string Of(string ticket)
    {
        ArgumentException.ThrowIfNullOrEmpty(ticket);
        return NameRules.FindLength(ticket) is not { } length ? throw new ArgumentException("The ticket holds half of a surrogate pair, which no client can send.", nameof(ticket))
            : length > TicketHash.LongestTicket ? throw new ArgumentException($"A ticket has at most {TicketHash.LongestTicket} bytes.", nameof(ticket))
            : TicketHash.OfChosen(ticket).ToString();
    }
}
