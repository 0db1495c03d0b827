using System.Diagnostics.CodeAnalysis;
using WampRouter.Delivery;
using WampRouter.Realms.Peers;
using WampRouter.Sessions.Authentication;
using WampRouter.Sessions.Connections;
using WampRouter.Sessions.Hello;
using WampRouter.Sessions.Resumption;
using WampRouter.Wire;

namespace WampRouter.Sessions.Login;

/// <summary>The login of one client, from HELLO to WELCOME or ABORT. Session loop only, except <see cref="WhyLate"/> and <see cref="GiveUp"/>.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "A source without a timer holds nothing, and the deadline may cancel it at any time.")]
internal sealed class LoginAttempt
{
    /// <summary>The most challenges of one login. A method that asks more often does not come to an end.</summary>
    public const int MostRounds = 10;

    private readonly HelloRequest _hello;
    private readonly SessionContext _context;
    private readonly Session _session;
    private readonly SessionPeer _peer;
    private readonly ConnectionDetails _connection;
    private readonly LoginRequest _request;
    private readonly HostedRealm? _realm;
    private readonly CancellationTokenSource _givenUp = new();
    private LoginPolicy? _judge;                // judges the whole login; null where there is no such realm
    private IPendingAuthentication? _answered;
    private volatile bool _isGivenUp;
    private int _hasEnded;                      // counted once
    private int _rounds;
    private IPendingAuthentication? _challenge;
    private Task<AuthenticationStep>? _pending;
    private ResumableSession? _awaited;         // a session whose former connection must end first

    /// <param name="hello">What the client asks for.</param>
    /// <param name="context">What all sessions share.</param>
    /// <param name="session">The connection's session, which the client gets.</param>
    /// <param name="peer">The connection's outgoing side.</param>
    /// <param name="connection">How the client reached the router.</param>
    public LoginAttempt(HelloRequest hello, SessionContext context, Session session, SessionPeer peer, ConnectionDetails connection)
    {
        (_hello, _context, _session, _peer, _connection) = (hello, context, session, peer, connection);
        _request = new LoginRequest(WampId.NextUnguessable(), hello, connection);
        _realm = context.Realm(hello.Realm);
    }

    /// <summary>The id of the session, if a new one begins.</summary>
    public ulong Id => _request.Session;

    /// <summary>The name of the realm; null where there is no such realm.</summary>
    public string? RealmName => _realm?.Realm.Name;

    /// <summary>Begins.</summary>
    public LoginStep Begin(FlushBatch batch)
    {
        _judge = _realm?.Logins;
        return Await(MethodChoice.BeginAsync(_request, _judge, _context.Live.IsDraining, _givenUp.Token), batch);
    }

    /// <summary>Takes the answer to the challenge, once.</summary>
    /// <param name="authenticate">AUTHENTICATE.</param>
    /// <param name="batch">Flushed by the caller.</param>
    public LoginStep Answer(in WampMessage authenticate, FlushBatch batch)
    {
        (_answered, _challenge) = (_challenge, null);
        if (authenticate.Options.Length > EncodedExtra.MaxBytes)
        {
            var size = FormattableString.Invariant($"AUTHENTICATE.Extra has {authenticate.Options.Length} bytes, and {EncodedExtra.MaxBytes} is the most");
            return Take(new AuthenticationStep.Refuse(WampErrors.PayloadSizeExceeded, size, size), batch);
        }

        return Await(_answered!.AnswerAsync(authenticate.Text, EncodedExtra.CopyOf(authenticate.Format, authenticate.Options), _givenUp.Token), batch);
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
    public string WhyLate => _answered?.WhyLate ?? IPendingAuthentication.StillChecked;

    /// <summary>The client is gone, or its time is over: ends a running check at once. Any thread.</summary>
    /// <param name="isLate">Whether it is the time that is over.</param>
    public void GiveUp(bool isLate)
    {
        _isGivenUp = true;
        _request.IsLate |= isLate;
        End(isLate ? "late" : "gone");
        _givenUp.Cancel();
    }

    /// <summary>The connection has ended without a WELCOME: nobody waits for the session to resume, and a method need not wait for an answer.</summary>
    public void Leave()
    {
        _awaited?.GiveUp(_session);
        GiveUp(isLate: false);
    }

    /// <summary>Takes a step of the authentication.</summary>
    public LoginStep Take(AuthenticationStep step, FlushBatch batch) => step switch
    {
        AuthenticationStep.Challenge challenge => Challenge(challenge),
        AuthenticationStep.Accept accept => Enter(accept, batch),
        AuthenticationStep.Refuse refuse => Refuse(refuse.Reason, refuse.Message, refuse.LogDetail),
        _ => throw new InvalidOperationException($"Unknown step {step}."),
    };

    private LoginStep Await(ValueTask<AuthenticationStep> step, FlushBatch batch)
    {
        if (step.IsCompletedSuccessfully)
        {
            return Take(step.Result, batch);
        }

        _pending = step.AsTask();
        return new LoginStep.Waiting();
    }

    private LoginStep Challenge(AuthenticationStep.Challenge challenge)
    {
        if (++_rounds > MostRounds)
        {
            return RefuseForMethod(challenge.AuthMethod, FormattableString.Invariant($"has challenged {MostRounds} times, and wants to do so again"));
        }

        EncodedExtra? extra = null;
        if (challenge.Extra?.TryConvert(_connection.Encoding.Format, out extra, out var fault) is false)
        {
            return RefuseForMethod(challenge.AuthMethod, $"has made a challenge that {_connection.Encoding.Format.Name()} cannot say: {fault}");
        }

        _challenge = challenge.Pending;
        return new LoginStep.Challenged(challenge.AuthMethod, extra);
    }

    private LoginStep Enter(AuthenticationStep.Accept accept, FlushBatch batch)
    {
        var hosted = accept.Realm is null ? _realm! : _context.Realm(accept.Realm);
        if (accept.Realm is { } other && (hosted is null || !hosted.Realm.MayGiveRole(accept.AuthRole)))
        {
            var problem = hosted is null ? "there is no such realm" : "that realm has no such role";
            SessionLog.LeadsNowhere(_context.Logger, _hello.Realm, accept.AuthMethod, accept.AuthId, other, accept.AuthRole, problem);
            return Refuse(hosted is null ? WampErrors.NoSuchRealm : WampErrors.NoSuchRole, $"this login leads to another realm, and {problem}", $"it was led to realm '{other}', and {problem}");
        }

        EncodedExtra? extra = null;
        if (accept.Extra?.TryConvert(_connection.Encoding.Format, out extra, out var fault) is false)
        {
            return RefuseForMethod(accept.AuthMethod, $"has given an authextra that {_connection.Encoding.Format.Name()} cannot say: {fault}");
        }

        var converted = accept with { Extra = extra };
        var identity = IdentityIn(hosted!, accept);
        return hosted!.WhyVoid(identity, _judge!) is { } why
            ? Refuse(WampErrors.AuthenticationFailed, "the configuration was changed during the login; log in again", why, accept.AuthId)
            : Resume(converted, hosted, batch) ?? EnterNew(converted, hosted, identity, batch);
    }

    private MemberIdentity IdentityIn(HostedRealm hosted, AuthenticationStep.Accept accept) => new(Id, accept.AuthId, accept.AuthRole, accept.AuthMethod, accept.AuthProvider)
    {
        Transport = _connection.Describe(),
        IsLocal = _connection.IsLocal,
        IsGranted = _connection.Granted is not null,
        IsLedHere = !ReferenceEquals(hosted, _realm),
        Principal = accept.IsAuthIdMadeUp ? $"anyone at {_connection.Address?.ToString() ?? _connection.Transport}" : accept.AuthId,
    };

    private LoginStep.Refused RefuseForMethod(string method, string problem)
    {
        SessionLog.MethodFailed(_context.Logger, method, _hello.Realm, problem);
        return Refuse(WampErrors.AuthenticationFailed, "the login could not be completed: the router's log says why", $"the method '{method}' {problem}");
    }

    private LoginStep.Refused Refuse(string reason, string message, string detail, string? authId = null)
    {
        End("refused");
        SessionLog.Refused(_context.Logger, _connection.DescribeAddress(), reason, authId ?? _hello.AuthId, _hello.Realm, detail, _connection.ConnectionId);
        return new LoginStep.Refused(reason, message);
    }

    /// <summary>Counts the end of the login, once. Who is let in without one is not counted.</summary>
    private void End(string outcome)
    {
        if (Interlocked.Exchange(ref _hasEnded, 1) == 0 && _connection.Granted is null)
        {
            _context.Metrics.LoggedIn(_request.Method, outcome);
        }
    }

    /// <summary>Resumes the session that the client asks for; null where it gets a new one.</summary>
    private LoginStep? Resume(AuthenticationStep.Accept accept, HostedRealm hosted, FlushBatch batch)
    {
        if (_hello.Resume is not { } wish)
        {
            return null;
        }

        var answer = _context.Resumable.Resume(new ResumptionClaim(wish, accept, hosted, _session, _peer), batch);
        switch (answer.Outcome)
        {
            case ResumptionOutcome.Resumed:
                End("accepted");
                return new LoginStep.Entered(hosted, answer.Member!, answer.Session) { Judge = _judge!, ReceiveState = answer.ReceiveState };
            case ResumptionOutcome.Busy:
                _pending = AfterAsync(answer.Freed!, accept);
                _awaited = answer.Session;
                return new LoginStep.Waiting(IsTimed: true);
            default:
                return null;
        }
    }

    private LoginStep EnterNew(AuthenticationStep.Accept accept, HostedRealm hosted, MemberIdentity identity, FlushBatch batch)
    {
        var resumable = _hello.IsResumable && hosted.Settings.Resumption.IsAllowed && _context.Resumable.IsPossible ? new ResumableSession(_context.Resumable, hosted, _session, _peer, identity.Principal) : null;
        if (!hosted.Realm.TryJoin(identity, _hello.Features, resumable?.Peer ?? (IPeer)_peer, out var member, out var refusal))
        {
            resumable?.Abandon();
            return Refuse(refusal.Error, refusal.Message, refusal.Message, identity.AuthId);
        }

        resumable?.AttachMember(member);
        if (!_context.Live.TryAdd(Id, resumable ?? (ILiveSession)_session))
        {
            hosted.Realm.Leave(member, batch);
            resumable?.Abandon();
            End("refused");
            return new LoginStep.Refused(WampErrors.SystemShutdown, "the router is shutting down");
        }

        End("accepted");
        return new LoginStep.Entered(hosted, member, resumable)
        {
            Judge = _judge!,
            IsNew = true,
            Extra = accept.Extra,
            Terms = _hello.IsResumable ? resumable?.FirstTerms ?? ResumptionTerms.NotAllowed : null,
        };
    }

    private async Task<AuthenticationStep> AfterAsync(Task freed, AuthenticationStep.Accept accept)
    {
        try
        {
            await freed.WaitAsync(_context.Options.HelloTimeout, _context.Time).ConfigureAwait(false);
            return accept;
        }
        catch (TimeoutException)
        {
            return new AuthenticationStep.Refuse(
                WampErrors.Unavailable, "the session's former connection has not ended yet; try again", "the former connection of the session to resume does not end");
        }
    }
}
