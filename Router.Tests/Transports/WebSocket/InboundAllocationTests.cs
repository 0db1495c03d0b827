using System.Buffers;
using System.IO.Pipelines;
using WampRouter.Realms;
using WampRouter.Sessions;
using WampRouter.Tests.Doubles;
using WampRouter.Transports;
using WampRouter.Transports.WebSocket;
using WampRouter.Wire;

namespace WampRouter.Tests.Transports.WebSocket;

/// <summary>The steady state: reading messages, and answering from the session, allocates nothing.</summary>
internal sealed class InboundAllocationTests
{
    [TestCase(100)]
    [TestCase(5_000)]
    public async Task Consume_MessagesAcrossSegments_AllocatesNothing(int size)
    {
        await using var rig = await WebSocketRig.StartAsync();
        var sink = new CountingReceiver();
        var pipe = new PipePair(new Pipe().Reader, new Pipe().Writer);
        var transport = rig.Transport;
        var info = new ConnectionInfo { Transport = "websocket", Encoding = new(WireFormat.Json, Framing.WebSocket), ConnectionId = "x" };
        rig.Services.Roster.TryEnter();
        var connection = new WebSocketConnection(transport, pipe, info, MessageKinds.Any);
        var running = connection.RunAsync(sink);
        var frames = new InboundFrames(connection, MessageKinds.Any, new MessageLimits(1024 * 1024));
        var buffer = Segments(Enumerable.Repeat(FrameClient.Frame(WebSocketOpcode.Text, new byte[size]), 100).SelectMany(f => f).ToArray());
        var (isWhole, reads) = (true, 0);

        var allocated = AllocatedBytes.LeastOf(() =>
        {
            for (var i = 0; i < 10; i++, reads++)
            {
                isWhole &= Read(frames, buffer);
            }
        });

        Assert.That((isWhole, allocated), Is.EqualTo((true, 0L)));
        Assert.That(sink.Messages, Is.EqualTo(100 * reads));
        connection.Abort();
        await running.Soon();
    }

    private static bool Read(InboundFrames frames, ReadOnlySequence<byte> buffer) =>
        frames.Consume(ref buffer, FlushBatch.OfThread) == Progress.NeedMore && buffer.IsEmpty;

    /// <summary>Segments of 4 KiB, as a socket's pipe has them.</summary>
    private static ReadOnlySequence<byte> Segments(byte[] bytes)
    {
        var first = new Segment(ReadOnlyMemory<byte>.Empty, null);
        var last = first;
        foreach (var chunk in bytes.Chunk(4096))
        {
            last = new Segment(chunk, last);
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? before)
        {
            Memory = memory;
            if (before is not null)
            {
                before.Next = this;
                RunningIndex = before.RunningIndex + before.Memory.Length;
            }
        }
    }

    private sealed class CountingReceiver : IReceiverFactory, IMessageReceiver
    {
        public int Messages { get; private set; }

        public IMessageReceiver Create(IConnection connection) => this;

        public ReceiveStatus Receive(ReadOnlySpan<byte> message, FlushBatch batch)
        {
            Messages++;
            return ReceiveStatus.Continue;
        }

        public ValueTask<ReceiveStatus> ResumeAsync() => new(ReceiveStatus.Continue);

        public void Disconnected(DisconnectReason reason)
        {
        }
    }
}
