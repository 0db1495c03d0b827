using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using WampRouter.Client.PubSub;
using WampRouter.Client.Rpc;
using WampRouter.Wire;

namespace WampRouter.Client.Sessions;

/// <summary>
/// One joined session from WELCOME to its end: on one connection, or on several one after the other where the router lets it be resumed. In between it is
/// suspended: what is sent waits, and nothing that is under way fails until it has ended.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "Cancellation sources without a timer hold nothing to dispose of; the timer is disposed of by the end of the session.")]
internal sealed class Session
{
    private readonly WampClientOptions _options;
    private readonly ISessionOwner _owner;
    private readonly Inbox _inbox;
    private readonly TaskCompletionSource<WampConnectionException> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();        // the fields below; before the outbox's
    private TaskCompletionSource<WampConnectionException> _disconnected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenSource _stop = new();
    private Exception? _sendFailure;
    private bool _isSuspended;
    private bool _isClosing;
    private ITimer? _lastChance;
    private Task _run = Task.CompletedTask;
    private long _received;

    private Session(WampClientOptions options, IWampConnection connection, WampSessionDetails details, ISessionOwner owner)
    {
        _options = options;
        Details = details;
        _owner = owner;
        var format = Subprotocols.Format(connection.Subprotocol);
        var sent = options.Resumption is { } resumption && details.ResumeToken is not null ? new SentMessages(resumption.MaxKeptBytes) : null;
        Outbox = new Outbox(connection, format, RouterTerms.Of(details, connection), options.MaxUnsentBytes, sent, OnSendFailed);
        Invocations = new InvocationDispatcher(this, options, owner);
        _inbox = new Inbox(this, options, owner, format);
    }

    /// <summary>As the last WELCOME describes it.</summary>
    public WampSessionDetails Details { get; private set => Volatile.Write(ref field, value); }

    public Outbox Outbox { get; }

    /// <summary>Requests that wait for a reply, by id.</summary>
    public ConcurrentDictionary<ulong, PendingRequest> Pending { get; } = new();

    /// <summary>Who gets the events of each subscription.</summary>
    public ConcurrentDictionary<ulong, Subscription> Subscriptions { get; } = new();

    public InvocationDispatcher Invocations { get; }

    /// <summary>Whether this side has said GOODBYE.</summary>
    public bool IsClosing => Volatile.Read(ref _isClosing);

    /// <summary>Completes with the reason when the session has ended; never fails.</summary>
    public Task<WampConnectionException> Ended => _ended.Task;

    /// <summary>Completes with the reason when the present connection is lost, and the session suspended or ended; never fails.</summary>
    public Task<WampConnectionException> Disconnected
    {
        get
        {
            lock (_lock)
            {
                return _disconnected.Task;
            }
        }
    }

    /// <summary>Why the last connection ended; null until one has.</summary>
    public WampConnectionException? Loss { get; private set; }

    /// <summary>How to get the session back, or null when that cannot be: it has not lost its connection, or has ended.</summary>
    public ResumeRequest? ResumeRequest
    {
        get
        {
            lock (_lock)
            {
                return _isSuspended && !_ended.Task.IsCompleted ? new(Details.Id, Details.ResumeToken!, _received) : null;
            }
        }
    }

    private bool CanBeResumed => _options.Resumption is not null && Details.ResumeToken is not null;

    /// <summary>Begins to read on a connection that has joined.</summary>
    public static Session Start(WampClientOptions options, IWampConnection connection, WampSessionDetails details, ISessionOwner owner)
    {
        var session = new Session(options, connection, details, owner);
        session._run = session.RunAsync(connection, session._stop.Token);
        return session;
    }

    /// <summary>Goes on after a WELCOME that says so. Returns false when the session has ended here, or what the router has not got is not kept.</summary>
    public bool TryResume(IWampConnection connection, WampSessionDetails details)
    {
        lock (_lock)
        {
            if (!_isSuspended || _isClosing || _ended.Task.IsCompleted || details.Id != Details.Id || connection.Subprotocol != Details.Subprotocol)
            {
                return false;
            }

            (_stop, _sendFailure) = (new CancellationTokenSource(), null);
            if (details.TakenByRouter is not { } taken || !Outbox.TryResume(connection, taken, RouterTerms.Of(details, connection)))
            {
                return false;
            }

            Details = details;
            _disconnected = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _isSuspended = false;
            _lastChance?.Dispose();
            _run = RunAsync(connection, _stop.Token);
        }

        Outbox.Drain();
        return true;
    }

    /// <summary>Sends a request whose reply is an id, and waits for it. Canceling only ends the wait for room: what was sent is answered.</summary>
    public async Task<ulong> RequestAsync<TMessage>(TMessage message, PendingId pending, CancellationToken cancellationToken)
        where TMessage : struct, IOutbound
    {
        await Outbox.SendAsync(message, pending, cancellationToken).ConfigureAwait(false);
        return await pending.Reply.ConfigureAwait(false);
    }

    /// <summary>Says GOODBYE and waits for the router's, but no longer than <see cref="WampClientOptions.CloseTimeout"/>. Without a connection there is nobody to say it to.</summary>
    /// <param name="goodbye">Why.</param>
    /// <param name="hurry">Ends the wait.</param>
    public async Task CloseAsync(Goodbye goodbye, CancellationToken hurry)
    {
        bool isSuspended;
        lock (_lock)
        {
            (_isClosing, isSuspended) = (true, _isSuspended);
        }

        Outbox.TryPost(new FarewellMessage(MessageCode.Goodbye, goodbye.Reason, goodbye.Message));
        var cause = new WampConnectionException(goodbye.Reason, "The client closed the session.");
        _ = Outbox.CompleteAsync(cause);
        FailPending(cause);
        if (isSuspended || !await EndsInTimeAsync(hurry).ConfigureAwait(false))
        {
            End(cause);
        }

        await _run.ConfigureAwait(false);
    }

    /// <summary>Ends the session: whoever waits for it learns why. Any thread, the first reason counts.</summary>
    public void End(WampConnectionException cause)
    {
        var drained = Outbox.CompleteAsync(cause);
        if (!_ended.TrySetResult(cause))
        {
            return;
        }

        UnsentPublications.TellAsync(Outbox, drained, Details.Realm, cause, _owner).Forget();
        FailPending(cause);
        Subscriptions.Clear();
        Invocations.Interrupt();
        lock (_lock)
        {
            _disconnected.TrySetResult(cause);
            _lastChance?.Dispose();
            _ = _stop.CancelAsync();
        }
    }

    private async Task<bool> EndsInTimeAsync(CancellationToken hurry)
    {
        try
        {
            await Ended.WaitAsync(_options.CloseTimeout, _options.TimeProvider, hurry).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>After the outbox was closed, so that no request can be added behind this loop's back.</summary>
    private void FailPending(WampConnectionException cause)
    {
        foreach (var pending in Pending.Values)
        {
            pending.Fail(cause.Again());
        }
    }

    /// <summary>The read loop notices it too, but only when it reads.</summary>
    private void OnSendFailed(Exception failure)
    {
        if (!CanBeResumed)
        {
            End(WampConnectionException.NetworkFailure($"The connection failed while sending: {failure.Message}", failure));
            return;
        }

        lock (_lock)
        {
            _sendFailure = failure;
            _ = _stop.CancelAsync();
        }
    }

    private async Task RunAsync(IWampConnection connection, CancellationToken stop)
    {
        // Under the lock of whoever resumes it: everything else happens after it was left.
        await Task.Yield();
        WampConnectionException loss;
        try
        {
            await using (connection.ConfigureAwait(false))
            {
                if (await ReceiveUntilEndAsync(connection, stop).ConfigureAwait(false) is { } farewell)
                {
                    End(farewell);
                    await Outbox.CompleteAsync(farewell).WaitAsync(_options.CloseTimeout, _options.TimeProvider, CancellationToken.None).ConfigureAwait(false);
                }
            }

            loss = WampConnectionException.NetworkFailure("The router closed the connection.");
        }
        catch (Exception e)
        {
            // Outermost: a transport may throw anything, and a session that cannot read has lost its connection. A flush that takes too long ends here as well.
            var cause = Volatile.Read(ref _sendFailure) ?? e;
            loss = WampConnectionException.NetworkFailure($"The connection was lost: {cause.Message}", cause);
        }

        await LoseAsync(loss).ConfigureAwait(false);
    }

    /// <summary>Returns the router's last word, or null when the connection ended without one.</summary>
    private async Task<WampConnectionException?> ReceiveUntilEndAsync(IWampConnection connection, CancellationToken stop)
    {
        while (await connection.ReceiveAsync(stop).ConfigureAwait(false) is { } frame)
        {
            if (_inbox.Take(frame.Span) is { } end)
            {
                return end;
            }

            _received++;
            await Outbox.RoomAsync().WaitAsync(stop).ConfigureAwait(false);
        }

        return null;
    }

    /// <summary>The connection is gone: suspends the session where it can be resumed, and ends it otherwise.</summary>
    private async Task LoseAsync(WampConnectionException cause)
    {
        Loss = cause;
        if (!CanBeResumed || _ended.Task.IsCompleted)
        {
            End(cause);
            return;
        }

        try
        {
            await Outbox.SuspendAsync().WaitAsync(_options.CloseTimeout, _options.TimeProvider).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // A transport that still sends on a connection that was disposed of may do so on the next one.
            End(cause);
            return;
        }

        lock (_lock)
        {
            _isSuspended = !_isClosing && !_ended.Task.IsCompleted;
            if (_isSuspended)
            {
                _lastChance = _options.TimeProvider.CreateTimer(_ => End(cause), null, Details.ResumeWithin, Timeout.InfiniteTimeSpan);
                _disconnected.TrySetResult(cause);
                return;
            }
        }

        End(cause);
    }
}
