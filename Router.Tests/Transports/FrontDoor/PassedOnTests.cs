using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using WampRouter.Sessions.Connections;
using WampRouter.Tests.Doubles;
using WampRouter.Transports;
using WampRouter.Transports.Admission;
using WampRouter.Transports.FrontDoor;
using WampRouter.Transports.Handshake;

namespace WampRouter.Tests.Transports.FrontDoor;

/// <summary>What is not for the front door goes to the pipeline with every byte, and with the word that a proxy stands before: who comes over HTTP/2 is not local either.</summary>
internal sealed class PassedOnTests
{
    [Test]
    public async Task Connection_OfAnotherProtocol_IsPassedOnWhole([Values] bool isBehindProxy, [Values("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET /other HTTP/1.1\r\nHost: a\r\n\r\n")] string bytes)
    {
        var services = new ServiceCollection();
        services.AddMetrics();
        services.AddLogging();
        services.AddSingleton<IReceiverFactory>(new EchoReceivers());
        services.AddTransports(new TransportOptions());
        await using var provider = services.BuildServiceProvider();
        var (toServer, toClient) = (new Pipe(), new Pipe());
        await toServer.Writer.WriteAsync(Encoding.ASCII.GetBytes(bytes));
        var connection = new DefaultConnectionContext { Transport = new PipePair(toServer.Reader, toClient.Writer) };
        string? passedOn = null;
        var door = new WampRouter.Transports.FrontDoor.FrontDoor(
            new WaysIn(provider.GetRequiredService<WebSocketEntrance>(), "/ws") { Proxy = isBehindProxy ? new ProxyBefore(new TrustedProxies([]), readsHeaders: true) : null },
            async passed =>
            {
                Assert.That(passed.Features.Get<ProxyBefore>(), isBehindProxy ? Is.Not.Null : Is.Null);
                passedOn = Encoding.ASCII.GetString((await passed.Transport.Input.ReadAsync().Soon()).Buffer);
            });

        await door.OnConnectedAsync(connection).Soon();

        Assert.That(passedOn, Is.EqualTo(bytes));
    }
}
