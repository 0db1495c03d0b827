using WampRouter.Delivery;
using WampRouter.Realms.Peers;
using WampRouter.Sessions.Authentication;
using WampRouter.Sessions.Connections;
using WampRouter.Sessions.Hello;
using WampRouter.Sessions.Resumption;
using WampRouter.Wire;

namespace WampRouter.Sessions.Login;

/// <summary>The login of one client, from HELLO to WELCOME or ABORT. Session loop only.</summary>
/// <param name="hello">What the client asks for.</param>
/// <param name="context">What all sessions share.</param>
/// <param name="session">The connection's session, which the client gets.</param>
/// <param name="peer">The connection's outgoing side.</param>
/// <param name="connection">How the client reached the router.</param>
internal sealed class LoginAttempt(HelloRequest hello, SessionContext context, Session session, SessionPeer peer, ConnectionDetails connection)
{
    private readonly HostedRealm? _realm = context.Realm(hello.Realm);
    private LoginPolicy? _judge;                // judges the whole login; null where there is no such realm
    private IPendingAuthentication? _answered;
    private volatile bool _isGivenUp;
    private IPendingAuthentication? _challenge;
    private Task<AuthenticationStep>? _pending;
    private ResumableSession? _awaited;         // a session whose former connection must end first

    /// <summary>The id of the session, if a new one begins.</summary>
    public ulong Id { get; } = WampId.NextUnguessable();

    /// <summary>The name of the realm; null where there is no such realm.</summary>
    public string? RealmName => _realm?.Realm.Name;

    /// <summary>Begins.</summary>
    public LoginStep Begin(FlushBatch batch)
    {
        _judge = _realm?.Logins;
        return Take(MethodChoice.Begin(hello, _judge, context.Live.IsDraining, connection), batch);
    }

    /// <summary>Takes the answer to the challenge, once.</summary>
    public LoginStep Answer(ReadOnlySpan<byte> signature, FlushBatch batch)
    {
        (_answered, _challenge) = (_challenge, null);
        var check = _answered!.AnswerAsync(signature);
        if (check.IsCompletedSuccessfully)
        {
            return Take(check.Result, batch);
        }

        _pending = check.AsTask();
        return new LoginStep.Waiting();
    }

    /// <summary>Called after <see cref="LoginStep.Waiting"/>: completes with the step to pass to <see cref="Take"/>.</summary>
    public Task<AuthenticationStep> NextAsync()
    {
        var pending = _pending!;
        _pending = null;
        return pending;
    }

    /// <summary>Whether <see cref="GiveUp"/> was called: the result of <see cref="NextAsync"/> must then be ignored.</summary>
    public bool IsGivenUp => _isGivenUp;

    /// <summary>Why the step that is being waited for takes so long, for the client. Any thread.</summary>
    public string? WhyLate => _answered?.WhyLate;

    /// <summary>The client is gone, or its time is over: ends a running check at once. Any thread.</summary>
    /// <param name="isLate">Whether it is the time that is over.</param>
    public void GiveUp(bool isLate)
    {
        _isGivenUp = true;
        _answered?.GiveUp(isLate);
    }

    /// <summary>The connection has ended: the client no longer waits for the session to resume.</summary>
    public void Leave() => _awaited?.GiveUp(session);

    /// <summary>Takes a step of the authentication.</summary>
    public LoginStep Take(AuthenticationStep step, FlushBatch batch)
    {
        switch (step)
        {
            case AuthenticationStep.Challenge challenge:
                _challenge = challenge.Pending;
                return new LoginStep.Challenged(challenge.AuthMethod);
            case AuthenticationStep.Accept accept:
                return Resume(accept, batch) ?? EnterNew(accept, batch);
            case AuthenticationStep.Refuse refuse:
                SessionLog.Refused(context.Logger, connection.DescribeAddress(), refuse.Reason, hello.AuthId, hello.Realm, refuse.LogDetail, connection.ConnectionId);
                return new LoginStep.Refused(refuse.Reason, refuse.Message);
            default:
                throw new InvalidOperationException($"Unknown step {step}.");
        }
    }

    /// <summary>Resumes the session that the client asks for; null where it gets a new one.</summary>
    private LoginStep? Resume(AuthenticationStep.Accept accept, FlushBatch batch)
    {
        if (hello.Resume is not { } wish)
        {
            return null;
        }

        var answer = context.Resumable.Resume(new ResumptionClaim(wish, accept, _realm!, session, peer), batch);
        switch (answer.Outcome)
        {
            case ResumptionOutcome.Resumed:
                return new LoginStep.Entered(_realm!, answer.Member!, answer.Session) { Judge = _judge!, ReceiveState = answer.ReceiveState };
            case ResumptionOutcome.Busy:
                _pending = AfterAsync(answer.Freed!, accept);
                _awaited = answer.Session;
                return new LoginStep.Waiting(IsTimed: true);
            default:
                return null;
        }
    }

    private LoginStep EnterNew(AuthenticationStep.Accept accept, FlushBatch batch)
    {
        var hosted = _realm!;
        var identity = new MemberIdentity(Id, accept.AuthId, accept.AuthRole, accept.AuthMethod, accept.AuthProvider)
        {
            Transport = connection.Describe(),
            AuthExtra = accept.Extra,
            IsGranted = connection.Granted is not null,
            Principal = accept.IsAuthIdMadeUp ? $"anyone at {connection.Address?.ToString() ?? connection.Transport}" : accept.AuthId,
        };
        var resumable = hello.IsResumable && hosted.Settings.Resumption.IsAllowed && context.Resumable.IsPossible ? new ResumableSession(context.Resumable, hosted, session, peer, identity.Principal) : null;
        if (!hosted.Realm.TryJoin(identity, hello.Features, resumable?.Peer ?? (IPeer)peer, out var member, out var refusal))
        {
            resumable?.Abandon();
            SessionLog.Refused(context.Logger, connection.DescribeAddress(), refusal.Error, identity.AuthId, hello.Realm, refusal.Message, connection.ConnectionId);
            return new LoginStep.Refused(refusal.Error, refusal.Message);
        }

        resumable?.AttachMember(member);
        if (!context.Live.TryAdd(Id, resumable ?? (ILiveSession)session))
        {
            hosted.Realm.Leave(member, batch);
            resumable?.Abandon();
            return new LoginStep.Refused(WampErrors.SystemShutdown, "the router is shutting down");
        }

        return new LoginStep.Entered(hosted, member, resumable) { Judge = _judge!, IsNew = true, Terms = hello.IsResumable ? resumable?.FirstTerms ?? ResumptionTerms.NotAllowed : null };
    }

    private async Task<AuthenticationStep> AfterAsync(Task freed, AuthenticationStep.Accept accept)
    {
        try
        {
            await freed.WaitAsync(context.Options.HelloTimeout, context.Time).ConfigureAwait(false);
            return accept;
        }
        catch (TimeoutException)
        {
            return new AuthenticationStep.Refuse(
                WampErrors.Unavailable, "the session's former connection has not ended yet; try again", "the former connection of the session to resume does not end");
        }
    }
}
