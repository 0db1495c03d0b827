using System.Text;

namespace WampRouter.Tests.Hostile.Attacks;

/// <summary>Requests that begin and do not end: of HTTP, of WebSocket, and nothing at all.</summary>
internal sealed class SlowHeads() : Attack("request heads that do not end", memoryBound: 96)
{
    private const int Connections = 100;

    private static readonly string[] Beginnings = ["", "GET /ws HTTP/1.1\r\nHost: x\r\n", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n", "GET / HTTP/1.1\r\nX: "];
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    internal override Task RunAsync(Uri router, int scale, CancellationToken over) => FromManyAsync(Connections * scale, async number =>
    {
        using var socket = await HostileSocket.ConnectAsync(router);
        await socket.SendRawAsync(Encoding.ASCII.GetBytes(Beginnings[number % Beginnings.Length]), over);
        while (number % 2 == 0)
        {
            await Task.Delay(Pause, TimeProvider.System, over);
            await socket.SendRawAsync("x"u8.ToArray(), over);
        }

        await socket.AwaitEndAsync(over);
    });
}
