namespace WampRouter.Tests.Hostile.Attacks;

/// <summary>Calls over plain HTTP of a procedure that never answers, with and without progressive results, one behind the other, all cut off by their client. Where more lies behind a call than the server reads ahead, it does not see that the client has gone.</summary>
internal sealed class CutCalls() : HttpAttack("HTTP calls that are cut off", memoryBound: 224)
{
    private const int Connections = 16;
    private const int AtOnce = 4;

    public override IReadOnlyList<string> Settings => ["--WampRouter:Transports:MaxConnections=1000"];

    protected override async Task AttackAsync(Uri router, int scale, CancellationToken over)
    {
        using var callee = await HostileSocket.JoinAsync(router);
        await callee.SendAsync("""[64,1,{},"com.hostile.never"]""");
        await callee.ReceiveAsync(over);
        var listening = EndQuietlyAsync(() => callee.AwaitEndAsync(over));
        await FromManyAsync(Connections, async number =>
        {
            var call = HostileHttp.Request("call", $$$"""{"procedure":"com.hostile.never","args":["{{{new string('x', number % 4 * 20_000)}}}"],"options":{"receive_progress":{{{(number % 2 == 0 ? "true" : "false")}}}}}""");
            while (!over.IsCancellationRequested)
            {
                await EndQuietlyAsync(async () =>
                {
                    using var http = await HostileHttp.ConnectAsync(router);
                    for (var sent = 0; sent < AtOnce; sent++)
                    {
                        await http.Socket.SendRawAsync(call, over);
                    }
                });
            }
        });
        await listening;
    }
}
