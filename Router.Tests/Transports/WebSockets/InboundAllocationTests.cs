using System.Buffers;
using System.IO.Pipelines;
using WampRouter.Delivery;
using WampRouter.Sessions.Connections;
using WampRouter.Sessions.Outboxes;
using WampRouter.Tests.Doubles;
using WampRouter.Transports;
using WampRouter.Transports.WebSockets;
using WampRouter.Wire;

namespace WampRouter.Tests.Transports.WebSockets;

/// <summary>The steady state: reading messages, and answering from the session, allocates nothing.</summary>
internal sealed class InboundAllocationTests
{
    [TestCase(100)]
    [TestCase(5_000)]
    public async Task Take_MessagesAcrossSegments_AllocatesNothing(int size)
    {
        await using var rig = await WebSocketRig.StartAsync();
        var wire = Enumerable.Repeat(FrameClient.Frame(WebSocketOpcode.Text, new byte[size]), 100).SelectMany(f => f);

        AssertTakesWithoutAllocating(rig, Framing.WebSocket, [.. wire]);
    }

    [TestCase(100)]
    [TestCase(5_000)]
    public async Task Take_BatchesAcrossSegments_AllocatesNothing(int size)
    {
        await using var rig = await WebSocketRig.StartAsync();
        byte[] message = [.. new byte[size], BatchDelimiter.RecordSeparator];
        byte[] batch = [.. Enumerable.Repeat(message, 10).SelectMany(m => m)];

        AssertTakesWithoutAllocating(rig, Framing.Batched, [.. Enumerable.Repeat(FrameClient.Frame(WebSocketOpcode.Text, batch), 10).SelectMany(f => f)]);
    }

    /// <summary>For the bytes of a hundred messages.</summary>
    private static void AssertTakesWithoutAllocating(WebSocketRig rig, Framing framing, byte[] wire)
    {
        var sink = new CountingReceiver();
        var info = new ConnectionDetails { Transport = "websocket", Encoding = new(WireFormat.Json, framing), ConnectionId = "x" };
        var link = new TransportLink(new PipePair(new Pipe().Reader, new Pipe().Writer), new WebSocketFraming(rig.Transport, info.Encoding, MessageKinds.Any), info, rig.Transport.Logger);
        var outbox = new Outbox(link.Pipe.Output, rig.Services.Budget, rig.Services.Options.OutboxBytes, link.Framing.Outbound);
        var loop = new ReadLoop(rig.Services, link, sink, new KeepAlive(rig.Services, link.Framing, outbox), new ConnectionEnding(rig.Services, link, outbox, pump: null));
        var buffer = Segments(wire);
        var (isWhole, reads) = (true, 0);

        var allocated = AllocatedBytes.LeastOf(() =>
        {
            for (var i = 0; i < 10; i++, reads++)
            {
                isWhole &= Take(loop, buffer);
            }
        });

        Assert.That((isWhole, allocated), Is.EqualTo((true, 0L)));
        Assert.That((sink.Messages, loop.Messages), Is.EqualTo((100 * reads, 100 * reads)));
    }

    private static bool Take(ReadLoop loop, ReadOnlySequence<byte> buffer) => loop.Take(ref buffer) == Progress.NeedMore && buffer.IsEmpty;

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

    private sealed class CountingReceiver : IMessageReceiver
    {
        public int Messages { get; private set; }

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
