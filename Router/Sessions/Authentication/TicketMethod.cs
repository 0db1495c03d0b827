using WampRouter.Realms.Peers;
using WampRouter.Sessions.Connections;
using WampRouter.Sessions.Hello;
using WampRouter.Wire;

namespace WampRouter.Sessions.Authentication;

/// <summary>
/// Ticket authentication (<c>rfc/text/advanced/authentication_ticket.md</c>). An unknown authid gets the same challenge as a known one, and is refused with the same
/// text after the same amount of work.
/// </summary>
/// <remarks>
/// For a client on another machine, loopback-only users do not exist: they are answered like unknown authids. Each check takes as long as that of the slowest user who
/// may come from where the client is; no time if there is none.
/// </remarks>
/// <param name="realm">The name of the realm.</param>
/// <param name="settings">The users of the method.</param>
/// <param name="verifier">Where slow checks run.</param>
/// <param name="stretch">How tickets are stretched; null for <see cref="TicketHash.Pbkdf2"/>.</param>
internal sealed class TicketMethod(string realm, TicketSettings settings, TicketVerifier verifier, TicketStretch? stretch = null) : IAuthenticationMethod
{
    /// <summary>The refusal of a wrong authid or ticket.</summary>
    public static readonly AuthenticationStep.Refuse Denied = new(WampErrors.AuthenticationDenied, "unknown authid or wrong ticket", "");

    /// <summary>The refusal of a client that names no authid.</summary>
    public static readonly AuthenticationStep.Refuse NoAuthId = new(
        WampErrors.AuthenticationDenied, "a ticket says who somebody is only together with an authid: name it in HELLO.Details.authid", "the method 'ticket' without an authid");

    private readonly string _realm = realm;
    private readonly TicketSettings _settings = settings;
    private readonly TicketVerifier _verifier = verifier;
    private readonly TicketStretch _stretch = stretch ?? TicketHash.Pbkdf2;

    // The iterations of every check, for clients on this machine and on others: as many as the slowest user needs who may come from there.
    private readonly int _iterationsHere = settings.Principals.Values.Select(Iterations).DefaultIfEmpty(0).Max();
    private readonly int _iterationsElsewhere = settings.Principals.Values.Where(principal => !principal.LoopbackOnly).Select(Iterations).DefaultIfEmpty(0).Max();

    /// <inheritdoc />
    public string Name => TicketSettings.MethodName;

    /// <inheritdoc />
    public ValueTask<AuthenticationStep?> BeginAsync(LoginRequest login, CancellationToken givenUp) => new(login.Hello.AuthId is { Length: > 0 } authId
        ? new AuthenticationStep.Challenge(Name, new Pending(this, authId, login.Connection))
        : NoAuthId);

    /// <inheritdoc />
    public string? WhyGone(MemberIdentity identity) => _settings.WhyGone(identity);

    /// <inheritdoc />
    public bool Confirms(IAuthenticationMethod former, MemberIdentity identity) => former is TicketMethod same && _settings.HasSecretsOf(same._settings, identity.AuthId);

    /// <summary>Whether this user is configured.</summary>
    public bool Knows(string authId) => _settings.Principals.ContainsKey(authId);

    private static int Iterations(TicketPrincipal principal) => principal.Tickets.Sum(ticket => ticket.Iterations);

    private AuthenticationStep Check(TicketPrincipal? principal, AuthenticationStep.Refuse refusal, ReadOnlySpan<byte> ticket, int iterations, TicketCheck? check = null)
    {
        var matches = false;
        foreach (var hash in principal?.Tickets ?? [])
        {
            if (check is { IsOver: true })
            {
                return refusal;
            }

            matches |= hash.Matches(ticket, _stretch);    // no early return: the time must not show which hash matched
        }

        if (check is not { IsOver: true })
        {
            // Users whose check is faster than that of the slowest user take the difference here.
            TicketHash.Burn(ticket, iterations - (principal is null ? 0 : Iterations(principal)), _stretch);
        }

        return matches ? new AuthenticationStep.Accept(principal!.AuthId, principal.Role, Name, "static") : refusal;
    }

    private sealed class Pending(TicketMethod method, string authId, ConnectionDetails connection) : IPendingAuthentication
    {
        public string WhyLate => TicketVerifier.WhyLate;

        public ValueTask<AuthenticationStep> AnswerAsync(ReadOnlySpan<byte> signatureUtf8, EncodedExtra? extra, CancellationToken givenUp)
        {
            var iterations = connection.IsLocal ? method._iterationsHere : method._iterationsElsewhere;
            var principal = Find(signatureUtf8, out var refusal);
            if (iterations == 0)
            {
                return ValueTask.FromResult(method.Check(principal, refusal, signatureUtf8, iterations));
            }

            var ticket = signatureUtf8[..Math.Min(signatureUtf8.Length, TicketHash.LongestTicket)].ToArray();
            var check = TicketCheck.Of(method._realm, authId, connection, running => method.Check(principal, refusal, ticket, iterations, running));
            return new ValueTask<AuthenticationStep>(method._verifier.RunAsync(check, givenUp));
        }

        /// <summary>The user that the client claims, or null if it may not be that user; and the refusal for a check that fails.</summary>
        private TicketPrincipal? Find(ReadOnlySpan<byte> ticket, out AuthenticationStep.Refuse refusal)
        {
            method._settings.Principals.TryGetValue(authId, out var principal);
            var detail = principal is null ? "the realm has no such principal"
                : principal.LoopbackOnly && !connection.IsLocal ? $"who is a loopback-only user, and the peer is {connection.DescribeOrigin()}"
                : ticket.Length > TicketHash.LongestTicket ? "a ticket longer than any"
                : null;
            refusal = Denied with { LogDetail = detail ?? "wrong ticket" };
            return detail is null ? principal : null;
        }
    }
}
