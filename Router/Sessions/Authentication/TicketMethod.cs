using WampRouter.Wire;

namespace WampRouter.Sessions.Authentication;

/// <summary>
/// Ticket authentication (<c>rfc/text/advanced/authentication_ticket.md</c>). An unknown authid is challenged like a known one and refused with the same
/// words after the same amount of work.
/// </summary>
internal sealed class TicketMethod(TicketSettings settings, TicketVerifier verifier) : IAuthenticationMethod
{
    private static readonly AuthenticationStep.Refuse Denied = new(WampErrors.AuthenticationDenied, "unknown authid or wrong ticket", "");

    private readonly TicketSettings _settings = settings;
    private readonly TicketVerifier _verifier = verifier;
    private readonly int _paddedIterations = settings.Principals.Values.Select(Iterations).DefaultIfEmpty(0).Max();

    /// <inheritdoc />
    public string Name => "ticket";

    /// <inheritdoc />
    public AuthenticationStep? Begin(HelloRequest hello, ConnectionInfo connection) => hello.AuthId is { } authId
        ? new AuthenticationStep.Challenge(Name, new Pending(this, authId, connection))
        : null;

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
                matches |= hash.Matches(ticket);    // no early way out: the time must not tell which one matched
            }

            // Whoever is cheaper to check than the most expensive user pays the difference.
            TicketHash.Burn(ticket, method._paddedIterations - (principal is null ? 0 : Iterations(principal)));
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
