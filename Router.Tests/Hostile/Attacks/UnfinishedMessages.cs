using System.Text;

namespace WampRouter.Tests.Hostile.Attacks;

/// <summary>Messages that are begun, almost sent, and never ended.</summary>
/// <remarks>
/// Sessions: the room they share and, until it is collected, as much again of buffers that were outgrown; and of each of 600 connections 16 KiB of its own and 128 KiB that nobody has read yet.
/// </remarks>
internal sealed class UnfinishedMessages(string name, bool isJoined, bool inFragments) : Attack(name, memoryBound: isJoined ? 256 : 192)
{
    private const int Connections = 60;
    private const int Bytes = 1_000_000;
    private const int FragmentBytes = 10_000;

    /// <summary>An eighth of this machine's memory would take them all.</summary>
    public const string Room = "--WampRouter:Transports:InboundTotalBytes=50331648";

    public override IReadOnlyList<string> Settings => [Room];

    internal override async Task RunAsync(Uri router, int scale, CancellationToken over)
    {
        var begun = Message();
        await FromManyAsync(Connections * scale, async _ =>
        {
            using var socket = isJoined ? await HostileSocket.JoinAsync(router) : await HostileSocket.UpgradeAsync(router);
            await socket.SendRawAsync(begun, over);
            await socket.AwaitEndAsync(over);
        });
    }

    private byte[] Message()
    {
        var text = Encoding.ASCII.GetBytes("""[16,1,{},"com.hostile.long",[" """.TrimEnd() + new string('x', Bytes));
        if (!inFragments)
        {
            return [.. HostileSocket.Head(opcode: 1, isLast: true, text.Length + 10), .. text];
        }

        return [.. text.Chunk(FragmentBytes).SelectMany((chunk, index) => HostileSocket.Head(opcode: (byte)(index == 0 ? 1 : 0), isLast: false, chunk.Length).Concat(chunk))];
    }
}

/// <summary>The same in batches: messages one behind the other in one WebSocket message that never ends.</summary>
internal sealed class UnfinishedBatches() : Attack("unfinished batches", memoryBound: 192)
{
    private const int Connections = 60;
    private const int Bytes = 1_900_000;

    public override IReadOnlyList<string> Settings => [UnfinishedMessages.Room];

    internal override async Task RunAsync(Uri router, int scale, CancellationToken over)
    {
        var message = Encoding.ASCII.GetBytes($"[16,1,{{}},\"com.hostile.long\",[\"{new string('x', 900)}\"]]\u001e");
        var batch = Enumerable.Repeat(message, Bytes / message.Length).SelectMany(one => one).ToArray();
        byte[] begun = [.. HostileSocket.Head(opcode: 1, isLast: true, batch.Length + 10), .. batch];
        await FromManyAsync(Connections * scale, async _ =>
        {
            using var socket = await HostileSocket.UpgradeAsync(router, "wamp.2.json.batched");
            await socket.SendRawAsync(begun, over);
            await socket.AwaitEndAsync(over);
        });
    }
}
