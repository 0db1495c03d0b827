using System.Buffers;
using System.IO.Pipelines;
using WampRouter.Sessions.Connections;
using WampRouter.Transports.Admission;
using WampRouter.Wire;

namespace WampRouter.Transports.LongPoll;

/// <summary>
/// One client that speaks WAMP in requests: two pipes, with its requests at one end and a connection like any other at the other. It lives for as long as that connection, and has its place.
/// </summary>
/// <remarks>Any thread.</remarks>
internal sealed class LongPollTransport
{
    private const int NotEnded = -1;

    /// <summary>The thread pool between both ends, and no bound: what is written is bounded by <see cref="Sends"/>, which waits for the session.</summary>
    private static readonly PipeOptions Unbounded = new(pauseWriterThreshold: 0, useSynchronizationContext: false);

    /// <summary>What waits beyond this is counted in the outbox, as where a socket does not take it.</summary>
    private static readonly PipeOptions Bounded = new(useSynchronizationContext: false);

    private readonly Pipe _toRouter = new(Unbounded);
    private readonly Pipe _toClient = new(Bounded);
    private readonly Intake _intake = new();
    private readonly LongPollFrames _frames;
    private readonly MessageConnection _connection;
    private readonly TransportServices _services;
    private readonly ILogger _logger;
    private readonly LongPollOwner _owner;
    private readonly Sends _sends;
    private readonly Receives _receives;
    private int _endReason = NotEnded;

    /// <param name="services">Limits and clock, of the listener that it was opened at.</param>
    /// <param name="guest">Who has opened it, and what it speaks; it has a place in the roster.</param>
    /// <param name="id">What its requests name it by.</param>
    /// <param name="logger">Where its connection logs.</param>
    public LongPollTransport(TransportServices services, Guest guest, string id, ILogger logger)
    {
        (_services, _logger, Id, Protocol, Info) = (services, logger, id, guest.Subprotocol.Name!, guest.Info with { MaxSendBytes = MostMessageBytes });
        _owner = LongPollOwner.Of(guest.Info.User, guest.Info.ClientCertificate);
        Batches = new MessageBatches(guest.Info.Encoding.Format, guest.Subprotocol.Name!.EndsWith(".batched", StringComparison.Ordinal));
        _frames = new LongPollFrames(new MessageLimits(Math.Min(services.Options.MaxMessageBytes, MostMessageBytes)), _intake);
        _sends = new Sends(this, services, _toRouter.Writer, _intake);
        _receives = new Receives(_toClient.Reader, Batches, services);
        _connection = new MessageConnection(services, new TransportLink(new PipePair(_toRouter.Reader, _toClient.Writer), new LongPollFraming(this, _frames, logger), Info, logger));
    }

    /// <summary>
    /// The longest message either way: what the first 24 bits of RawSocket's length can say, so that the prefix is the length as well. It is one byte less than the largest limit that can be set, and what RawSocket itself says
    /// by a bit of its own.
    /// </summary>
    private const int MostMessageBytes = RawSocketPrefix.MaxLength - 1;

    /// <summary>What its requests name it by. Whoever knows it is its client, so it is not logged.</summary>
    public string Id { get; }

    /// <summary>What is spoken, such as <c>wamp.2.json.batched</c>.</summary>
    public string Protocol { get; }

    /// <summary>The status of an answer that says no more than yes: 202 as in the specification, or for <see cref="OpenRequest.IsOfAutobahn"/> 204.</summary>
    public int StatusOfSuccess { get; init; } = StatusCodes.Status202Accepted;

    /// <summary>Who has opened it.</summary>
    public ConnectionDetails Info { get; }

    /// <summary>How messages stand in requests and answers.</summary>
    public MessageBatches Batches { get; }

    /// <summary>How long a client may take nothing of an answer.</summary>
    public TimeSpan StallTimeout => _services.Options.StallTimeout;

    /// <summary>The largest message that is taken at this moment.</summary>
    public int MaxMessageBytesNow => _connection.MaxMessageBytesNow;

    /// <summary>Whether the session wants to be told of a message that is too large, so that only this message is lost.</summary>
    public bool ReadsPastTooLarge => _connection.ReadsPastTooLarge;

    /// <summary>Whether the session takes nothing any more.</summary>
    public bool HasEnded => Volatile.Read(ref _endReason) != NotEnded;

    /// <summary>Whether a request may use it: the id alone is not enough where whoever opened it has proved who he is.</summary>
    public bool IsOwnedBy(VisitorRequest request) => _owner == LongPollOwner.Of(request.User, request.ClientCertificate);

    /// <summary>Runs its connection to the end. Everything that can fail is handled inside, so nobody needs to await it.</summary>
    /// <param name="receivers">Makes the session.</param>
    public async Task RunAsync(IReceiverFactory receivers)
    {
        try
        {
            await _connection.RunAsync(receivers).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            ConnectionLog.SessionFailed(_logger, e, Info.ConnectionId);     // it could not begin
            NoteEnd(DisconnectReason.SessionFailed);
        }

        NoteEnd(DisconnectReason.ConnectionLost);
        await _toRouter.Reader.CompleteAsync().ConfigureAwait(false);
        await _toClient.Writer.CompleteAsync().ConfigureAwait(false);
        await _receives.EndAsync().ConfigureAwait(false);
        await _sends.EndAsync().ConfigureAwait(false);
    }

    /// <inheritdoc cref="Sends.TakeAsync"/>
    public Task<HandshakeRefusal?> SendAsync(PipeReader body, long? announced, CancellationToken gone) => _sends.TakeAsync(body, announced, gone);

    /// <inheritdoc cref="Receives.TakeAsync"/>
    public async Task<Received> ReceiveAsync(Func<ReadOnlySequence<byte>, ValueTask<bool>> write, CancellationToken gone)
    {
        var received = await _receives.TakeAsync(write, gone).ConfigureAwait(false);
        if (received == Received.Over)
        {
            _ = _sends.EndAsync();      // the client knows: nobody needs to wait for its goodbye
        }

        return received;
    }

    /// <summary>The client says goodbye, behind all that it has sent; nobody answers more than an empty answer from now on. Returns at once.</summary>
    public void Close()
    {
        _receives.Close();
        _ = _sends.EndAsync();
    }

    /// <summary>A request broke the rules in a way that ends the transport, as soon as the connection has come to the last word that is written then.</summary>
    public void Condemn(string fault) => _frames.Condemn(fault);

    /// <summary>Says what there is of a message that is too large, before a frame that stands for it is written.</summary>
    public void NoteTooLarge(byte[] head, long bytes) => _frames.NoteTooLarge(head, bytes);

    /// <summary>The session has come to its end; the first reason counts.</summary>
    public void NoteEnd(DisconnectReason reason)
    {
        Interlocked.CompareExchange(ref _endReason, (int)reason, NotEnded);
        _intake.NoteTaken();
        _intake.End();
    }

    /// <summary>For how long too long nobody has asked for messages; null: that is no reason to end. Heartbeat only.</summary>
    public TimeSpan? MissingFor(long now)
    {
        _sends.OnHeartbeat(now);
        return _receives.MissingFor(now) is var silence && silence >= _services.Options.LongPollTimeout ? silence : null;
    }

    /// <summary>The answer to requests that come too late.</summary>
    public HandshakeRefusal Over() => new(410, $"This transport has ended: {((DisconnectReason)Math.Max(0, Volatile.Read(ref _endReason))).InWords()}. Open another.");
}
