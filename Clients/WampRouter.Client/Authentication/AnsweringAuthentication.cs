namespace WampRouter.Client.Authentication;

/// <summary>A method whose challenges a function of the application answers.</summary>
internal sealed class AnsweringAuthentication(
    string method, string? authId, Func<WampChallenge, CancellationToken, ValueTask<WampChallengeResponse>> respond, IReadOnlyDictionary<string, object?>? authExtra) : WampAuthentication
{
    public override string Method => method;

    public override string? AuthId => authId;

    public override ValueTask<WampLogin> BeginAsync(WampJoin join, CancellationToken cancellationToken) => new(new Login(respond, authExtra));

    private sealed class Login(Func<WampChallenge, CancellationToken, ValueTask<WampChallengeResponse>> respond, IReadOnlyDictionary<string, object?>? authExtra) : WampLogin
    {
        public override IReadOnlyDictionary<string, object?>? AuthExtra => authExtra;

        public override ValueTask<WampChallengeResponse> RespondAsync(WampChallenge challenge, CancellationToken cancellationToken) => respond(challenge, cancellationToken);
    }
}
