using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WampRouter.Configuration;
using WampRouter.Server;
using WampRouter.Server.Configuration;
using WampRouter.Server.Listeners;
using WampRouter.Sessions;
using WampRouter.Sessions.Authentication;
using WampRouter.Tests.Clients.WithRouter;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Server;

/// <summary>The stand-alone router's listeners, each with what its settings say.</summary>
internal sealed class WampListenersTests
{
    private readonly List<Socket> _sockets = [];
    private WebApplication _app = null!;

    [TearDown]
    public async Task StopAsync()
    {
        _sockets.ForEach(socket => socket.Dispose());
        await _app.DisposeAsync();
    }

    [Test]
    public async Task Listen_TwoListenersOfWhichOneIsLimited_RefusesThereByTheNameOfItsSetting()
    {
        await StartAsync(new ListenerOptions { Url = "http://127.0.0.1:0" }, new ListenerOptions { Url = "http://127.0.0.1:0", MaxConnections = 1 });

        Assert.That(await AskAsync(listener: 1), Does.StartWith("HTTP/1.1 101 "));
        Assert.That(await AskAsync(listener: 1), Does.StartWith("HTTP/1.1 503 ").And.Contain("(WampRouter:Listeners:1:MaxConnections)"));
        Assert.That(await AskAsync(listener: 0), Does.StartWith("HTTP/1.1 101 "));
        Assert.That(await AskAsync(listener: 0), Does.StartWith("HTTP/1.1 101 "));
    }

    private async Task StartAsync(params ListenerOptions[] listeners)
    {
        var options = new StandAloneOptions { Listeners = listeners, Sessions = new WampSessionOptions { DrainTimeout = TimeSpan.Zero, GoodbyeTimeout = TimeSpan.FromMilliseconds(1) } };
        var configuration = new RouterConfiguration
        {
            Options = options,
            RealmsDirectory = string.Empty,
            Realms = [new(RunningRouter.RealmOf("realm1"), new SessionSettings { Authentication = new() { Methods = [new AnonymousSettings { Role = "staff" }] } }, string.Empty)],
            Mistakes = [],
        };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddWampRouter(configuration);
        builder.WebHost.UseWampListeners();
        _app = builder.Build();
        _app.MapWampListeners();
        await _app.StartAsync().Soon();
    }

    /// <summary>Asks for a WebSocket and keeps it; the answer, whole where it is a refusal.</summary>
    private async Task<string> AskAsync(int listener)
    {
        var url = new Uri(_app.Services.GetRequiredService<RunningListeners>().Urls.ElementAt(listener));
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _sockets.Add(socket);
        await socket.ConnectAsync(IPAddress.Loopback, url.Port).Soon();
        await socket.SendAsync(Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"GET /ws HTTP/1.1\r\nHost: {url.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: wamp.2.json\r\n\r\n"))).Soon();
        var answer = new StringBuilder();
        var bytes = new byte[4096];
        while (!answer.ToString().StartsWith("HTTP/1.1 101 ", StringComparison.Ordinal) && await socket.ReceiveAsync(bytes).Soon() is var count and > 0)
        {
            answer.Append(Encoding.UTF8.GetString(bytes, 0, count));
        }

        return answer.ToString();
    }
}
