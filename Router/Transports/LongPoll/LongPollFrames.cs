using System.Buffers;
using System.Collections.Concurrent;
using WampRouter.Transports.RawSocket;
using WampRouter.Wire;

namespace WampRouter.Transports.LongPoll;

/// <summary>
/// Reads what the requests of a client have put into the pipe of its connection: a message behind each header, as RawSocket has them, or the word that a request broke the rules. All of it comes
/// from <see cref="Sends"/>, which has checked it.
/// </summary>
/// <param name="limits">How large a message may be.</param>
/// <param name="intake">Is told what the session has taken.</param>
internal sealed class LongPollFrames(MessageLimits limits, Intake intake) : FrameReader(limits)
{
    private readonly LengthPrefixedFrames _messages = new(limits, isSocket: false);
    private readonly ConcurrentQueue<(byte[] Head, long Bytes)> _tooLarge = [];
    private volatile string _condemnation = string.Empty;
    private long _messageBytes;     // of the last message that was too large

    /// <inheritdoc />
    public override long MessageBytes => _messageBytes;

    /// <inheritdoc />
    public override long HeldBytes => 0;        // whoever sends holds it

    /// <inheritdoc />
    public override bool IsInsideMessage => _messages.IsInsideMessage;

    /// <summary>Says what there is of a message that is too large, before a frame of <see cref="LongPollFraming.TooLarge"/> is written. Any thread.</summary>
    public void NoteTooLarge(byte[] head, long bytes) => _tooLarge.Enqueue((head, bytes));

    /// <summary>Says what a request did wrong, before a frame of <see cref="LongPollFraming.LastWord"/> is written. Any thread.</summary>
    public void Condemn(string fault) => _condemnation = fault;

    /// <inheritdoc />
    public override FrameRead Next(scoped ref SequenceReader<byte> input, int maxReadBytes, out ReadOnlySpan<byte> payload)
    {
        intake.NoteTaken();
        if (input.TryPeek(out var kind) && kind == LongPollFraming.LastWord)
        {
            payload = default;
            Fault = _condemnation;
            return FrameRead.Broken;
        }

        if (kind == LongPollFraming.TooLarge && input.Remaining >= RawSocketPrefix.Size && _tooLarge.TryDequeue(out var message))
        {
            input.Advance(RawSocketPrefix.Size);
            intake.HandOut();
            _messageBytes = message.Bytes;
            payload = message.Head;
            return FrameRead.ReadPast;
        }

        var found = _messages.Next(ref input, maxReadBytes, out payload);
        if (found == FrameRead.Message)
        {
            intake.HandOut();
        }
        else if (found == FrameRead.TooLong)
        {
            _messageBytes = _messages.MessageBytes;     // a lower limit holds since it was judged
        }

        return found;
    }

    /// <inheritdoc />
    public override void Release()
    {
        intake.NoteTaken();
        _messages.Release();
    }

    /// <summary>The end of the pipe is the client's goodbye, and what is before it says nothing any more.</summary>
    public override bool SkipToGoodbye(scoped ref SequenceReader<byte> input)
    {
        input.AdvanceToEnd();
        return false;
    }
}
