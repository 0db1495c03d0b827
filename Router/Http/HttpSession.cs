using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Threading.Channels;
using WampRouter.Sessions.Outboxes;
using WampRouter.Transports;
using WampRouter.Wire;

namespace WampRouter.Http;

/// <summary>
/// The client's end of a WAMP session for somebody who has only HTTP requests: it joins, sends requests and waits for what answers them. The router's end is a connection like any other,
/// so permissions, quotas, meta events and metrics are those of any session.
/// </summary>
/// <remarks>Any thread; several requests may be under way at once. Whoever made it disposes of it.</remarks>
internal sealed class HttpSession : IAsyncDisposable
{
    /// <summary>What has been taken from the pipe and nobody has asked for yet, in messages: the rest waits in the pipe, and then in the outbox of the connection.</summary>
    private const int StreamMessages = 4;

    private static readonly Reply NoRoom = new()        // its session was left for that
    {
        Code = MessageCode.Goodbye,
        Uri = WampErrors.Unavailable,
        Details = JsonBody.OfTexts(("message", "the router has no room for what waits for you (WampRouter:Transports:OutboxTotalBytes); come again")),
    };

    private static readonly byte[] Goodbye = [.. Frame(static writer =>
    {
        writer.Begin(MessageCode.Goodbye, 3);
        writer.WriteEmptyDictionary();
        writer.WriteText(WampErrors.CloseRealm);
    })];

    private static readonly byte[] AnswerToGoodbye = [.. Frame(static writer =>
    {
        writer.Begin(MessageCode.Goodbye, 3);
        writer.WriteEmptyDictionary();
        writer.WriteText(WampErrors.GoodbyeAndOut);
    })];

    private readonly IDuplexPipe _pipe;
    private readonly Channel<Reply> _stream = Channel.CreateBounded<Reply>(new BoundedChannelOptions(StreamMessages) { SingleReader = true, SingleWriter = true });
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Lock _gate = new();        // guards what follows; nothing is taken under it
    private readonly Dictionary<ulong, TaskCompletionSource<Reply>> _waiting = [];
    private readonly CancellationTokenSource _over = new();
    private InboundShare _held;                 // of the stream, and of the message that was taken from it last
    private long _streamBytes;
    private int _takenBytes;
    private ulong _lastRequest;                 // written under _writing
    private bool _isLeaving;
    private Task _reading = Task.CompletedTask;

    private readonly Func<bool> _isShuttingDown;

    private HttpSession(IDuplexPipe pipe, ByteBudget room, Func<bool> isShuttingDown) => (_pipe, Over, _held, _isShuttingDown) = (pipe, _over.Token, new InboundShare(room), isShuttingDown);

    /// <summary>The message with which the router ended the session, or what stands for it; null: it goes on.</summary>
    public Reply? End { get; private set; }

    /// <summary>Cancelled when the session has ended.</summary>
    public CancellationToken Over { get; }

    /// <summary>Joins a realm.</summary>
    /// <param name="pipe">The client's end of a connection in the frames of RawSocket, in JSON; the session's from now on.</param>
    /// <param name="realm">The realm.</param>
    /// <param name="credentials">Who joins.</param>
    /// <param name="room">What all that waits for clients counts in, together.</param>
    /// <param name="isShuttingDown">Whether the router goes down: it then closes connections without a word, for clients to come back.</param>
    /// <returns>The session, or the message by which the router refuses it.</returns>
    public static async Task<(HttpSession? Session, Reply? Refusal)> JoinAsync(IDuplexPipe pipe, string realm, HttpCredentials credentials, ByteBudget room, Func<bool> isShuttingDown)
    {
        var session = new HttpSession(pipe, room, isShuttingDown);
        await session.WriteAsync(HelloMessage.Write(realm, credentials)).ConfigureAwait(false);
        var isAnswered = false;
        while (await session.ReadAsync().ConfigureAwait(false) is { } reply)
        {
            switch (reply.Code)
            {
                case MessageCode.Welcome:
                    session._reading = session.ReadAllAsync();
                    return (session, null);
                case MessageCode.Challenge when !isAnswered && reply.Uri == credentials.Method:
                    isAnswered = true;
                    await session.WriteAsync(HelloMessage.Answer(credentials.Secret)).ConfigureAwait(false);
                    continue;
                case MessageCode.Challenge:
                    await session.LeaveAsync().ConfigureAwait(false);
                    return (null, session.Lost with { Uri = WampErrors.NoMatchingAuthMethod });
                default:
                    await session.LeaveAsync().ConfigureAwait(false);
                    return (null, reply);
            }
        }

        await session.LeaveAsync().ConfigureAwait(false);
        return (null, session.Lost);
    }

    /// <summary>Waits for what comes unasked: EVENTs, results of a call that are not its last one, and subscriptions that were revoked. Whoever has made requests of that kind takes it, and is waited for.</summary>
    /// <returns>False: the session has ended, and nothing more comes.</returns>
    public ValueTask<bool> IsComingAsync(CancellationToken gone) => _stream.Reader.WaitToReadAsync(gone);

    /// <summary>Takes what has come. Until the next one is taken it counts among what waits for clients.</summary>
    public bool TryTake([NotNullWhen(true)] out Reply? reply)
    {
        var isThere = _stream.Reader.TryRead(out reply);
        lock (_gate)
        {
            _streamBytes -= _takenBytes;
            _takenBytes = reply?.Bytes ?? 0;
            _held.TryHold(_streamBytes);
        }

        return isThere;
    }

    /// <summary>Sends a request.</summary>
    /// <param name="message">The request; its values are valid.</param>
    /// <param name="gone">Cancelled when nobody waits for the answer any more. A call is then cancelled.</param>
    /// <returns>What answers it last: its result, an ERROR, or the message that ended the session.</returns>
    /// <exception cref="OperationCanceledException">Nobody waits any more.</exception>
    public async Task<Reply> AskAsync(RequestMessage message, CancellationToken gone)
    {
        var answer = new TaskCompletionSource<Reply>(TaskCreationOptions.RunContinuationsAsynchronously);
        var request = await SendAsync(message, answer, gone).ConfigureAwait(false);
        try
        {
            return await answer.Task.WaitAsync(gone).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (message.Code is MessageCode.Call)
        {
            await CancelAsync(request).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>As above, and hands over what comes unasked meanwhile: all of it that comes before the answer.</summary>
    /// <param name="message">The request; its values are valid.</param>
    /// <param name="take">Takes one message; the next one waits for it.</param>
    /// <param name="gone">As above.</param>
    public async Task<Reply> AskAsync(RequestMessage message, Func<Reply, ValueTask> take, CancellationToken gone)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(gone);
        var asking = AskAsync(message, gone);
        try
        {
            while (await IsMoreComingAsync(asking, enough.Token).ConfigureAwait(false))
            {
                await TakeAllAsync(take).ConfigureAwait(false);
            }

            // What came before the answer is in the stream by now.
            var answer = await asking.ConfigureAwait(false);
            await TakeAllAsync(take).ConfigureAwait(false);
            return answer;
        }
        finally
        {
            await enough.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Sends a message that nothing answers: PUBLISH without <c>acknowledge</c>.</summary>
    /// <returns>The message that had ended the session before; null: it was sent.</returns>
    /// <exception cref="OperationCanceledException">Nobody waits any more, and it was not sent.</exception>
    public async Task<Reply?> TellAsync(RequestMessage message, CancellationToken gone)
    {
        await SendAsync(message, answer: null, gone).ConfigureAwait(false);
        return End;
    }

    /// <summary>Leaves the realm, and waits until the router has taken note.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _isLeaving = true;
        }

        _stream.Writer.TryComplete();
        while (TryTake(out _))
        {
            // Nobody wants them, and the reading waits for room.
        }

        await WriteAsync(Goodbye).ConfigureAwait(false);
        await _pipe.Output.CompleteAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
        await _pipe.Input.CompleteAsync().ConfigureAwait(false);
        lock (_gate)
        {
            _held.Clear();
        }

        _over.Dispose();        // not the turn to write: somebody whom nobody waits for any more may still want to cancel his call
    }

    /// <summary>What stands for the message that ends a session where the router has dropped it without one.</summary>
    private Reply Lost => new() { Code = MessageCode.Goodbye, Uri = _isShuttingDown() ? WampErrors.SystemShutdown : WampErrors.NetworkFailure };

    private static byte[] Frame(Action<MessageWriter> write)
    {
        var writer = MessageWriter.ForThread(RequestMessage.Encoding);
        write(writer);
        return writer.End().ToArray();
    }

    /// <summary>Waits for the next message of the stream. False where the answer is there, or nothing more comes and the answer alone is to be waited for.</summary>
    private async Task<bool> IsMoreComingAsync(Task asking, CancellationToken enough)
    {
        if (asking.IsCompleted)
        {
            return false;
        }

        var coming = IsComingAsync(enough).AsTask();
        return await Task.WhenAny(asking, coming).ConfigureAwait(false) == coming && coming.IsCompletedSuccessfully && await coming.ConfigureAwait(false);
    }

    private async Task TakeAllAsync(Func<Reply, ValueTask> take)
    {
        while (TryTake(out var reply))
        {
            await take(reply).ConfigureAwait(false);
        }
    }

    private async Task<ulong> SendAsync(RequestMessage message, TaskCompletionSource<Reply>? answer, CancellationToken gone)
    {
        await _writing.WaitAsync(gone).ConfigureAwait(false);
        try
        {
            // In the order of their ids, as the specification wants requests to be.
            var request = ++_lastRequest;
            lock (_gate)
            {
                if (End is { } end)
                {
                    answer?.TrySetResult(end);
                    return request;
                }

                if (answer is not null)
                {
                    _waiting.Add(request, answer);
                }
            }

            if (!TryPutInPipe(message, request))
            {
                throw new InvalidOperationException("A message that was found to have no fault is too long for its frame.");
            }

            await _pipe.Output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
            return request;
        }
        finally
        {
            _writing.Release();
        }
    }

    private bool TryPutInPipe(RequestMessage message, ulong request)
    {
        var isWritten = message.TryWrite(request, out var frame);
        _pipe.Output.Write(frame);
        return isWritten;
    }

    private Task CancelAsync(ulong request) => WriteAsync(Frame(writer =>
    {
        writer.Begin(MessageCode.Cancel, 3);
        writer.WriteId(request);
        writer.BeginDictionary(1);
        writer.WriteKey("mode"u8);
        writer.WriteText("killnowait"u8);
        writer.EndDictionary();
    }));

    private async Task WriteAsync(byte[] frame)
    {
        await _writing.WaitAsync().ConfigureAwait(false);
        try
        {
            await _pipe.Output.WriteAsync(frame).ConfigureAwait(false);
        }
        catch (InvalidOperationException)
        {
            // The pipe was completed: the session has ended.
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task ReadAllAsync()
    {
        Reply? end = null;
        try
        {
            while (await ReadAsync().ConfigureAwait(false) is { } reply)
            {
                if (reply.Code is MessageCode.Goodbye or MessageCode.Abort)
                {
                    end = reply;
                    if (reply.Code is MessageCode.Goodbye && !_isLeaving)
                    {
                        await WriteAsync(AnswerToGoodbye).ConfigureAwait(false);
                    }

                    break;
                }

                if (!await TakeAsync(reply).ConfigureAwait(false))
                {
                    end = NoRoom;
                    await WriteAsync(Goodbye).ConfigureAwait(false);
                    break;
                }
            }
        }
        finally
        {
            EndWith(end ?? Lost);       // whatever happens, nobody waits in vain
        }
    }

    /// <summary>Hands a message to whom it is for. False: there is no room for it.</summary>
    private async ValueTask<bool> TakeAsync(Reply reply)
    {
        if (reply.Code is MessageCode.Event || reply.IsProgress || (reply.Code is MessageCode.Unsubscribed && reply.Request == 0))
        {
            if (!TryHold(reply.Bytes))
            {
                return false;
            }

            try
            {
                await _stream.Writer.WriteAsync(reply).ConfigureAwait(false);
            }
            catch (ChannelClosedException)
            {
                TryHold(-reply.Bytes);      // the session is being left
            }

            return true;
        }

        TaskCompletionSource<Reply>? answer;
        lock (_gate)
        {
            _waiting.Remove(reply.Request, out answer);
        }

        answer?.TrySetResult(reply);
        return true;
    }

    private bool TryHold(int bytes)
    {
        lock (_gate)
        {
            if (!_held.TryHold(_streamBytes + bytes))
            {
                return false;
            }

            _streamBytes += bytes;
            return true;
        }
    }

    private void EndWith(Reply end)
    {
        TaskCompletionSource<Reply>[] waiting;
        lock (_gate)
        {
            End = end;
            waiting = [.. _waiting.Values];
            _waiting.Clear();
        }

        Array.ForEach(waiting, answer => answer.TrySetResult(end));
        _stream.Writer.TryComplete();
        _over.Cancel();
    }

    /// <summary>The next message; null where the router has closed the connection.</summary>
    private async ValueTask<Reply?> ReadAsync()
    {
        while (true)
        {
            ReadResult read;
            try
            {
                read = await _pipe.Input.ReadAsync().ConfigureAwait(false);
            }
            catch (IOException)
            {
                return null;        // the router has dropped the connection
            }

            if (ReplyFrames.TryTake(read.Buffer, out var reply, out var consumed))
            {
                _pipe.Input.AdvanceTo(consumed);
                return reply;
            }

            _pipe.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted)
            {
                return null;
            }
        }
    }

    private async Task LeaveAsync()
    {
        await _pipe.Output.CompleteAsync().ConfigureAwait(false);
        await _pipe.Input.CompleteAsync().ConfigureAwait(false);
        _over.Dispose();
    }
}
