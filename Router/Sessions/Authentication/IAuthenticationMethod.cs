using WampRouter.Realms.Peers;
using WampRouter.Sessions.Connections;
using WampRouter.Sessions.Hello;

namespace WampRouter.Sessions.Authentication;

/// <summary>One authentication method as one realm offers it. Any thread.</summary>
internal interface IAuthenticationMethod
{
    /// <summary>The name in HELLO.Details.authmethods.</summary>
    string Name { get; }

    /// <summary>Begins a login; null where the method cannot serve this client: the next one is then tried.</summary>
    AuthenticationStep? Begin(HelloRequest hello, ConnectionDetails connection);

    /// <summary>Says why a session that joined by a method of this name could not join by this one; null: it could.</summary>
    string? WhyGone(MemberIdentity identity) => null;
}

/// <summary>The result of one step of authentication.</summary>
internal abstract record AuthenticationStep
{
    private AuthenticationStep()
    {
    }

    /// <summary>The client is authenticated: WELCOME.</summary>
    public sealed record Accept(string AuthId, string AuthRole, string AuthMethod, string AuthProvider) : AuthenticationStep
    {
        /// <summary>Whether the authid was made up for this login, so that it does not identify the client.</summary>
        public bool IsAuthIdMadeUp { get; init; }

        /// <summary>WELCOME.Details.authextra, as a JSON object; null: none.</summary>
        public byte[]? Extra { get; init; }
    }

    /// <summary>The client must prove who it is: CHALLENGE. Its answer goes to <paramref name="Pending"/>.</summary>
    public sealed record Challenge(string AuthMethod, IPendingAuthentication Pending) : AuthenticationStep;

    /// <summary>The client is refused: ABORT. <paramref name="Message"/> helps an honest user and tells an attacker nothing; <paramref name="LogDetail"/> is for the operator.</summary>
    public sealed record Refuse(string Reason, string Message, string LogDetail) : AuthenticationStep;
}

/// <summary>A challenge that was sent and not yet answered.</summary>
internal interface IPendingAuthentication
{
    /// <summary>What a client is told whose answer was still being checked when its time was over.</summary>
    string WhyLate => "the login is still being checked; try again";

    /// <summary>Checks AUTHENTICATE.Signature; completes at once unless the check is slow.</summary>
    /// <param name="signatureUtf8">Borrowed for the call.</param>
    ValueTask<AuthenticationStep> AnswerAsync(ReadOnlySpan<byte> signatureUtf8);

    /// <summary>Called while the answer is awaited: the client is gone, or its time is over. The task then completes at once, with any result. Any thread.</summary>
    /// <param name="isLate">Whether it is the time that is over.</param>
    void GiveUp(bool isLate)
    {
    }
}
