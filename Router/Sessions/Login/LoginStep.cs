using WampRouter.Realms.Members;
using WampRouter.Sessions.Resumption;

namespace WampRouter.Sessions.Login;

/// <summary>What comes of the steps of a <see cref="LoginAttempt"/>.</summary>
internal abstract record LoginStep
{
    private LoginStep()
    {
    }

    /// <summary>A session.</summary>
    /// <param name="Realm">Where it is.</param>
    /// <param name="Member">Its membership.</param>
    /// <param name="Resumable">What of it outlives the connection; null where nothing does.</param>
    public sealed record Entered(HostedRealm Realm, Member Member, ResumableSession? Resumable) : LoginStep
    {
        /// <summary>Whether it begins here: WELCOME is due. A resumed one has had its WELCOME.</summary>
        public bool IsNew { get; init; }

        /// <summary>What WELCOME says about resuming it; null where that was not asked for.</summary>
        public ResumptionTerms? Terms { get; init; }

        /// <summary>What has come in it so far.</summary>
        public ReceiveState ReceiveState { get; init; }
    }

    /// <summary>The client must prove who it is: CHALLENGE.</summary>
    public sealed record Challenged(string AuthMethod) : LoginStep;

    /// <summary>A proof is being checked, or the session to resume is losing its former connection: nothing may come meanwhile.</summary>
    /// <param name="IsTimed">The wait has a time limit of its own: none runs for the client, who has done all that is asked of it.</param>
    public sealed record Waiting(bool IsTimed = false) : LoginStep;

    /// <summary>The client does not come in: ABORT.</summary>
    public sealed record Refused(string Reason, string Message) : LoginStep;
}
