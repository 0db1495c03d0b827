using System.Buffers.Binary;
using System.IO.Pipelines;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Conformance.Exchange;

/// <summary>The memory transport: each message behind one byte 0 and its length in three.</summary>
internal sealed class MemoryChannel(IDuplexPipe pipe) : IMessageChannel
{
    private const int HeaderBytes = 4;

    public async Task SendAsync(byte[] message)
    {
        var frame = new byte[HeaderBytes + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, message.Length);
        message.CopyTo(frame, HeaderBytes);
        await pipe.Output.WriteAsync(frame).Soon();
    }

    public async Task<byte[]?> ReceiveAsync()
    {
        if (await ReadAsync(HeaderBytes) is not { } header)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(header);
        return length == 0 ? [] : await ReadAsync(length);
    }

    public async ValueTask DisposeAsync()
    {
        await pipe.Output.CompleteAsync();
        await pipe.Input.CompleteAsync();
    }

    private async Task<byte[]?> ReadAsync(int count)
    {
        var read = await pipe.Input.ReadAtLeastAsync(count).Soon();
        if (read.Buffer.Length < count)
        {
            return null;
        }

        var bytes = System.Buffers.BuffersExtensions.ToArray(read.Buffer.Slice(0, count));
        pipe.Input.AdvanceTo(read.Buffer.GetPosition(count));
        return bytes;
    }
}
