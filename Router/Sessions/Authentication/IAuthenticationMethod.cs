using WampRouter.Sessions.Connections;
using WampRouter.Sessions.Hello;

namespace WampRouter.Sessions.Authentication;

/// <summary>One authentication method as one realm offers it. Any thread.</summary>
internal interface IAuthenticationMethod
{
    /// <summary>The name in HELLO.Details.authmethods.</summary>
    string Name { get; }

    /// <summary>Starts with what the HELLO says; null where the method cannot serve this client, and the next one is tried.</summary>
    AuthenticationStep? Begin(HelloRequest hello, ConnectionDetails connection);
}

/// <summary>What authentication does next.</summary>
internal abstract record AuthenticationStep
{
    private AuthenticationStep()
    {
    }

    /// <summary>The client is who it says: WELCOME.</summary>
    public sealed record Accept(string AuthId, string AuthRole, string AuthMethod, string AuthProvider) : AuthenticationStep
    {
        /// <summary>Whether the authid was made up for this login, and says nothing of who the client is.</summary>
        public bool IsAuthIdMadeUp { get; init; }

        /// <summary>WELCOME.Details.authextra, as a JSON object; null: none.</summary>
        public byte[]? Extra { get; init; }
    }

    /// <summary>The client must prove it: CHALLENGE, and the answer goes to <paramref name="Pending"/>.</summary>
    public sealed record Challenge(string AuthMethod, IPendingAuthentication Pending) : AuthenticationStep;

    /// <summary>The client does not come in: ABORT. The text tells an honest user what to do and an attacker nothing; <paramref name="LogDetail"/> is for the admin.</summary>
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

    /// <summary>While the answer is awaited: the client is gone, or its time is over. Any answer will do then, and it comes at once. Any thread.</summary>
    void GiveUp()
    {
    }
}
