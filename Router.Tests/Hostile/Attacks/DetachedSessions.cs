namespace WampRouter.Tests.Hostile.Attacks;

/// <summary>Sessions that can be resumed, leave a large testament behind, and go.</summary>
internal sealed class DetachedSessions() : Attack("testaments of sessions without a connection", memoryBound: 256)
{
    private const int Sessions = 300;
    private const int AtOnce = 10;
    private const int TestamentBytes = 900_000;

    internal override Task RunAsync(Uri router, int scale, CancellationToken over) => FromManyAsync(AtOnce, async _ =>
    {
        var testament = HostileSocket.Frame($$"""[48,1,{},"wamp.session.add_testament",["com.hostile.gone",["{{new string('x', TestamentBytes)}}"],{}]]""");
        for (var i = 0; i < Sessions * scale / AtOnce && !over.IsCancellationRequested; i++)
        {
            await EndQuietlyAsync(async () =>
            {
                using var socket = await HostileSocket.JoinAsync(router, """
                    "resumable":true
                    """.Trim());
                await socket.SendRawAsync(testament, over);
                await socket.ReceiveAsync(over);
            });
        }
    });
}
