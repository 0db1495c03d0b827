using System.Text;

namespace WampRouter.Tests.Hostile.Attacks;

/// <summary>Requests of plain HTTP that are none, as fast as can be and one behind the other: too large, too deep, no JSON, no UTF-8, with floods of headers, of HTTP/1.0, for realms and things that are not there.</summary>
internal sealed class SpoiledRequests() : HttpAttack("HTTP requests that are none", memoryBound: 192)
{
    private const int Connections = 8;
    private const int AtOnce = 16;

    private static readonly byte[][] Requests =
    [
        HostileHttp.Request("publish", "{"),
        HostileHttp.Request("publish", $$"""{"topic":"com.hostile.deep","args":{{new string('[', 100_000)}}"""),
        HostileHttp.Request("publish", $$"""{"topic":"com.hostile.keys",{{string.Join(',', Enumerable.Range(0, 10_000).Select(number => $"\"arg{number}\":1"))}}}"""),
        HostileHttp.Request("publish", "", bodyBytes: 2_000_000_000),
        HostileHttp.Request("call", $$"""{"procedure":"{{new string('a', 200_000)}}"}"""),
        HostileHttp.Request("call", """{"procedure":"com.hostile.missing","options":{"timeout":-1,"timeout":1e99}}"""),
        [.. HostileHttp.Request("publish", "", bodyBytes: 4), 0xFF, 0xFE, 0xFF, 0xFE],
        HostileHttp.Request("publish", "{}", string.Concat(Enumerable.Range(0, 90).Select(number => $"X-{number}: {new string('h', 200)}\r\n"))),
        HostileHttp.Request("publish", "{}", string.Concat(Enumerable.Range(0, 200).Select(number => $"X-{number}: x\r\n"))),
        HostileHttp.Request("publish", "{}", "Authorization: Digest x\r\n"),
        HostileHttp.Request("events?" + string.Concat(Enumerable.Range(0, 500).Select(number => $"topic=t{number}&"))),
        HostileHttp.Request("events?topic=a&options=" + new string('%', 3_000)),
        HostileHttp.Request("poll?topic=a&wait=-Infinity"),
        HostileHttp.Request("nothing"),
        Encoding.ASCII.GetBytes("POST /api/hostile/publish HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"),
        Encoding.ASCII.GetBytes("POST /api/hostile/publish HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\nZ\r\n"),
        Encoding.ASCII.GetBytes("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n"),
    ];

    protected override Task AttackAsync(Uri router, int scale, CancellationToken over) => FromManyAsync(Connections, async number =>
    {
        for (var next = number; !over.IsCancellationRequested; next++)
        {
            await EndQuietlyAsync(async () =>
            {
                using var http = await HostileHttp.ConnectAsync(router);
                var request = Requests[next % Requests.Length];
                for (var sent = 0; sent < AtOnce; sent++)
                {
                    await http.Socket.SendRawAsync(request, over);
                }

                for (var answered = 0; answered < AtOnce; answered++)
                {
                    Assert.That((await http.ReceiveAsync(over)).Status, Is.GreaterThanOrEqualTo(400).And.Not.EqualTo(500), $"request {next % Requests.Length}");
                }
            });
        }
    });
}
