using WampRouter.Delivery;
using WampRouter.Realms.Peers;
using WampRouter.Sessions.Connections;
using WampRouter.Sessions.Hello;
using WampRouter.Sessions.Login;
using WampRouter.Sessions.Resumption;
using WampRouter.Wire;

namespace WampRouter.Sessions;

/// <summary>
/// The messages of a session before it is established: takes HELLO and AUTHENTICATE, and answers with CHALLENGE, WELCOME or ABORT (<c>rfc/text/basic/sessions.md</c>).
/// One for each HELLO; what is decided in between is <see cref="LoginAttempt"/>'s.
/// </summary>
/// <remarks>Session loop only, except <see cref="WhyLate"/> and <see cref="GiveUp"/>.</remarks>
internal sealed class LoginDialogue(Session session, SessionContext context, IConnection connection, SessionPeer peer, Membership membership)
{
    private LoginAttempt? _attempt;     // null: HELLO could not be read

    /// <summary>The name of the realm; null where there is no such realm.</summary>
    public string? RealmName => _attempt?.RealmName;

    /// <summary>Why the step that is being waited for takes so long, for the client. Any thread.</summary>
    public string? WhyLate => _attempt?.WhyLate;

    /// <summary>Begins. In <see cref="SessionState.Closed"/>.</summary>
    public ReceiveStatus Hello(in WampMessage message, FlushBatch batch)
    {
        if (message.Text.Length + message.Options.Length > HelloRequest.MaxBytes)
        {
            return RefuseLargeHello(message.Text.Length + message.Options.Length, batch);
        }

        if (HelloRequest.Read(message, out var hello) is { } violation)
        {
            return session.Violation(violation.Text, batch);
        }

        if (!session.TryEnterFrom(SessionState.Closed))
        {
            return ReceiveStatus.Close;
        }

        connection.Outbox.Unseal();
        _attempt = new LoginAttempt(hello!, context, session, peer, connection.Info);
        membership.Expect(_attempt.Id);
        return Proceed(_attempt.Begin(batch), batch);
    }

    /// <summary>Takes the answer to a challenge. In <see cref="SessionState.Challenging"/>.</summary>
    public ReceiveStatus Authenticate(in WampMessage message, FlushBatch batch) =>
        session.TryEnterFrom(SessionState.Challenging) ? Proceed(_attempt!.Answer(message, batch), batch) : ReceiveStatus.Close;

    /// <summary>Awaits what was begun, and goes on. In <see cref="SessionState.Authenticating"/>. Flushes by itself.</summary>
    public async ValueTask<ReceiveStatus> GoOnAsync()
    {
        var attempt = _attempt!;
        var step = await attempt.NextAsync().ConfigureAwait(false);
        if (attempt.IsGivenUp || !session.TryEnterFrom(SessionState.Authenticating))
        {
            return ReceiveStatus.Close;
        }

        var batch = FlushBatch.OfThread;
        var status = Proceed(attempt.Take(step, batch), batch);
        batch.Flush();
        return status;
    }

    /// <summary>The client is gone, or its time is over: ends a running check at once. Any thread.</summary>
    /// <param name="isLate">Whether it is the time that is over.</param>
    public void GiveUp(bool isLate) => _attempt?.GiveUp(isLate);

    /// <summary>The connection has ended without a WELCOME.</summary>
    public void Leave() => _attempt?.Leave();

    private ReceiveStatus Proceed(LoginStep step, FlushBatch batch)
    {
        switch (step)
        {
            case LoginStep.Entered entered:
                return Establish(entered, batch);
            case LoginStep.Challenged challenged:
                session.Enter(SessionState.Challenging);
                return peer.Send(SessionMessages.Challenge(peer.Encoding, challenged.AuthMethod, challenged.Extra), batch) == SendOutcome.TooLong
                    ? RefuseNarrow("CHALLENGE", batch)
                    : ReceiveStatus.Continue;
            case LoginStep.Refused refused:
                return Refuse(refused, batch);
            default:
                if (step is LoginStep.Waiting { IsTimed: true })
                {
                    session.StopDeadline();
                }

                session.Enter(SessionState.Authenticating);
                return ReceiveStatus.Wait;
        }
    }

    private ReceiveStatus Refuse(LoginStep.Refused refused, FlushBatch batch)
    {
        context.Metrics.JoinRefused(refused.Reason, RealmName);
        if (refused.Reason != WampErrors.SystemShutdown || context.Options.Shutdown != WampShutdownNotice.Restart)
        {
            return session.Abort(refused.Reason, refused.Message, batch);
        }

        session.Enter(SessionState.Failed);
        return ReceiveStatus.Close;     // many clients would not come back after an ABORT; the way the connection closes says that they may
    }

    private ReceiveStatus Establish(LoginStep.Entered entered, FlushBatch batch)
    {
        session.StopDeadline();
        session.Welcomed();
        peer.Realm = entered.Realm;
        var (identity, realm) = (entered.Member.Identity, entered.Realm.Realm);
        membership.Enter(entered);
        if (!entered.IsNew)
        {
            session.Enter(SessionState.Established);
            ResumptionLog.Resumed(context.Logger, connection.Info.ConnectionId, identity.Session);
            return ReceiveStatus.Continue;
        }

        if (peer.Send(SessionMessages.Welcome(peer.Encoding, identity, realm.Name, entered.Extra, connection.MaxMessageBytes, entered.Terms), batch) == SendOutcome.TooLong)
        {
            return RefuseNarrow("WELCOME", batch);
        }

        session.Enter(SessionState.Established);
        realm.Announce(entered.Member, batch);
        entered.Realm.Recheck(entered.Member, entered.Judge);
        context.Metrics.Joined(realm.Name, identity.AuthMethod);
        SessionLog.Joined(context.Logger, connection.Info.ConnectionId, identity.Session, realm.Name, identity.AuthId, identity.AuthRole);
        return ReceiveStatus.Continue;
    }

    /// <summary>For a client that takes messages too short for what the login has to say.</summary>
    private ReceiveStatus RefuseNarrow(string what, FlushBatch batch)
    {
        var text = FormattableString.Invariant($"the {what} is longer than the {peer.MaxMessageBytes} bytes that this client takes");
        context.Metrics.JoinRefused(WampErrors.PayloadSizeExceeded, RealmName);
        SessionLog.Refused(context.Logger, connection.Info.DescribeAddress(), WampErrors.PayloadSizeExceeded, null, RealmName ?? "", text, connection.Info.ConnectionId);
        return session.Abort(WampErrors.PayloadSizeExceeded, text, batch);
    }

    private ReceiveStatus RefuseLargeHello(int bytes, FlushBatch batch)
    {
        var excess = FormattableString.Invariant($"this HELLO has {bytes} bytes, and {HelloRequest.MaxBytes} is the most");
        SessionLog.Refused(context.Logger, connection.Info.DescribeAddress(), WampErrors.PayloadSizeExceeded, null, "", excess, connection.Info.ConnectionId);
        return session.Abort(WampErrors.PayloadSizeExceeded, excess, batch);
    }
}
