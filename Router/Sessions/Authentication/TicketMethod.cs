using WampRouter.Wire;

namespace WampRouter.Sessions.Authentication;

/// <summary>
/// Ticket authentication (<c>rfc/text/advanced/authentication_ticket.md</c>). An unknown authid is challenged like a known one and refused with the same
/// words after the same amount of work.
/// </summary>
/// <param name="settings">Who may come in.</param>
/// <param name="verifier">Where slow checks run.</param>
/// <param name="stretch">How tickets are stretched; null for <see cref="TicketHash.Pbkdf2"/>.</param>
internal sealed class TicketMethod(TicketSettings settings, TicketVerifier verifier, TicketStretch? stretch = null) : IAuthenticationMethod
{
    private static readonly AuthenticationStep.Refuse Denied = new(WampErrors.AuthenticationDenied, "unknown authid or wrong ticket", "");

    private static readonly AuthenticationStep.Refuse NoAuthId = new(
        WampErrors.AuthenticationDenied, "a ticket says who somebody is only together with an authid: name it in HELLO.Details.authid", "the method 'ticket' without an authid");

    private readonly TicketSettings _settings = settings;
    private readonly TicketVerifier _verifier = verifier;
    private readonly TicketStretch _stretch = stretch ?? TicketHash.Pbkdf2;
    private readonly int _paddedIterations = settings.Principals.Values.Select(Iterations).DefaultIfEmpty(0).Max();

    /// <inheritdoc />
    public string Name => "ticket";

    /// <inheritdoc />
    public AuthenticationStep? Begin(HelloRequest hello, ConnectionInfo connection) => hello.AuthId is { Length: > 0 } authId
        ? new AuthenticationStep.Challenge(Name, new Pending(this, authId, connection))
        : NoAuthId;

    private static int Iterations(TicketPrincipal principal) => principal.Tickets.Sum(ticket => ticket.Iterations);

    private sealed class Pending(TicketMethod method, string authId, ConnectionInfo connection) : IPendingAuthentication
    {
        public ValueTask<AuthenticationStep> AnswerAsync(ReadOnlySpan<byte> signatureUtf8)
        {
            method._settings.Principals.TryGetValue(authId, out var principal);
            return method._paddedIterations == 0
                ? ValueTask.FromResult(Check(principal, signatureUtf8))
                : CheckSlowlyAsync(principal, signatureUtf8.ToArray());
        }

        private async ValueTask<AuthenticationStep> CheckSlowlyAsync(TicketPrincipal? principal, byte[] ticket) =>
            await method._verifier.RunAsync(() => Check(principal, ticket)).ConfigureAwait(false)
            ?? new AuthenticationStep.Refuse(
                WampErrors.AuthenticationFailed,
                "too many logins at the same time; try again",
                "the queue of slow ticket checks is full");

        private AuthenticationStep Check(TicketPrincipal? principal, ReadOnlySpan<byte> ticket)
        {
            var matches = false;
            foreach (var hash in principal?.Tickets ?? [])
            {
                matches |= hash.Matches(ticket, method._stretch);    // no early way out: the time must not tell which one matched
            }

            // Whoever is cheaper to check than the most expensive user pays the difference.
            TicketHash.Burn(ticket, method._paddedIterations - (principal is null ? 0 : Iterations(principal)), method._stretch);
            return (matches, principal) switch
            {
                (true, { LoopbackOnly: true }) when !connection.IsLocal => Denied with { LogDetail = $"'{authId}' is a loopback-only user and the peer is {connection.DescribeOrigin()}" },
                (true, not null) => new AuthenticationStep.Accept(principal.AuthId, principal.Role, method.Name, "static"),
                (_, null) => Denied with { LogDetail = "the realm has no such principal" },
                _ => Denied with { LogDetail = $"wrong ticket for '{authId}'" },
            };
        }
    }
}
