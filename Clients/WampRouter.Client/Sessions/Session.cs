using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using WampRouter.Client.PubSub;
using WampRouter.Client.Rpc;
using WampRouter.Wire;

namespace WampRouter.Client.Sessions;

/// <summary>
/// One joined session on one connection, from WELCOME to its end. Its read loop takes every message apart and never runs user
/// code: events, invocations and replies are handed to pumps and to the tasks that wait for them.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A cancellation source without a timer holds nothing to dispose of, and is canceled exactly once.")]
internal sealed class Session
{
    private readonly WampClientOptions _options;
    private readonly ISessionOwner _owner;
    private readonly IWampConnection _connection;
    private readonly WireFormat _format;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<WampConnectionException> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isClosing;
    private Task _run = Task.CompletedTask;

    private Session(WampClientOptions options, IWampConnection connection, WireFormat format, WampSessionDetails details, ISessionOwner owner)
    {
        _options = options;
        _owner = owner;
        _connection = connection;
        _format = format;
        Details = details;
        Outbox = new Outbox(connection, format, options.MaxUnsentBytes, e => End(WampConnectionException.NetworkFailure("The connection failed while sending.", e)));
        Invocations = new InvocationDispatcher(this, options, owner);
    }

    public WampSessionDetails Details { get; }

    public IWampPayloadSerializer Serializer => _options.PayloadSerializer;

    public Outbox Outbox { get; }

    /// <summary>Requests that wait for a reply, by id.</summary>
    public ConcurrentDictionary<ulong, PendingRequest> Pending { get; } = new();

    /// <summary>Who gets the events of each subscription.</summary>
    public ConcurrentDictionary<ulong, Subscription> Subscriptions { get; } = new();

    public InvocationDispatcher Invocations { get; }

    /// <summary>Completes with the reason when the session has ended; never fails.</summary>
    public Task<WampConnectionException> Ended => _ended.Task;

    /// <summary>Connects, joins and begins to read.</summary>
    /// <exception cref="WampConnectionException">There is no session; the message says why.</exception>
    public static async Task<Session> OpenAsync(WampClientOptions options, ISessionOwner owner, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.JoinTimeout, options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        IWampConnection? connection = null;
        try
        {
            connection = await options.Transport.ConnectAsync([.. options.Serializers.Select(Subprotocols.Name)], either.Token).ConfigureAwait(false);
            var format = Subprotocols.Format(connection.Subprotocol);
            var details = await new Handshake(options, connection, format).JoinAsync(either.Token).ConfigureAwait(false);
            var session = new Session(options, connection, format, details, owner);
            session._run = session.RunAsync();
            return session;
        }
        catch (Exception e)
        {
            if (connection is not null)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
            }

            cancellationToken.ThrowIfCancellationRequested();
            throw e switch
            {
                WampConnectionException => e,
                _ when timeout.IsCancellationRequested => WampConnectionException.NetworkFailure($"The router did not let the client join realm '{options.Realm}' within {options.JoinTimeout}.", e),
                _ => WampConnectionException.NetworkFailure($"The router could not be reached: {e.Message}", e),
            };
        }
    }

    /// <summary>Sends a request whose reply is an id, and waits for it. Canceling only ends the wait for room: what was sent is answered.</summary>
    public async Task<ulong> RequestAsync<TMessage>(TMessage message, PendingId pending, CancellationToken cancellationToken)
        where TMessage : struct, IOutbound
    {
        await Outbox.SendAsync(message, pending, cancellationToken).ConfigureAwait(false);
        return await pending.Reply.ConfigureAwait(false);
    }

    /// <summary>Says GOODBYE and waits for the router's, but no longer than <see cref="WampClientOptions.CloseTimeout"/>.</summary>
    public async Task CloseAsync(string reason)
    {
        _isClosing = true;
        Outbox.TryPost(new FarewellMessage(MessageCode.Goodbye, reason));
        var cause = new WampConnectionException(reason, "The client closed the session.");
        _ = Outbox.CompleteAsync(cause);
        FailPending(cause);
        try
        {
            await Ended.WaitAsync(_options.CloseTimeout, _options.TimeProvider).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            End(cause);
        }

        await _run.ConfigureAwait(false);
    }

    /// <summary>Ends the session: whoever waits for it learns why. Any thread, the first reason counts.</summary>
    public void End(WampConnectionException cause)
    {
        _ = Outbox.CompleteAsync(cause);
        if (!_ended.TrySetResult(cause))
        {
            return;
        }

        FailPending(cause);
        Subscriptions.Clear();
        Invocations.Interrupt();
        _ = _stop.CancelAsync();
    }

    /// <summary>After the outbox was closed, so that no request can be added behind this loop's back.</summary>
    private void FailPending(WampConnectionException cause)
    {
        foreach (var pending in Pending.Values)
        {
            pending.Fail(cause.Again());
        }
    }

    private async Task RunAsync()
    {
        try
        {
            await using (_connection.ConfigureAwait(false))
            {
                var cause = await ReceiveUntilEndAsync().ConfigureAwait(false);
                End(cause);
                await Outbox.CompleteAsync(cause).WaitAsync(_options.CloseTimeout, _options.TimeProvider).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            // Outermost: a transport may throw anything, and a session that cannot read is over. A flush that takes too long ends here as well.
            End(WampConnectionException.NetworkFailure($"The connection was lost: {e.Message}", e));
        }
    }

    private async Task<WampConnectionException> ReceiveUntilEndAsync()
    {
        while (await _connection.ReceiveAsync(_stop.Token).ConfigureAwait(false) is { } frame)
        {
            if (Dispatch(frame.Span) is { } end)
            {
                return end;
            }

            await Outbox.RoomAsync().ConfigureAwait(false);
        }

        return WampConnectionException.NetworkFailure("The router closed the connection.");
    }

    /// <summary>Handles one message. Returns why the session is over, if it is.</summary>
    private WampConnectionException? Dispatch(ReadOnlySpan<byte> frame)
    {
        if (!MessageReader.TryRead(_format, frame, out var message, out var fault))
        {
            return Violation(fault!);
        }

        if (_isClosing && message.Code is not (MessageCode.Goodbye or MessageCode.Abort))
        {
            return null;
        }

        switch (message.Code)
        {
            case MessageCode.Event:
                Deliver(message);
                return null;
            case MessageCode.Invocation:
                return Invocations.Dispatch(message) is { } repeated ? Violation(repeated) : null;
            case MessageCode.Interrupt:
                Invocations.Interrupt(message.Request);
                return null;
            case MessageCode.Unsubscribed or MessageCode.Unregistered when message.Request == 0:
                Revoke(message);
                return null;
            case MessageCode.Result or MessageCode.Error or MessageCode.Published or MessageCode.Subscribed or MessageCode.Unsubscribed
                or MessageCode.Registered or MessageCode.Unregistered:
                return Complete(message) ? null : Violation($"{message.Code} {message.Request} answers no request of this session");
            case MessageCode.Goodbye or MessageCode.Abort:
                return Farewell(message);
            default:
                return Violation($"{message.Code} is not for a client that has joined");
        }
    }

    private void Deliver(in WampMessage message)
    {
        // An unknown subscription is one that was left a moment ago.
        if (Subscriptions.TryGetValue(message.Subscription, out var subscription))
        {
            subscription.Deliver(new WampEvent(
                subscription.Topic,
                (long)message.Publication,
                new WampDetails(_format, message.Options, _options.PayloadSerializer),
                WampArguments.Of(message, _options.PayloadSerializer)));
        }
    }

    private void Revoke(in WampMessage message)
    {
        var details = new WampDetails(_format, message.Options, _options.PayloadSerializer);
        if (message.Code == MessageCode.Unsubscribed)
        {
            if (details.GetInteger("subscription") is { } id && Subscriptions.TryRemove((ulong)id, out var subscription))
            {
                _owner.Revoked(subscription, Revocation.Of($"the subscription to '{subscription.Topic}'", details));
            }
        }
        else if (details.GetInteger("registration") is { } id && Invocations.Registrations.TryRemove((ulong)id, out var registration))
        {
            _owner.Revoked(registration, Revocation.Of($"the registration of '{registration.Procedure}'", details));
        }
    }

    private bool Complete(in WampMessage message)
    {
        if (!Pending.TryGetValue(message.Request, out var pending)
            || (message.Code == MessageCode.Error && message.RequestType != pending.Code)
            || !pending.TryComplete(message, _options.PayloadSerializer))
        {
            return false;
        }

        if (pending.IsLast(message))
        {
            Pending.TryRemove(message.Request, out _);
        }

        return true;
    }

    private WampConnectionException Farewell(in WampMessage message)
    {
        var reason = System.Text.Encoding.UTF8.GetString(message.Text);
        var text = new WampDetails(_format, message.Options, _options.PayloadSerializer).GetText("message");
        if (message.Code == MessageCode.Goodbye)
        {
            // After our own GOODBYE the outbox is closed: this one is its echo.
            Outbox.TryPost(new FarewellMessage(MessageCode.Goodbye, "wamp.close.goodbye_and_out"));
        }

        return new WampConnectionException(reason, text is null ? $"The router ended the session with {reason}." : $"The router ended the session with {reason}: {text}");
    }

    private WampConnectionException Violation(string what)
    {
        Outbox.TryPost(new FarewellMessage(MessageCode.Abort, WampErrorUri.ProtocolViolation, what));
        return WampConnectionException.Violation(what);
    }
}
