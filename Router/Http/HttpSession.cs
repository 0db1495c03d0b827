using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Channels;
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
    private ulong _lastRequest;                 // written under _writing
    private bool _isLeaving;
    private Task _reading = Task.CompletedTask;

    private HttpSession(IDuplexPipe pipe) => (_pipe, Over) = (pipe, _over.Token);

    /// <summary>The message with which the router ended the session, or what stands for it; null: it goes on.</summary>
    public Reply? End { get; private set; }

    /// <summary>Cancelled when the session has ended.</summary>
    public CancellationToken Over { get; }

    /// <summary>What comes unasked: EVENTs, results of a call that are not its last one, and subscriptions that were revoked. Whoever has made requests of that kind reads it, and is waited for. Completed with the session.</summary>
    public ChannelReader<Reply> Stream => _stream.Reader;

    /// <summary>Joins a realm.</summary>
    /// <param name="pipe">The client's end of a connection in the frames of RawSocket, in JSON; the session's from now on.</param>
    /// <param name="realm">The realm.</param>
    /// <param name="credentials">Who joins.</param>
    /// <returns>The session, or the message by which the router refuses it.</returns>
    public static async Task<(HttpSession? Session, Reply? Refusal)> JoinAsync(IDuplexPipe pipe, string realm, HttpCredentials credentials)
    {
        var session = new HttpSession(pipe);
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
                    return (null, Lost with { Uri = WampErrors.NoMatchingAuthMethod });
                default:
                    await session.LeaveAsync().ConfigureAwait(false);
                    return (null, reply);
            }
        }

        await session.LeaveAsync().ConfigureAwait(false);
        return (null, Lost);
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
        while (_stream.Reader.TryRead(out _))
        {
            // Nobody wants them, and the reading waits for room.
        }

        await WriteAsync(Goodbye).ConfigureAwait(false);
        await _pipe.Output.CompleteAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
        await _pipe.Input.CompleteAsync().ConfigureAwait(false);
        _over.Dispose();
        _writing.Dispose();
    }

    /// <summary>What stands for the message that ends a session where the router has dropped it without one.</summary>
    private static Reply Lost { get; } = new() { Code = MessageCode.Goodbye, Uri = WampErrors.NetworkFailure };

    private static byte[] Frame(Action<MessageWriter> write)
    {
        var writer = MessageWriter.ForThread(RequestMessage.Encoding);
        write(writer);
        return writer.End().ToArray();
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
        var end = Lost;
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

            await TakeAsync(reply).ConfigureAwait(false);
        }

        EndWith(end);
    }

    private async ValueTask TakeAsync(Reply reply)
    {
        if (reply.Code is MessageCode.Event || reply.IsProgress || (reply.Code is MessageCode.Unsubscribed && reply.Request == 0))
        {
            try
            {
                await _stream.Writer.WriteAsync(reply).ConfigureAwait(false);
            }
            catch (ChannelClosedException)
            {
                // The session is being left.
            }

            return;
        }

        TaskCompletionSource<Reply>? answer;
        lock (_gate)
        {
            _waiting.Remove(reply.Request, out answer);
        }

        answer?.TrySetResult(reply);
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
        _writing.Dispose();
    }
}
