using System.Buffers;
using System.Buffers.Binary;
using WampRouter.Realms;
using WampRouter.Wire;

namespace WampRouter.Transports.WebSocket;

/// <summary>
/// Takes the batches of a client apart and delivers their messages one by one, in order. Where the session wants to be awaited in the middle of
/// one, the rest is kept until it goes on; otherwise nothing outlives the call.
/// </summary>
/// <remarks>Read loop only.</remarks>
/// <param name="connection">Whose session gets the messages.</param>
/// <param name="answers">Learns which separator the peer uses.</param>
/// <param name="maxMessageBytes">The bound on each message.</param>
internal sealed class InboundBatches(WebSocketConnection connection, OutboundBatches answers, int maxMessageBytes)
{
    private const int SmallestLimit = 128 * 1024;

    private readonly WireFormat _format = connection.Info.Encoding.Format;
    private byte[]? _kept;
    private int _keptBytes;

    /// <summary>The most bytes of a batch, where a message may have <paramref name="messageBytes"/>: one of any size, and others with it.</summary>
    public static int MaxBatchBytes(int messageBytes) => Math.Max(2 * messageBytes, SmallestLimit);

    /// <summary>Delivers a whole batch, borrowed for the call.</summary>
    public Progress Deliver(ReadOnlySpan<byte> messages, FlushBatch batch) =>
        messages.IsEmpty
            ? connection.Fail(CloseCode.ProtocolError, "a batch has at least one message", batch)
            : DeliverAll(messages, batch);

    /// <summary>Goes on with the batch in whose middle the session was awaited.</summary>
    /// <returns><see cref="Progress.Continue"/> where there is none, or no more of it.</returns>
    public Progress Resume(FlushBatch batch)
    {
        if (_kept is not { } kept)
        {
            return Progress.Continue;
        }

        _kept = null;
        var progress = DeliverAll(kept.AsSpan(0, _keptBytes), batch);
        ArrayPool<byte>.Shared.Return(kept);
        return progress;
    }

    /// <summary>Drops what was kept. Idempotent.</summary>
    public void Release()
    {
        if (_kept is not null)
        {
            ArrayPool<byte>.Shared.Return(_kept);
            _kept = null;
        }
    }

    private Progress DeliverAll(ReadOnlySpan<byte> rest, FlushBatch batch)
    {
        var progress = Progress.Continue;
        while (progress == Progress.Continue && !rest.IsEmpty)
        {
            if (FindFault(rest, out var start, out var length) is var (code, text))
            {
                return connection.Fail(code, text, batch);
            }

            var message = rest.Slice(start, length);
            rest = rest[(BatchDelimiter.SizeFor(_format) + length)..];
            progress = connection.Deliver(message, batch);
        }

        if (progress == Progress.Wait)
        {
            Keep(rest);
        }

        return progress;
    }

    /// <summary>Finds the first message, or what is wrong with its delimiter.</summary>
    private (CloseCode Code, string Text)? FindFault(ReadOnlySpan<byte> rest, out int start, out int length)
    {
        if (_format is WireFormat.Json)
        {
            (start, length) = (0, rest.IndexOfAny(BatchDelimiter.RecordSeparator, BatchDelimiter.MisreadSeparator));
            if (length < 0)
            {
                return (CloseCode.ProtocolError, "every message of a batch is followed by the byte 0x1E");
            }

            answers.Separator = rest[length];
        }
        else
        {
            (start, length) = (BatchDelimiter.LengthPrefix, 0);
            if (rest.Length < BatchDelimiter.LengthPrefix)
            {
                return (CloseCode.ProtocolError, "every message of a batch begins with its length in 4 bytes");
            }

            var promised = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (promised > (uint)(rest.Length - BatchDelimiter.LengthPrefix))
            {
                return (CloseCode.ProtocolError, "a message of a batch is longer than what is left of the batch");
            }

            length = (int)promised;
        }

        return length == 0 ? (CloseCode.ProtocolError, "a message of a batch is empty")
            : length > maxMessageBytes ? (CloseCode.MessageTooBig, $"a message has at most {maxMessageBytes} bytes here")
            : null;
    }

    private void Keep(ReadOnlySpan<byte> rest)
    {
        if (!rest.IsEmpty)
        {
            _kept = ArrayPool<byte>.Shared.Rent(rest.Length);
            _keptBytes = rest.Length;
            rest.CopyTo(_kept);
        }
    }
}
