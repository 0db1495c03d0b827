using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Hostile.Attacks;

/// <summary>RawSocket frames that promise a lot: almost all of what a session may send, and of what somebody may before his login, and never the end; and 16 MiB, which nobody may.</summary>
internal sealed class PromisedFrames() : Attack("RawSocket frames that are promised and never come", memoryBound: 256)
{
    private const int Connections = 60;
    private const int MostBytes = 1 << 20;
    private const int MostBytesBeforeLogin = 60_000;
    private const int Missing = 10;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public override Way HonestWay => Way.RawSocket;

    public override IReadOnlyList<string> Settings => [UnfinishedMessages.Room];

    internal override Task RunAsync(Uri router, int scale, CancellationToken over)
    {
        var (early, late, absurd) = (Begin(MostBytesBeforeLogin), Begin(MostBytes), HostileRawSocket.Head(HostileRawSocket.Message, HostileRawSocket.LongestBytes));
        return FromManyAsync(Connections * scale, async number =>
        {
            while (!over.IsCancellationRequested)
            {
                await EndQuietlyAsync(async () =>
                {
                    using var socket = number % 3 == 0 ? await HostileRawSocket.ConnectAsync(router) : await HostileRawSocket.JoinAsync(router);
                    await socket.SendAsync((number % 3) switch { 0 => early, 1 => late, _ => absurd }, over);
                    await socket.AwaitEndAsync(over);
                });
                await Task.Delay(Pause, TimeProvider.System, over);     // else those that are ended at once do nothing but come again
            }
        });
    }

    private static byte[] Begin(int bytes) => [.. HostileRawSocket.Head(HostileRawSocket.Message, bytes), .. """[16,1,{},"com.hostile.long",["x"""u8, .. Enumerable.Repeat((byte)'x', bytes - 100 - Missing)];
}
