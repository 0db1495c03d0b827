namespace WampRouter.Client.Authentication;

/// <summary>The secret itself is the proof (spec: "Ticket-based Authentication").</summary>
internal sealed class TicketAuthentication(string authId, Func<CancellationToken, ValueTask<string>> ticket) : WampAuthentication
{
    public override string Method => "ticket";

    public override string? AuthId => authId;

    public override ValueTask<WampLogin> BeginAsync(WampJoin join, CancellationToken cancellationToken) => new(new Login(ticket));

    private sealed class Login(Func<CancellationToken, ValueTask<string>> ticket) : WampLogin
    {
        private bool _wasChallenged;

        public override async ValueTask<WampChallengeResponse> RespondAsync(WampChallenge challenge, CancellationToken cancellationToken)
        {
            if (_wasChallenged)
            {
                throw new WampException(WampErrorUri.ProtocolViolation, "CHALLENGE came twice");
            }

            _wasChallenged = true;
            return new WampChallengeResponse(await ticket(cancellationToken).ConfigureAwait(false));
        }
    }
}
