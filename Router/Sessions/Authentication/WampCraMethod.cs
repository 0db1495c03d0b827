using WampRouter.Realms.Peers;
using WampRouter.Sessions.Connections;
using WampRouter.Sessions.Hello;
using WampRouter.Wire;

namespace WampRouter.Sessions.Authentication;

/// <summary>
/// WAMP-CRA (<c>rfc/text/advanced/authentication_cra.md</c>): the client signs a challenge with a secret that never travels. An unknown authid gets a challenge that cannot be told from one
/// of a real user, and is refused with the same text after the same amount of work (<see cref="WampCraDecoys"/>).
/// </summary>
/// <remarks>
/// For a client on another machine, loopback-only users do not exist: they are answered like unknown authids. Where the secret of some user may be guessed, wrong signatures make the next ones wait,
/// as wrong tickets do: a guess costs the router next to nothing, and so would the one who makes it.
/// </remarks>
internal sealed class WampCraMethod : IAuthenticationMethod
{
    /// <summary>The refusal of a wrong authid or signature.</summary>
    public static readonly AuthenticationStep.Refuse Denied = new(WampErrors.AuthenticationDenied, "unknown authid or wrong signature", "");

    private static readonly AuthenticationStep.Refuse NoAuthId = new(
        WampErrors.AuthenticationDenied, "a signature says who somebody is only together with an authid: name it in HELLO.Details.authid", "the method 'wampcra' without an authid");

    private static readonly AuthenticationStep.Refuse NoName = Deny("an authid longer than any");

    private readonly WampCraSettings _settings;
    private readonly MethodServices _services;
    private readonly WampCraDecoys _decoysHere;         // for clients on this machine
    private readonly WampCraDecoys _decoysElsewhere;

    public WampCraMethod(WampCraSettings settings, MethodServices services)
    {
        (_settings, _services) = (settings, services);
        var users = settings.Principals.Values.ToArray();
        var fromElsewhere = users.Where(user => !user.LoopbackOnly).ToArray();
        _decoysHere = new WampCraDecoys(users, services.Decoys);
        _decoysElsewhere = new WampCraDecoys(fromElsewhere.Length > 0 ? fromElsewhere : users, services.Decoys);
    }

    /// <inheritdoc />
    public string Name => WampCraSettings.MethodName;

    /// <inheritdoc />
    public ValueTask<AuthenticationStep?> BeginAsync(LoginRequest login, CancellationToken givenUp) => new(
        login.Hello.AuthId is not { Length: > 0 } authId ? NoAuthId
        : NameRules.FindProblem(authId) is not null ? NoName
        : Challenge(authId, login));

    /// <inheritdoc />
    public string? WhyGone(MemberIdentity identity) => _settings.WhyGone(identity);

    /// <inheritdoc />
    public bool Confirms(IAuthenticationMethod former, MemberIdentity identity) => former is WampCraMethod same && _settings.HasSecretsOf(same._settings, identity.AuthId);

    private static AuthenticationStep.Refuse Deny(string why) => Denied with { LogDetail = why };

    private AuthenticationStep.Challenge Challenge(string authId, LoginRequest login)
    {
        var decoys = login.Connection.IsLocal ? _decoysHere : _decoysElsewhere;
        var decoy = decoys.Imitate(authId);     // for real users too: it takes time
        var user = Find(authId, login.Connection, out var whyNot);
        var shown = user ?? decoy;
        var challenge = WampCraChallenge.Write(shown, login.Session, _services.Time.GetUtcNow());
        var signing = new Signing(challenge, user, decoy.Secrets[0], decoys.MostSecrets, whyNot ?? "wrong signature");
        return new AuthenticationStep.Challenge(Name, decoys.IsAnyGuessable ? new Delayed(_services, authId, login.Connection, signing) : signing)
        {
            Extra = WampCraChallenge.Wrap(challenge, shown.Salting),
        };
    }

    /// <summary>The user that the client claims to be; null if it may not be that user, and why.</summary>
    private WampCraPrincipal? Find(string authId, ConnectionDetails connection, out string? whyNot)
    {
        _settings.Principals.TryGetValue(authId, out var user);
        whyNot = user is null ? "the realm has no such principal"
            : user.LoopbackOnly && !connection.IsLocal ? $"who is a loopback-only user, and the peer is {connection.DescribeOrigin()}"
            : null;
        return whyNot is null ? user : null;
    }

    /// <summary>A challenge that was sent.</summary>
    /// <param name="challenge">The text that is signed.</param>
    /// <param name="user">Who may sign it; null: nobody.</param>
    /// <param name="decoy">A secret that nobody has, tried where the user has fewer than others.</param>
    /// <param name="mostSecrets">How many secrets are tried.</param>
    /// <param name="whyNot">Why the client is refused, for the log.</param>
    private sealed class Signing(byte[] challenge, WampCraPrincipal? user, WampCraSecret decoy, int mostSecrets, string whyNot) : IPendingAuthentication
    {
        public ValueTask<AuthenticationStep> AnswerAsync(ReadOnlySpan<byte> signatureUtf8, EncodedExtra? extra, CancellationToken givenUp) => new(Check(signatureUtf8));

        public AuthenticationStep Check(ReadOnlySpan<byte> signature)
        {
            var hasSigned = false;
            for (var i = 0; i < mostSecrets; i++)
            {
                var secret = i < user?.Secrets.Count ? user.Secrets[i] : decoy;
                hasSigned |= secret.HasSigned(challenge, signature);     // no early return: the time must not show which secret it was
            }

            if (hasSigned && user is not null)
            {
                return new AuthenticationStep.Accept(user.AuthId, user.Role, WampCraSettings.MethodName, WampCraChallenge.Provider);
            }

            return Deny(whyNot);
        }
    }

    /// <summary>The same where guesses must be slow: in the queue of slow checks, with its delays after wrong ones.</summary>
    private sealed class Delayed(MethodServices services, string authId, ConnectionDetails connection, Signing signing) : IPendingAuthentication
    {
        public string WhyLate => TicketVerifier.WhyLate;

        public ValueTask<AuthenticationStep> AnswerAsync(ReadOnlySpan<byte> signatureUtf8, EncodedExtra? extra, CancellationToken givenUp)
        {
            // One byte more than any, so that a longer one stays wrong.
            var signature = signatureUtf8[..Math.Min(signatureUtf8.Length, WampCraSecret.SignatureBytes + 1)].ToArray();
            var check = TicketCheck.Of(services.Realm, authId, connection, _ => signing.Check(signature));
            return new ValueTask<AuthenticationStep>(services.Verifier.RunAsync(check, givenUp));
        }
    }
}
