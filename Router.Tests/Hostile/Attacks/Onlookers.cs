using System.Text;

namespace WampRouter.Tests.Hostile.Attacks;

/// <summary>Requests for the metrics and the health of the router at the listener of its clients: as many as can be, answers that nobody reads, bodies that are not wanted, and handshakes at the wrong path.</summary>
internal sealed class Onlookers() : Attack("onlookers", memoryBound: 160)
{
    private const int Connections = 100;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private static readonly byte[][] Requests =
    [
        Ask("GET /metrics HTTP/1.1"),
        Ask("HEAD /metrics HTTP/1.1"),
        Ask("GET /health/ready HTTP/1.1"),
        Ask("POST /metrics HTTP/1.1", "Content-Length: 1000000000"),
        Ask("GET /metrics HTTP/1.1", "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: wamp.2.json"),
        Ask("GET /metrics/../metrics HTTP/1.1"),
        Ask("GET /metrics HTTP/1.1", $"X: {new string('x', 100_000)}"),
    ];

    /// <inheritdoc />
    public override IReadOnlyList<string> Settings => ["--WampRouter:Listeners:0:Serves:0=wamp", "--WampRouter:Listeners:0:Serves:1=metrics", "--WampRouter:Listeners:0:Serves:2=health"];

    internal override Task RunAsync(Uri router, int scale, CancellationToken over) => FromManyAsync(Connections * Math.Min(scale, 2), async number =>
    {
        var request = Requests[number % Requests.Length];
        while (!over.IsCancellationRequested)
        {
            await EndQuietlyAsync(async () =>
            {
                using var socket = await HostileSocket.ConnectAsync(router, receiveBuffer: 4096);
                await socket.FloodAsync(request, 100, over);        // one request behind the other, and no answer is read
                await socket.AwaitEndAsync(over);
            });
            await Task.Delay(Pause, TimeProvider.System, over);     // else the attacker spends all of the processor on his own connections
        }
    });

    private static byte[] Ask(string line, string headers = "X: x") => Encoding.ASCII.GetBytes($"{line}\r\nHost: localhost\r\n{headers}\r\n\r\n");
}
