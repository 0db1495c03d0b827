using System.Diagnostics.CodeAnalysis;

namespace WampRouter.Client.Sessions;

/// <summary>
/// Keeps a client in session: joins, notices the loss, joins again, restores, and closes. One task at a time drives it; anybody may
/// ask for the current session.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A cancellation source without a timer holds nothing to dispose of, and is canceled exactly once.")]
internal sealed class SessionKeeper(WampClientOptions options, ISessionOwner owner, ISessionObserver observer)
{
    private const int AttemptsWithinWindow = 10;

    private readonly Lock _lock = new();        // innermost: the fields below
    private readonly SessionOpener _opener = new(options, owner);
    private readonly CancellationTokenSource _closing = new();
    private readonly CancellationTokenSource _hurry = new();
    private TaskCompletionSource<Session> _connected = NewSignal();
    private Session? _session;
    private WampClientState _state;
    private Task _keeping = Task.CompletedTask;
    private Task? _closed;
    private Goodbye _goodbye = Goodbye.Default;     // set once, before anything is told that the client closes

    public WampClientState State
    {
        get
        {
            lock (_lock)
            {
                return _state;
            }
        }
    }

    public WampSessionDetails? Details
    {
        get
        {
            lock (_lock)
            {
                return _state == WampClientState.Connected ? _session!.Details : null;
            }
        }
    }

    /// <summary>The session to send on: at once, after waiting for one, or never, as the options say.</summary>
    public ValueTask<Session> CurrentAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_state == WampClientState.Connected)
            {
                return new(_session!);
            }

            if (_state != WampClientState.Closed && options.WhenDisconnected == WampDisconnectedBehavior.Fail)
            {
                throw WampConnectionException.NetworkFailure(
                    _state == WampClientState.Disconnected ? "The client is not connected: call ConnectAsync first." : "The client is not connected; it is trying to. With WhenDisconnected = WampDisconnectedBehavior.Wait requests wait until it is.");
            }

            return new(_connected.Task.WaitAsync(cancellationToken));
        }
    }

    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closed is not null, typeof(WampClient));
            if (_state != WampClientState.Disconnected)
            {
                throw new InvalidOperationException(_state == WampClientState.Closed
                    ? "The client has given up, as its reconnect policy says, and stays closed: create a new one to connect again."
                    : $"ConnectAsync can be called once; the client is {_state}.");
            }

            _state = WampClientState.Connecting;
        }

        observer.Changed(WampClientState.Disconnected, WampClientState.Connecting, null);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        try
        {
            var session = await OpenFirstAsync(either.Token).ConfigureAwait(false);
            await EnterAsync(session).ConfigureAwait(false);
            ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, typeof(WampClient));
            lock (_lock)
            {
                _keeping = KeepAsync(session);
            }
        }
        catch (Exception e)
        {
            Move(WampClientState.Disconnected, e);
            ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, typeof(WampClient));
            cancellationToken.ThrowIfCancellationRequested();
            throw;
        }
    }

    /// <summary>Says goodbye and ends everything. Any number of times: the first one says why.</summary>
    /// <param name="goodbye">Why.</param>
    /// <param name="cancellationToken">Ends the wait for the router's goodbye, whoever waits for it.</param>
    public async Task CloseAsync(Goodbye goodbye, CancellationToken cancellationToken)
    {
        Task closed;
        lock (_lock)
        {
            _goodbye = _closed is null ? goodbye : _goodbye;
            closed = _closed ??= CloseOnceAsync();
        }

        await using var onCancel = cancellationToken.UnsafeRegister(static keeper => _ = ((SessionKeeper)keeper!)._hurry.CancelAsync(), this).ConfigureAwait(false);
        await closed.ConfigureAwait(false);
    }

    private static TaskCompletionSource<Session> NewSignal()
    {
        var signal = new TaskCompletionSource<Session>(TaskCreationOptions.RunContinuationsAsynchronously);
        signal.Task.Forget();
        return signal;
    }

    private async Task CloseOnceAsync()
    {
        // Called under the lock: everything else happens after it was left.
        await Task.Yield();
        await _closing.CancelAsync().ConfigureAwait(false);
        Session? session;
        Task keeping;
        lock (_lock)
        {
            (session, keeping) = (_session, _keeping);
        }

        if (session is not null)
        {
            await session.CloseAsync(_goodbye, _hurry.Token).ConfigureAwait(false);
        }

        await keeping.ConfigureAwait(false);
        Move(WampClientState.Closed, null);
    }

    private async Task<Session> OpenFirstAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await _opener.OpenAsync(null, cancellationToken).ConfigureAwait(false);
            }
            catch (WampConnectionException e) when (options.Reconnect is { } policy && policy.MayRetryFirst(attempt, e))
            {
                var delay = DelayAsync(policy, attempt, cancellationToken);
                owner.Report(WampBackgroundErrorKind.ReconnectFailed, options.Realm, e);
                await delay.ConfigureAwait(false);
            }
        }
    }

    private async Task KeepAsync(Session session)
    {
        while (true)
        {
            var cause = await session.Disconnected.ConfigureAwait(false);
            if (_closing.IsCancellationRequested)
            {
                return;
            }

            if (options.Reconnect is not { } policy || policy.GiveUpWhen?.Invoke(cause) == true)
            {
                session.End(cause);
                Move(WampClientState.Closed, cause);
                return;
            }

            // The clock runs before anybody is told, so that no observer prolongs the wait.
            var firstDelay = DelayAsync(policy, 0, _closing.Token, session);
            Move(WampClientState.Reconnecting, cause);
            var (next, failure) = await ReopenAsync(policy, session, firstDelay).ConfigureAwait(false);
            if (next is null)
            {
                session.End(cause);
                Move(WampClientState.Closed, failure);
                return;
            }

            session = next;
            await EnterAsync(session).ConfigureAwait(false);
        }
    }

    private async Task<(Session? Session, Exception? Failure)> ReopenAsync(WampReconnectPolicy policy, Session lost, Task delay)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await delay.ConfigureAwait(false);
                return (await _opener.OpenAsync(lost, _closing.Token).ConfigureAwait(false), null);
            }
            catch (OperationCanceledException) when (_closing.IsCancellationRequested)
            {
                return (null, null);
            }
            catch (WampConnectionException e)
            {
                var isLast = !policy.MayRetry(attempt, e);
                delay = isLast ? Task.CompletedTask : DelayAsync(policy, attempt + 1, _closing.Token, lost);
                owner.Report(WampBackgroundErrorKind.ReconnectFailed, options.Realm, e);
                if (isLast)
                {
                    return (null, e);
                }
            }
        }
    }

    /// <summary>The wait before an attempt: while the router keeps the lost session, never so long that its time could run out meanwhile.</summary>
    private Task DelayAsync(WampReconnectPolicy policy, int attempt, CancellationToken cancellationToken, Session? lost = null)
    {
        var delay = policy.Delay(attempt, Random.Shared.NextDouble());
        var longest = lost?.ResumeRequest is null ? delay : lost.Details.ResumeWithin / AttemptsWithinWindow;
        return Task.Delay(delay < longest ? delay : longest, options.TimeProvider, cancellationToken);
    }

    /// <summary>Restores in the new session what the last one had, then lets everybody use it.</summary>
    private async Task EnterAsync(Session session)
    {
        lock (_lock)
        {
            _session = session;
        }

        // Set before it is asked: either this sees that the client is closing, or the close sees the session.
        if (_closing.IsCancellationRequested)
        {
            await session.CloseAsync(_goodbye, _hurry.Token).ConfigureAwait(false);
            return;
        }

        try
        {
            // A resumed session has everything. One that is lost again restores what is under way when it is resumed.
            var restoring = session.Details.IsResumed ? Task.CompletedTask : observer.RestoreAsync(session);
            await await Task.WhenAny(restoring, session.Disconnected).WaitAsync(options.JoinTimeout, options.TimeProvider).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            var cause = WampConnectionException.NetworkFailure($"The router did not restore subscriptions and registrations within {options.JoinTimeout}.", e);
            owner.Report(WampBackgroundErrorKind.ReconnectFailed, options.Realm, cause);
            session.End(cause);
        }

        if (!session.Disconnected.IsCompleted && !_closing.IsCancellationRequested)
        {
            Move(WampClientState.Connected, null);
        }
    }

    private void Move(WampClientState state, Exception? cause)
    {
        WampClientState previous;
        lock (_lock)
        {
            previous = _state;
            if (previous == state || previous == WampClientState.Closed)
            {
                return;
            }

            _state = state;
            if (previous == WampClientState.Connected)
            {
                _connected = NewSignal();
            }

            if (state == WampClientState.Connected)
            {
                _connected.TrySetResult(_session!);
            }
            else if (state == WampClientState.Closed)
            {
                _connected.TrySetException(cause is WampConnectionException lost ? lost.Again() : new ObjectDisposedException(typeof(WampClient).FullName));
            }
        }

        observer.Changed(previous, state, cause);
    }
}
