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
        return new SentSecretAuthentication("ticket", authId, ticket);
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

    /// <summary>A bearer token, which alone says who the client is: <c>wamprouter make-token</c> makes them. Use it over TLS only: the token travels as it is.</summary>
    /// <param name="token">Fetches the token; asked at every join, so that it may change between them.</param>
    /// <returns>The authentication, to be put into <see cref="WampClientOptions.Authentication"/>.</returns>
    public static WampAuthentication Bearer(Func<CancellationToken, ValueTask<string>> token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return new SentSecretAuthentication("bearer", authId: null, token);
    }

    /// <summary>A fixed bearer token.</summary>
    /// <param name="token">The token.</param>
    /// <returns>The authentication, to be put into <see cref="WampClientOptions.Authentication"/>.</returns>
    /// <exception cref="ArgumentException">The token is empty or no valid UTF-16.</exception>
    public static WampAuthentication Bearer(string token)
    {
        ArgumentException.ThrowIfNullOrEmpty(token);
        ThrowIfCut(token, nameof(token));
        return Bearer(_ => ValueTask.FromResult(token));
    }

    /// <summary>The most rounds of PBKDF2 that <see cref="WampCra(string, string, int)"/> makes for a router where nothing else is said.</summary>
    public const int UsualMaxIterations = 1_000_000;

    /// <summary>A user and a secret, or a password, that the router knows too and that never travels (WAMP-CRA): the client signs a challenge with it.</summary>
    /// <param name="authId">The user.</param>
    /// <param name="secret">Fetches the secret or the password; asked at every join, so that it may change between them.</param>
    /// <param name="maxIterations">The most rounds of PBKDF2 that a router may ask for, so that a hostile one cannot make the client work for hours.</param>
    /// <returns>The authentication, to be put into <see cref="WampClientOptions.Authentication"/>.</returns>
    /// <exception cref="ArgumentException">The authid is empty or no valid UTF-16.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The client could not make a single round.</exception>
    public static WampAuthentication WampCra(string authId, Func<CancellationToken, ValueTask<string>> secret, int maxIterations = UsualMaxIterations)
    {
        ArgumentException.ThrowIfNullOrEmpty(authId);
        ArgumentNullException.ThrowIfNull(secret);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxIterations);
        ThrowIfCut(authId, nameof(authId));
        return new WampCraAuthentication(authId, secret, maxIterations);
    }

    /// <summary>As <see cref="WampCra(string, Func{CancellationToken, ValueTask{string}}, int)"/>, with a fixed secret or password.</summary>
    /// <param name="authId">The user.</param>
    /// <param name="secret">The secret or the password.</param>
    /// <param name="maxIterations">The most rounds of PBKDF2 that a router may ask for.</param>
    /// <returns>The authentication, to be put into <see cref="WampClientOptions.Authentication"/>.</returns>
    /// <exception cref="ArgumentException">One of them is empty or no valid UTF-16.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The client could not make a single round.</exception>
    public static WampAuthentication WampCra(string authId, string secret, int maxIterations = UsualMaxIterations)
    {
        ArgumentException.ThrowIfNullOrEmpty(secret);
        ThrowIfCut(secret, nameof(secret));
        return WampCra(authId, _ => ValueTask.FromResult(secret), maxIterations);
    }

    /// <summary>
    /// A method of any name whose challenges a function answers: <see cref="WampChallenge"/> says which method asks, what it says, and which round it is. For what lasts longer than one challenge, such
    /// as a nonce, derive from this class and <see cref="WampLogin"/>.
    /// </summary>
    /// <param name="method">The method's name.</param>
    /// <param name="authId">The user; <see langword="null"/>: HELLO names none.</param>
    /// <param name="respond">Answers a challenge.</param>
    /// <param name="authExtra">What HELLO says besides; <see langword="null"/>: nothing.</param>
    /// <returns>The authentication, to be put into <see cref="WampClientOptions.Authentication"/>.</returns>
    /// <exception cref="ArgumentException">The method is empty, or one of the names is no valid UTF-16.</exception>
    public static WampAuthentication Answering(
        string method, string? authId, Func<WampChallenge, CancellationToken, ValueTask<WampChallengeResponse>> respond, IReadOnlyDictionary<string, object?>? authExtra = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(method);
        ArgumentNullException.ThrowIfNull(respond);
        ThrowIfCut(method, nameof(method));
        ThrowIfCut(authId ?? "", nameof(authId));
        return new AnsweringAuthentication(method, authId, respond, authExtra);
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
