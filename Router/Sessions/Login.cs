using WampRouter.Sessions.Authentication;

namespace WampRouter.Sessions;

/// <summary>The way of one client from its HELLO to the decision who it is; forgotten when that is made. Session loop only.</summary>
internal sealed class Login(HelloRequest hello, SessionContext context)
{
    private IPendingAuthentication? _challenge;
    private Task<AuthenticationStep>? _checking;

    /// <summary>What the client asked for.</summary>
    public HelloRequest Hello { get; } = hello;

    /// <summary>The realm it asked for; null where there is none of that name, and then it is refused.</summary>
    public HostedRealm? Realm { get; } = context.Realm(hello.Realm);

    /// <summary>The first step.</summary>
    public AuthenticationStep Begin(ConnectionInfo connection)
    {
        var step = Handshake.Begin(Hello, Realm, context.Live.IsDraining, connection);
        _challenge = (step as AuthenticationStep.Challenge)?.Pending;
        return step;
    }

    /// <summary>Takes the answer to the challenge, once. Null: it is being checked, and <see cref="NextAsync"/> says what comes of it.</summary>
    public AuthenticationStep? Answer(ReadOnlySpan<byte> signature)
    {
        var check = _challenge!.AnswerAsync(signature);
        _challenge = null;
        if (check.IsCompletedSuccessfully)
        {
            return check.Result;
        }

        _checking = check.AsTask();
        return null;
    }

    /// <summary>The step that is being waited for.</summary>
    public Task<AuthenticationStep> NextAsync()
    {
        var checking = _checking!;
        _checking = null;
        return checking;
    }
}
