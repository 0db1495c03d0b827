using System.Buffers;
using System.IO.Pipelines;
using WampRouter.Transports.Admission;
using WampRouter.Wire;

namespace WampRouter.Transports.LongPoll;

/// <summary>
/// What comes through the requests to send of one transport: one body after the other, in the order in which the requests came, is judged and led to the connection. A request waits until the session has taken
/// its messages, so no client is faster than its session.
/// </summary>
/// <remarks>Any thread. What is not said to be so is touched by whose turn it is.</remarks>
/// <param name="transport">Whose requests they are.</param>
/// <param name="services">Limits and clock.</param>
/// <param name="output">Leads to the connection.</param>
/// <param name="intake">Tells what the session has taken.</param>
internal sealed class Sends(LongPollTransport transport, TransportServices services, PipeWriter output, Intake intake)
{
    private readonly SendTurns _turns = new();
    private readonly List<Range> _messages = [];
    private readonly Lock _gate = new();        // LOCKS.md: nothing is taken under it
    private InboundShare _held = new(services.Inbound);
    private CancellationTokenSource? _reading;  // under the lock, as is the next: a body is being read
    private long _readingSince;
    private long _written;                      // messages, and words of condemnation

    /// <summary>Takes the body of a request.</summary>
    /// <param name="body">The body.</param>
    /// <param name="announced">How many bytes the client says that it has; null where it does not say.</param>
    /// <param name="gone">Canceled when the client does not wait any more.</param>
    /// <returns>Null where the session has taken it; otherwise the answer.</returns>
    /// <exception cref="OperationCanceledException">The client went before all had come; nothing was taken.</exception>
    /// <exception cref="IOException">Likewise, or the server takes no more of it.</exception>
    public async Task<HandshakeRefusal?> TakeAsync(PipeReader body, long? announced, CancellationToken gone)
    {
        using var turn = _turns.TryEnter(services.Options.LongPollMaxSends);
        if (turn is null)
        {
            return new(429, $"There are as many requests to send through this transport as there may be at once ({TransportOptions.SectionName}:{nameof(TransportOptions.LongPollMaxSends)}).", "Retry-After", "1");
        }

        await turn.WaitAsync(gone).ConfigureAwait(false);
        try
        {
            return await TakeInTurnAsync(body, announced, gone).ConfigureAwait(false);
        }
        finally
        {
            _held.Clear();
            _messages.Clear();
        }
    }

    /// <summary>Ends what leads to the connection, behind everything that came before. Called once or more.</summary>
    public async Task EndAsync()
    {
        using var turn = _turns.TryEnter()!;
        await turn.WaitAsync().ConfigureAwait(false);
        await output.CompleteAsync().ConfigureAwait(false);
    }

    /// <summary>Gives a body up that has been coming for too long. Heartbeat only.</summary>
    public void OnHeartbeat(long now)
    {
        lock (_gate)
        {
            if (_reading is { IsCancellationRequested: false } && services.Time.GetElapsedTime(_readingSince, now) >= services.Options.MessageTimeout)
            {
                _ = _reading.CancelAsync();     // its callbacks run elsewhere
            }
        }
    }

    private async Task<HandshakeRefusal?> TakeInTurnAsync(PipeReader body, long? announced, CancellationToken gone)
    {
        if (transport.HasEnded)
        {
            return transport.Over();
        }

        using var reading = Begin(gone);
        HandshakeRefusal? refusal;
        try
        {
            refusal = await ReadAsync(body, announced, reading.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!gone.IsCancellationRequested)
        {
            return new(408, $"A message may take {services.Options.MessageTimeout} here ({TransportOptions.SectionName}:{nameof(TransportOptions.MessageTimeout)}).");
        }
        finally
        {
            End();
        }

        await output.FlushAsync(CancellationToken.None).ConfigureAwait(false);

        // Whether the client waits or not: nobody else's turn comes before.
        var isTaken = await intake.WhenTakenAsync(_written).ConfigureAwait(false);
        return refusal ?? (isTaken ? null : transport.Over());
    }

    /// <summary>Reads a body, and writes what is right of it to the connection.</summary>
    /// <returns>What is wrong with it, if anything.</returns>
    private async Task<HandshakeRefusal?> ReadAsync(PipeReader body, long? announced, CancellationToken late)
    {
        var mostMessageBytes = transport.MaxMessageBytesNow;
        var mostBytes = transport.Batches.MaxBodyBytes(mostMessageBytes);
        while (announced is null || announced <= mostBytes)
        {
            var read = await ReadAsync(body, late).ConfigureAwait(false);
            var isTooLarge = read.Buffer.Length > mostBytes;
            if (!isTooLarge && !_held.TryHold(read.Buffer.Length))
            {
                body.AdvanceTo(read.Buffer.End);
                return new(503, Sentence(InboundShare.NoRoom), "Retry-After", "1");
            }

            if (!isTooLarge && read.IsCompleted)
            {
                var refusal = Write(read.Buffer, mostMessageBytes);
                body.AdvanceTo(read.Buffer.End);
                return refusal;
            }

            body.AdvanceTo(read.Buffer.Start, isTooLarge ? read.Buffer.Start : read.Buffer.End);
            if (isTooLarge)
            {
                break;
            }
        }

        return await ReadPastAsync(body, announced, mostBytes, late).ConfigureAwait(false);
    }

    /// <summary>Reads a body that is too large, and keeps the beginning: whoever waits for an answer is to get one. What is still larger, or no message that anybody waits for, ends the transport, as on every other.</summary>
    private async Task<HandshakeRefusal> ReadPastAsync(PipeReader body, long? announced, long mostBytes, CancellationToken late)
    {
        var mostReadBytes = transport is { ReadsPastTooLarge: true, Batches.IsBatched: false } ? services.Options.MaxOversizeBytes : 0;
        var limits = new MessageLimits((int)mostBytes);
        var head = new ArrayBufferWriter<byte>();
        var size = announced ?? 0;
        for (var isWhole = false; !isWhole && size <= mostReadBytes;)
        {
            var read = await ReadAsync(body, late).ConfigureAwait(false);
            var kept = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, limits.HeadBytes - head.WrittenCount));
            foreach (var piece in kept)
            {
                head.Write(piece.Span);
            }

            size = announced ?? size + read.Buffer.Length;
            isWhole = read.IsCompleted;
            body.AdvanceTo(read.Buffer.End);
        }

        if (size > mostReadBytes)
        {
            return Condemn(TooLarge(mostBytes));
        }

        WriteTooLarge(limits.HeadOf(head.WrittenSpan), size);
        return TooLarge(mostBytes);
    }

    /// <summary>Reads on. Whoever gives up lets the reader know by itself: one whose token is cancelled cannot be read to its end by the server.</summary>
    private static async ValueTask<ReadResult> ReadAsync(PipeReader body, CancellationToken late)
    {
        await using var giveUp = late.UnsafeRegister(static body => ((PipeReader)body!).CancelPendingRead(), body);
        var read = await body.ReadAsync(CancellationToken.None).ConfigureAwait(false);
        if (read.IsCanceled)
        {
            body.AdvanceTo(read.Buffer.Start);
            throw new OperationCanceledException(late);
        }

        return read;
    }

    private CancellationTokenSource Begin(CancellationToken gone)
    {
        lock (_gate)
        {
            _readingSince = services.Time.GetTimestamp();
            return _reading = CancellationTokenSource.CreateLinkedTokenSource(gone);
        }
    }

    private void End()
    {
        lock (_gate)
        {
            _reading = null;
        }
    }

    /// <summary>Writes the messages of a body to the connection, if all of it is right.</summary>
    /// <returns>What is wrong with it, if anything.</returns>
    private HandshakeRefusal? Write(in ReadOnlySequence<byte> body, int mostMessageBytes)
    {
        if (body.IsSingleSegment)
        {
            return Write(body.FirstSpan, mostMessageBytes);
        }

        var gathered = MessageBuffers.Rent((int)body.Length);
        body.CopyTo(gathered);
        var refusal = Write(gathered.AsSpan(0, (int)body.Length), mostMessageBytes);
        MessageBuffers.Return(gathered);
        return refusal;
    }

    private HandshakeRefusal? Write(ReadOnlySpan<byte> body, int mostMessageBytes)
    {
        var batches = transport.Batches;
        if (batches.FindMessages(body, _messages) is { } fault)
        {
            return batches.IsBatched ? Condemn(Bad(fault)) : Bad(fault);      // "a Peer MUST fail the transport" (transport_batched_websocket.md)
        }

        HandshakeRefusal? refusal = null;
        foreach (var place in _messages)
        {
            var message = body[place];
            if (message.Length > mostMessageBytes)
            {
                refusal = TooLarge(mostMessageBytes);
                if (!transport.ReadsPastTooLarge)
                {
                    return Condemn(refusal);
                }

                WriteTooLarge(new MessageLimits(mostMessageBytes).HeadOf(message), message.Length);
                continue;
            }

            RawSocketPrefix.Write(TakePrefix(), RawSocketKind.Message, message.Length);
            output.Write(message);

            // The session says the same and ends; the specification wants the request to fail as well.
            if (MessageReader.Read(batches.Format, message, out _, out var broken) == Reading.Broken)
            {
                return Bad($"this is no WAMP message: {broken}");
            }
        }

        return refusal;
    }

    /// <summary>Ends the transport for what a request holds.</summary>
    private HandshakeRefusal Condemn(HandshakeRefusal refusal)
    {
        transport.Condemn(refusal.Text);
        WriteSign(LongPollFraming.LastWord);
        return refusal;
    }

    private void WriteTooLarge(ReadOnlySpan<byte> head, long size)
    {
        transport.NoteTooLarge(head.ToArray(), size);
        WriteSign(LongPollFraming.TooLarge);
    }

    private void WriteSign(byte sign)
    {
        var prefix = TakePrefix();
        prefix.Clear();
        prefix[0] = sign;
    }

    private Span<byte> TakePrefix()
    {
        _written++;
        var prefix = output.GetSpan(RawSocketPrefix.Size)[..RawSocketPrefix.Size];
        output.Advance(RawSocketPrefix.Size);
        return prefix;
    }

    private static HandshakeRefusal Bad(string fault) => new(400, Sentence(fault));

    private static string Sentence(string fault) => $"{char.ToUpperInvariant(fault[0])}{fault.AsSpan(1)}.";

    private static HandshakeRefusal TooLarge(long mostBytes) => new(
        413, FormattableString.Invariant($"At most {mostBytes} bytes can be taken in one piece at this moment, fewer before the login than after it ({TransportOptions.SectionName}:MaxMessageBytesBeforeLogin, MaxMessageBytes)."));
}
