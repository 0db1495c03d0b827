using System.Globalization;

namespace WampRouter.Tests.Hostile.Attacks;

/// <summary>Visitors over plain HTTP who are never the same: each request has another Host or Origin, so each wants a session of its own.</summary>
internal sealed class EndlessVisitors() : HttpAttack("HTTP visitors who are all different", memoryBound: 192)
{
    private const int Connections = 8;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public override IReadOnlyList<string> Settings => ["--WampRouter:Transports:MaxConnections=2000", "--WampRouter:Transports:HttpSessionIdle=00:00:02"];

    protected override Task AttackAsync(Uri router, int scale, CancellationToken over) => FromManyAsync(Connections, async number =>
    {
        for (var visitor = 0; !over.IsCancellationRequested;)
        {
            await EndQuietlyAsync(async () =>
            {
                using var http = await HostileHttp.ConnectAsync(router);
                for (var status = 200; status == 200 && !over.IsCancellationRequested; visitor++)
                {
                    var name = string.Create(CultureInfo.InvariantCulture, $"v{number}-{visitor}");
                    var headers = visitor % 2 == 0 ? $"Host: {name}\r\n" : $"Origin: http://localhost:{1 + (visitor % 60_000)}\r\nHost: {name}\r\n";
                    (status, _) = await http.AskAsync(HostileHttp.Request("publish", """{"topic":"com.hostile.visit"}""", headers), over);
                    Assert.That(status, Is.EqualTo(200).Or.EqualTo(503).Or.EqualTo(429), "the answer to a visitor");
                }
            });
            await Task.Delay(Pause, TimeProvider.System, over);     // there is no room until some have left
        }
    });
}
