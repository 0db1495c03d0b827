using WampRouter.Sessions.Connections;
using WampRouter.Sessions.Outboxes;

namespace WampRouter.Transports;

/// <summary>
/// One connection over a stream of bytes, whatever its framing, from the moment the peer is let in to its end. Its <see cref="ReadLoop"/> pulls the peer's
/// frames and drives the session, its <see cref="Outbox"/> takes what goes to the peer, and the roster's heartbeat looks after it.
/// </summary>
/// <remarks>
/// The session and its <see cref="IMessageReceiver.Disconnected"/> run on the read loop. Other threads only wish the end (<see cref="ConnectionEnding"/>) or write
/// through the outbox.
/// </remarks>
internal sealed class MessageConnection : ITrackedConnection
{
    private readonly TransportServices _services;
    private readonly TransportLink _link;
    private readonly OutputPump? _pump;
    private readonly KeepAlive _keepAlive;
    private readonly ConnectionEnding _ending;
    private PeerWatch _watch;
    private ReadLoop? _loop;            // both from RunAsync on, before the roster knows the connection
    private IMessageReceiver? _receiver;

    /// <summary>Takes over the pipe of <paramref name="link"/>: read and written by this connection alone until <see cref="RunAsync"/> has ended.</summary>
    /// <param name="services">What all connections share.</param>
    /// <param name="link">What its transport brings.</param>
    public MessageConnection(TransportServices services, TransportLink link)
    {
        _services = services;
        _link = link;
        var output = link.Pipe.Output;
        _pump = OutputPump.IsTruePipe(output) ? null : new OutputPump(output);
        Traffic = services.Metrics.TrafficOf(link.Info.Transport, link.Info.Encoding.Format);
        Outbox = new Outbox(_pump?.Writer ?? output, services.Budget, services.Options.OutboxBytes, link.Framing.Outbound, Traffic, link.Info.Encoding);
        _keepAlive = new KeepAlive(services, link.Framing, Outbox);
        _ending = new ConnectionEnding(services, link, Outbox, _pump);
        _watch = new PeerWatch(services, link);
    }

    /// <inheritdoc />
    public Outbox Outbox { get; }

    /// <inheritdoc />
    public MessageTraffic Traffic { get; }

    /// <inheritdoc />
    public ConnectionDetails Info => _link.Info;

    /// <inheritdoc />
    public int MaxMessageBytes => _link.Framing.Frames.Limits.MessageBytes;

    /// <summary>Whether the session wants to be told of a message that is too large. Any thread.</summary>
    public bool ReadsPastTooLarge => _receiver is { ReadsPastTooLarge: true };

    /// <summary>The largest message that is taken at this moment: a smaller one before the login than after it. Any thread, once the connection runs.</summary>
    public int MaxMessageBytesNow => ReadsPastTooLarge ? MaxMessageBytes : Math.Min(_services.Options.MaxMessageBytesBeforeLogin, MaxMessageBytes);

    /// <inheritdoc />
    public IdleLimit? IdleLimit => _services.Listener?.IdleLimit;

    /// <inheritdoc />
    public bool ChecksText => _link.Framing.ChecksText;

    /// <inheritdoc />
    public bool IsEnding => _ending.IsWished;

    /// <inheritdoc />
    public Lateness Taking => _watch.Taking;

    /// <inheritdoc />
    public Lateness Sending => _watch.Sending;

    /// <summary>The last measured time from ping to pong; zero until there is one. Any thread.</summary>
    public TimeSpan RoundTrip => _keepAlive.RoundTrip;

    /// <summary>
    /// Whether the message being delivered came as text: for receivers without a WAMP subprotocol, which says so otherwise. Valid during
    /// <see cref="IMessageReceiver.Receive"/>.
    /// </summary>
    public bool IsReceivingText => _link.Framing.Frames.IsText;

    /// <summary>
    /// Begins a session and runs the connection, for which there must be a place in the roster, to its end; the pipe is then no longer used,
    /// and the caller's to complete. Called once.
    /// </summary>
    /// <returns>False where the caller should drop the transport at once; otherwise what is still in the pipe is worth sending.</returns>
    public async Task<bool> RunAsync(IReceiverFactory receivers)
    {
        _receiver = Begin(receivers);
        _loop = new ReadLoop(_services, _link, _receiver, _keepAlive, _ending);
        Traffic.Opened();
        _services.Roster.Add(this);

        // One async method less per open connection: an idle one should cost as little as it can.
        try
        {
            await _loop.RunAsync();
        }
        catch (Exception e)
        {
            NoteLoss(e);
        }

        _loop.End();
        try
        {
            await _ending.AwaitPeerAsync();
        }
        catch (Exception e)
        {
            NoteLoss(e);
        }

        Outbox.Close();
        await (_pump?.CompleteAsync() ?? Task.CompletedTask);
        _services.Admittance.Leave(this);
        Traffic.Ended();
        _services.Metrics.Ended(Info.Transport, _loop.EndReason);
        return !_ending.IsAborted;
    }

    /// <inheritdoc />
    public void RequestClose() => _ending.Close(DisconnectReason.ClosedByRouter);

    /// <inheritdoc />
    public void Abort() => _ending.Abort(DisconnectReason.ClosedByRouter);

    /// <inheritdoc />
    public void OnHeartbeat(long now)
    {
        if (_ending.ClosingFor(now) is { } closingFor)
        {
            _ending.OnHeartbeat(closingFor);
            return;
        }

        var (loop, receiver) = (_loop!, _receiver!);
        if (_watch.IsMessageOverdue(now, loop, receiver.AuthId))
        {
            _ending.Close(DisconnectReason.MessageTimeout);
        }

        if (_watch.IsStalled(now, Outbox.Backlog, _ending.IsAborted, receiver.AuthId))
        {
            _ending.Abort(DisconnectReason.Stalled);
        }

        receiver.OnHeartbeat(now);
        if (_keepAlive.IsPeerGone(now, loop.IsHeldUp))
        {
            _ending.Abort(DisconnectReason.PingTimeout);
        }

        if (_link.Framing.MissingFor(now) is { } silence && !_ending.IsAborted)
        {
            ConnectionLog.PollTimeout(_link.Logger, Info.ConnectionId, Info.Address, receiver.AuthId, silence.TotalSeconds);
            _ending.Abort(DisconnectReason.PollTimeout);
        }
    }

    /// <inheritdoc />
    public void EndForOutboxPressure()
    {
        _watch.ReportOutboxPressure(_receiver!.AuthId);
        _ending.Abort(DisconnectReason.OutboxPressure);
    }

    /// <inheritdoc />
    public void EndForInboundPressure()
    {
        _watch.ReportInboundPressure(_receiver!.AuthId);
        _ending.Close(DisconnectReason.InboundPressure);
    }

    private IMessageReceiver Begin(IReceiverFactory receivers)
    {
        try
        {
            return receivers.Create(this);
        }
        catch
        {
            _services.Admittance.Leave(Info.Address);
            throw;
        }
    }

    /// <summary>Whatever reading throws, the connection is lost and the session must be told. The session's own exceptions never get here.</summary>
    private void NoteLoss(Exception e)
    {
        if (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            ConnectionLog.ConnectionLost(_link.Logger, Info.ConnectionId, e.Message);
        }
        else
        {
            ConnectionLog.ReadingFailed(_link.Logger, e, Info.ConnectionId);
        }
    }
}
