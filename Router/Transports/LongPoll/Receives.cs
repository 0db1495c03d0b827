using System.Buffers;
using System.IO.Pipelines;
using WampRouter.Wire;

namespace WampRouter.Transports.LongPoll;

/// <summary>What became of a request to receive.</summary>
internal enum Received
{
    /// <summary>Its answer has messages.</summary>
    Messages,

    /// <summary>It waited for as long as it may, or another took its place: its answer is empty, and the client asks again.</summary>
    Nothing,

    /// <summary>Its client does not wait any more, or cannot be reached. What there is waits for the next one.</summary>
    Gone,

    /// <summary>No more will come.</summary>
    Over,
}

/// <summary>
/// The requests to receive of one transport. One waits at a time: another takes its place, because a client that asks again has given the first one up, or a proxy has. Messages are taken from the connection once their
/// answer has been written: until then they are the next request's as well.
/// </summary>
/// <remarks>Any thread.</remarks>
/// <param name="input">What the connection sends.</param>
/// <param name="batches">How messages stand in an answer.</param>
/// <param name="services">Limits and clock.</param>
internal sealed class Receives(PipeReader input, MessageBatches batches, TransportServices services)
{
    private readonly Lock _gate = new();    // LOCKS.md: nothing is taken under it
    private Poll? _current;                 // under the lock, as are the next two
    private long _quietSince = services.Time.GetTimestamp();
    private bool _isOver;

    /// <summary>Waits for messages and has them written.</summary>
    /// <param name="write">Writes an answer with these bytes; false where the client may not have got all of it.</param>
    /// <param name="gone">Canceled when the client does not wait any more.</param>
    public async Task<Received> TakeAsync(Func<ReadOnlySequence<byte>, ValueTask<bool>> write, CancellationToken gone)
    {
        if (Enter(out var former) is not { } mine)
        {
            return Received.Over;
        }

        try
        {
            await EndAsync(former).ConfigureAwait(false);
            await using var leaving = gone.UnsafeRegister(static (state, _) => ((Action)state!)(), (Action)(() => End(mine, Received.Gone))).ConfigureAwait(false);
            return await WaitAsync(mine, write).ConfigureAwait(false);
        }
        finally
        {
            Leave(mine);
        }
    }

    /// <summary>For how long nobody has asked for messages. Who has waited for long is answered. Heartbeat only.</summary>
    public TimeSpan MissingFor(long now)
    {
        Poll waiting;
        lock (_gate)
        {
            if (_current is null)
            {
                return services.Time.GetElapsedTime(_quietSince, now);
            }

            waiting = _current;
        }

        if (services.Time.GetElapsedTime(waiting.Since, now) >= services.Options.LongPollWait)
        {
            waiting.IsLate = true;
            input.CancelPendingRead();
        }

        return TimeSpan.Zero;
    }

    /// <summary>The client has closed the transport: whoever waits is answered with nothing, and nobody else comes.</summary>
    public void Close()
    {
        Poll? current;
        lock (_gate)
        {
            (_isOver, current) = (true, _current);
        }

        if (current is not null)
        {
            End(current, Received.Nothing);
        }
    }

    /// <summary>The connection has ended: whoever waits gets what is left, and then the pipe is given back. Once.</summary>
    public async Task EndAsync()
    {
        Poll? current;
        lock (_gate)
        {
            (_isOver, current) = (true, _current);
        }

        await (current?.Done.Task ?? Task.CompletedTask).ConfigureAwait(false);
        await input.CompleteAsync().ConfigureAwait(false);
    }

    /// <summary>Takes the place of whoever waits; null where nobody may wait any more.</summary>
    private Poll? Enter(out Poll? former)
    {
        lock (_gate)
        {
            former = _current;
            return _isOver ? null : _current = new Poll(services.Time.GetTimestamp());
        }
    }

    private void Leave(Poll mine)
    {
        lock (_gate)
        {
            if (_current == mine)
            {
                (_current, _quietSince) = (null, services.Time.GetTimestamp());
            }
        }

        mine.Done.SetResult();
    }

    /// <summary>Answers the one before, and waits until it has let go of the pipe: it may be writing its answer.</summary>
    private Task EndAsync(Poll? former)
    {
        if (former is null)
        {
            return Task.CompletedTask;
        }

        End(former, Received.Nothing);
        return former.Done.Task;
    }

    private void End(Poll poll, Received outcome)
    {
        poll.End(outcome);
        input.CancelPendingRead();      // where that is another's, it sees that nothing is asked of it, and reads again
    }

    private async Task<Received> WaitAsync(Poll mine, Func<ReadOnlySequence<byte>, ValueTask<bool>> write)
    {
        while (mine.Outcome is null)
        {
            var read = await input.ReadAsync(CancellationToken.None).ConfigureAwait(false);
            var (taken, examined, outcome) = (read.Buffer.Start, read.Buffer.Start, mine.Outcome);
            try
            {
                var messages = Find(read.Buffer, out var isLastWord);
                if (outcome is null && !messages.IsEmpty)
                {
                    var isWritten = await WriteAsync(messages, write).ConfigureAwait(false);
                    outcome = isWritten ? Received.Messages : Received.Gone;
                    taken = examined = isWritten ? messages.End : read.Buffer.Start;
                }
                else if (outcome is null)
                {
                    outcome = isLastWord || read.IsCompleted ? Received.Over : mine.IsLate ? Received.Nothing : null;
                    examined = outcome is null ? read.Buffer.End : examined;
                }
            }
            finally
            {
                input.AdvanceTo(taken, examined);
            }

            if (outcome is { } known)
            {
                return known;
            }
        }

        return mine.Outcome.Value;
    }

    /// <summary>What can be answered with: the first message, or all where they are batched. With their headers.</summary>
    /// <param name="buffer">What has come.</param>
    /// <param name="isLastWord">Whether it begins with the word that no more will come.</param>
    private ReadOnlySequence<byte> Find(in ReadOnlySequence<byte> buffer, out bool isLastWord)
    {
        var reader = new SequenceReader<byte>(buffer);
        isLastWord = reader.TryPeek(out var kind) && kind == LongPollFraming.LastWord;
        var end = buffer.Start;
        while (reader.TryPeek(out kind) && kind != LongPollFraming.LastWord && reader.TryReadBigEndian(out int length) && reader.Remaining >= length)
        {
            reader.Advance(length);
            end = reader.Position;
            if (!batches.IsBatched)
            {
                break;
            }
        }

        return buffer.Slice(0, end);
    }

    private async ValueTask<bool> WriteAsync(ReadOnlySequence<byte> messages, Func<ReadOnlySequence<byte>, ValueTask<bool>> write)
    {
        if (!batches.IsBatched)
        {
            return await write(messages.Slice(RawSocketPrefix.Size)).ConfigureAwait(false);
        }

        if (batches.Format is not WireFormat.Json)
        {
            return await write(messages).ConfigureAwait(false);       // the headers are the lengths that a batch has: no message has more than 24 bits of it
        }

        var text = MessageBuffers.Rent((int)messages.Length);
        try
        {
            return await write(new ReadOnlySequence<byte>(text, 0, Join(messages, text))).ConfigureAwait(false);
        }
        finally
        {
            MessageBuffers.Return(text);
        }
    }

    /// <summary>A batch of JSON: each message with the separator behind it.</summary>
    private int Join(in ReadOnlySequence<byte> messages, Span<byte> batch)
    {
        var separator = batches.Separator;
        var reader = new SequenceReader<byte>(messages);
        var written = 0;
        while (reader.TryReadBigEndian(out int length))
        {
            reader.TryCopyTo(batch.Slice(written, length));
            reader.Advance(length);
            batch[written + length] = separator;
            written += length + 1;
        }

        return written;
    }

    /// <summary>One request to receive.</summary>
    /// <param name="since">When it came.</param>
    private sealed class Poll(long since)
    {
        private const int NotWished = -1;

        private int _outcome = NotWished;
        private volatile bool _isLate;

        /// <summary>When it came.</summary>
        public long Since => since;

        /// <summary>Completes when it has let go of the pipe.</summary>
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>How it is to end, whatever there is to receive; null: nobody wants that.</summary>
        public Received? Outcome => Volatile.Read(ref _outcome) is var outcome and not NotWished ? (Received)outcome : null;

        /// <summary>Whether it has waited for long: it ends unless there is something for it.</summary>
        public bool IsLate
        {
            get => _isLate;
            set => _isLate = value;
        }

        /// <summary>Wants it to end; the first wish counts.</summary>
        public void End(Received outcome) => Interlocked.CompareExchange(ref _outcome, (int)outcome, NotWished);
    }
}
