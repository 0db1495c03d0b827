using WampRouter.Realms.Members;
using WampRouter.Sessions.Hello;
using WampRouter.Sessions.Resumption;

namespace WampRouter.Sessions.Login;

/// <summary>The result of a step of a <see cref="LoginAttempt"/>.</summary>
internal abstract record LoginStep
{
    private LoginStep()
    {
    }

    /// <summary>The client has a session.</summary>
    /// <param name="Realm">The session's realm.</param>
    /// <param name="Member">The session as a member of the realm.</param>
    /// <param name="Resumable">The part of the session that outlives the connection; null where it cannot be resumed.</param>
    public sealed record Entered(HostedRealm Realm, Member Member, ResumableSession? Resumable) : LoginStep
    {
        /// <summary>Whether the session is new, so that WELCOME must be sent. A resumed session has already sent its WELCOME.</summary>
        public bool IsNew { get; init; }

        /// <summary>The version of the settings that let it in.</summary>
        public required LoginPolicy Judge { get; init; }

        /// <summary>WELCOME.Details.authextra; null: none.</summary>
        public EncodedExtra? Extra { get; init; }

        /// <summary>What WELCOME says about resumption; null where the client did not ask.</summary>
        public ResumptionTerms? Terms { get; init; }

        /// <summary>What the session has received so far.</summary>
        public ReceiveState ReceiveState { get; init; }
    }

    /// <summary>The client must prove who it is: CHALLENGE.</summary>
    /// <param name="AuthMethod">The method.</param>
    /// <param name="Extra">CHALLENGE.Extra; null: empty.</param>
    public sealed record Challenged(string AuthMethod, EncodedExtra? Extra) : LoginStep;

    /// <summary>A method decides or a proof is being checked, or the former connection of the session to resume is ending; the client may send nothing until then.</summary>
    /// <param name="IsTimed">Whether the wait has a time limit of its own. The login's limit then stops, because the client has done its part.</param>
    public sealed record Waiting(bool IsTimed = false) : LoginStep;

    /// <summary>The client is refused: ABORT.</summary>
    public sealed record Refused(string Reason, string Message) : LoginStep;
}
