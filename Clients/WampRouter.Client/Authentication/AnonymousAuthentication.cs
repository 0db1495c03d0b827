namespace WampRouter.Client.Authentication;

internal sealed class AnonymousAuthentication : WampAuthentication
{
    public override string Method => "anonymous";

    public override ValueTask<WampLogin> BeginAsync(WampJoin join, CancellationToken cancellationToken) => new(new Login());

    private sealed class Login : WampLogin
    {
        public override ValueTask<WampChallengeResponse> RespondAsync(WampChallenge challenge, CancellationToken cancellationToken) =>
            throw new WampConnectionException(WampErrorUri.ProtocolViolation, "The router asked an anonymous client to authenticate: set WampClientOptions.Authentication.");
    }
}
