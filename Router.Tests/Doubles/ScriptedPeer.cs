using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;
using WampRouter.Wire;

namespace WampRouter.Tests.Doubles;

/// <summary>The router's end of one connection. Scripts and expectations are JSON, whatever the connection speaks.</summary>
internal sealed class ScriptedPeer(WireFormat format, PipeReader input, PipeWriter output)
{
    private const int HeaderSize = 4;

    private readonly MessageWriter _toClient = new(new WireEncoding(format, Framing.RawSocket));
    private readonly MessageWriter _toScript = new(new WireEncoding(WireFormat.Json, Framing.RawSocket));

    /// <summary>The client's next message as JSON.</summary>
    public async Task<string> ReceiveAsync() =>
        await TryReceiveAsync() ?? throw new AssertionException("the client closed the connection");

    /// <summary>The client's next message as JSON, or null when it has closed the connection.</summary>
    public async Task<string?> TryReceiveAsync()
    {
        while (true)
        {
            var read = await input.ReadAsync().AsTask().Soon();
            if (TryTake(read.Buffer, out var message, out var end))
            {
                input.AdvanceTo(end);
                return message;
            }

            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted)
            {
                return null;
            }
        }
    }

    /// <summary>Sends a message that is written as JSON.</summary>
    public async Task SendAsync(string message)
    {
        output.Write(Encode(_toClient, WireFormat.Json, Encoding.UTF8.GetBytes(message)));
        await output.FlushAsync().AsTask().Soon();
    }

    /// <summary>Sends a frame with any bytes in it.</summary>
    public async Task SendBytesAsync(params byte[] body)
    {
        output.Write<byte>([0, 0, (byte)(body.Length >> 8), (byte)body.Length, .. body]);
        await output.FlushAsync().AsTask().Soon();
    }

    /// <summary>Receives one message and answers it, with <c>$</c> standing for its request id.</summary>
    public async Task<string> AnswerAsync(string reply)
    {
        var request = await ReceiveAsync();
        await SendAsync(reply.Replace("$", request.Split(',')[1], StringComparison.Ordinal));
        return request;
    }

    /// <summary>The connection breaks.</summary>
    public async Task CloseAsync()
    {
        await output.CompleteAsync();
        await input.CompleteAsync();
    }

    private static ReadOnlySpan<byte> Encode(MessageWriter writer, WireFormat from, ReadOnlySpan<byte> message)
    {
        var elements = 0;
        for (var counted = new ListReader(from, message); counted.TryReadNext(out _);)
        {
            elements++;
        }

        var list = new ListReader(from, message);
        list.TryReadNext(out var first);
        first.TryGetInteger(out var code);
        writer.Begin((MessageCode)code, elements);
        while (list.TryReadNext(out var element))
        {
            writer.WriteValue(element);
        }

        return writer.End();
    }

    private bool TryTake(in ReadOnlySequence<byte> buffer, out string message, out SequencePosition end)
    {
        (message, end) = (string.Empty, buffer.Start);
        if (buffer.Length < HeaderSize)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(buffer.Slice(0, HeaderSize).ToArray());
        if (buffer.Length < HeaderSize + length)
        {
            return false;
        }

        var body = buffer.Slice(HeaderSize, length).ToArray();
        Assert.That(MessageReader.TryRead(format, body, out _, out var fault), Is.True, fault);
        Encode(_toScript, format, body);
        message = Encoding.UTF8.GetString(_toScript.Body);
        end = buffer.GetPosition(HeaderSize + length);
        return true;
    }
}
