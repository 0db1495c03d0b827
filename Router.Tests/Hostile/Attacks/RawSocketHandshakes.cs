using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Hostile.Attacks;

/// <summary>Handshakes of RawSocket that begin and do not end: only <c>Transports:HandshakeTimeout</c> ends them, and they come again.</summary>
internal sealed class HalfHandshakes() : Attack("half RawSocket handshakes", memoryBound: 96)
{
    private const int Connections = 100;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public override Way HonestWay => Way.RawSocket;

    public override IReadOnlyList<string> Settings => ["--WampRouter:Transports:HandshakeTimeout=00:00:01"];

    internal override Task RunAsync(Uri router, int scale, CancellationToken over) => FromManyAsync(Connections * scale, async number =>
    {
        while (!over.IsCancellationRequested)
        {
            await EndQuietlyAsync(async () =>
            {
                using var socket = await HostileSocket.ConnectAsync(router);
                await socket.SendRawAsync(HostileRawSocket.Handshake[..(1 + (number % 3))], over);
                await socket.AwaitEndAsync(over);
            });
            await Task.Delay(Pause, TimeProvider.System, over);
        }
    });
}

/// <summary>Handshakes as fast as can be, wrong in all ways that there are, and right ones whose client leaves at once.</summary>
internal sealed class RefusedHandshakes() : Attack("refused RawSocket handshakes", memoryBound: 96)
{
    private const int Connections = 8;

    private static readonly byte[][] Handshakes =
    [
        [0x7F, 0xF0, 0, 0],     // no serializer
        [0x7F, 0xF9, 0, 0],     // one that there is not
        [0x7F, 0x01, 0, 0],     // 512 bytes
        [0x7F, 0xF1, 1, 0],     // reserved
        [0x7F, 0xF1, 0, 0],
    ];

    public override Way HonestWay => Way.RawSocket;

    internal override Task RunAsync(Uri router, int scale, CancellationToken over) => FromManyAsync(Connections, async number =>
    {
        for (var i = number; !over.IsCancellationRequested; i++)
        {
            await EndQuietlyAsync(async () =>
            {
                using var socket = await HostileSocket.ConnectAsync(router);
                await socket.SendRawAsync(Handshakes[i % Handshakes.Length], over);
                await socket.ReceiveRawAsync(HostileRawSocket.Handshake.Length, over);
            });
        }
    });
}
