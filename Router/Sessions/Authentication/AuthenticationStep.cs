using WampRouter.Sessions.Hello;

namespace WampRouter.Sessions.Authentication;

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

        /// <summary>The realm that the client joins instead of the one it asked for; null: that one.</summary>
        public string? Realm { get; init; }

        /// <summary>WELCOME.Details.authextra; null: none.</summary>
        public EncodedExtra? Extra { get; init; }
    }

    /// <summary>The client must prove who it is: CHALLENGE. Its answer goes to <paramref name="Pending"/>.</summary>
    public sealed record Challenge(string AuthMethod, IPendingAuthentication Pending) : AuthenticationStep
    {
        /// <summary>CHALLENGE.Extra; null: empty.</summary>
        public EncodedExtra? Extra { get; init; }
    }

    /// <summary>The client is refused: ABORT. <paramref name="Message"/> helps an honest user and tells an attacker nothing; <paramref name="LogDetail"/> is for the operator.</summary>
    public sealed record Refuse(string Reason, string Message, string LogDetail) : AuthenticationStep;
}
