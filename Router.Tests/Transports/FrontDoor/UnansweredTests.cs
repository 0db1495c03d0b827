using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using WampRouter.Sessions.Connections;
using WampRouter.Tests.Doubles;
using WampRouter.Transports;
using WampRouter.Transports.FrontDoor;
using WampRouter.Transports.Handshake;
using WampRouter.Transports.RawSocket;

namespace WampRouter.Tests.Transports.FrontDoor;

/// <summary>Who is gone before it can be told that it may come in leaves its place to the next.</summary>
internal sealed class UnansweredTests
{
    private const string Handshake = "\u007f\u00f1\0\0";
    private const string Upgrade = "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: wamp.2.json\r\n\r\n";

    [Test]
    public async Task Connection_WhoseAnswerCannotBeWritten_LeavesItsPlace([Values] bool isRawSocket)
    {
        var (request, answer) = isRawSocket ? (Handshake, "\u007f\u00b1\0\0") : (Upgrade, "HTTP/1.1 101 ");
        var services = new ServiceCollection();
        services.AddMetrics();
        services.AddLogging();
        services.AddSingleton<IReceiverFactory>(new EchoReceivers());
        services.AddTransports(new TransportOptions { MaxConnections = 1 });
        await using var provider = services.BuildServiceProvider();
        var door = new WampRouter.Transports.FrontDoor.FrontDoor(
            new WaysIn(provider.GetRequiredService<WebSocketEntrance>(), "/ws", provider.GetRequiredService<RawSocketEntrance>()), _ => Task.CompletedTask);

        var (gone, there) = (new Pipe(), new Pipe());
        await gone.Reader.CompleteAsync(new IOException("the client is gone"));
        await door.OnConnectedAsync(await ConnectionAsync(request, gone.Writer, new Pipe())).Soon();
        var input = new Pipe();
        var served = door.OnConnectedAsync(await ConnectionAsync(request, there.Writer, input));
        var read = await there.Reader.ReadAtLeastAsync(answer.Length).Soon();

        Assert.That(Encoding.Latin1.GetString(read.Buffer.ToArray()), Does.StartWith(answer));
        there.Reader.AdvanceTo(read.Buffer.End);
        await input.Writer.CompleteAsync();
        await served.Soon();
    }

    private static async Task<ConnectionContext> ConnectionAsync(string request, PipeWriter toClient, Pipe toServer)
    {
        await toServer.Writer.WriteAsync(Encoding.Latin1.GetBytes(request));
        return new DefaultConnectionContext { Transport = new PipePair(toServer.Reader, toClient) };
    }
}
