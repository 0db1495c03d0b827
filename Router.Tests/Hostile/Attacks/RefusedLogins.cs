namespace WampRouter.Tests.Hostile.Attacks;

/// <summary>Connections that ask for a realm that does not exist, one after the other.</summary>
internal sealed class RefusedLogins() : Attack("refused first messages", memoryBound: 64)
{
    private const int Connections = 8;

    internal override Task RunAsync(Uri router, int scale, CancellationToken over) => FromManyAsync(Connections, async number =>
    {
        while (!over.IsCancellationRequested)
        {
            await EndQuietlyAsync(async () =>
            {
                using var socket = await HostileSocket.UpgradeAsync(router);
                await socket.SendAsync(HostileSocket.Hello($"com.nowhere.{number}"));
                await socket.ReceiveAsync(over);
            });
        }
    });
}

/// <summary>The same where the console takes nothing: whoever logs in must not wait for it.</summary>
internal sealed class DeafConsole() : Attack("refused first messages while nobody reads the log", memoryBound: 64)
{
    private readonly RefusedLogins _flood = new();

    public override bool IsConsoleDeaf => true;

    public override IReadOnlyList<string> Settings => ["--Logging:LogLevel:WampRouter=Debug"];    // nothing is sampled at that level

    internal override Task RunAsync(Uri router, int scale, CancellationToken over) => _flood.RunAsync(router, scale, over);
}
