namespace WampRouter.Tests.Hostile.Attacks;

/// <summary>Names without end, and with what a terminal obeys, where the router writes names into its log.</summary>
internal sealed class EndlessNames() : Attack("names of a megabyte, and of control characters", memoryBound: 96)
{
    private const int Connections = 8;

    internal override Task RunAsync(Uri router, int scale, CancellationToken over)
    {
        string[] realms = [new('r', 900_000), new('r', 60_000), string.Concat(Enumerable.Repeat(@"\u001b[2J\n", 1_000))];
        return FromManyAsync(Connections, async number =>
        {
            while (!over.IsCancellationRequested)
            {
                await EndQuietlyAsync(async () =>
                {
                    using var socket = await HostileSocket.UpgradeAsync(router);
                    await socket.SendAsync(HostileSocket.Hello(realms[number % realms.Length]));
                    await socket.ReceiveAsync(over);
                });
            }
        });
    }
}
