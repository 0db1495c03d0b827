namespace WampRouter.Client.Authentication;

/// <summary>The secret itself is the proof: a ticket (spec: "Ticket-based Authentication"), or a bearer token, which needs no user beside it.</summary>
internal sealed class SentSecretAuthentication(string method, string? authId, Func<CancellationToken, ValueTask<string>> secret) : WampAuthentication
{
    public override string Method => method;

    public override string? AuthId => authId;

    public override ValueTask<WampLogin> BeginAsync(WampJoin join, CancellationToken cancellationToken) => new(new Login(secret));

    private sealed class Login(Func<CancellationToken, ValueTask<string>> secret) : WampLogin
    {
        private bool _wasChallenged;

        public override async ValueTask<WampChallengeResponse> RespondAsync(WampChallenge challenge, CancellationToken cancellationToken)
        {
            if (_wasChallenged)
            {
                throw new WampException(WampErrorUri.ProtocolViolation, "CHALLENGE came twice");
            }

            _wasChallenged = true;
            return new WampChallengeResponse(await secret(cancellationToken).ConfigureAwait(false));
        }
    }
}
