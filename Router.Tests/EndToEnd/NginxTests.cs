using System.Net.WebSockets;
using System.Text;
using System.Text.RegularExpressions;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.EndToEnd;

/// <summary>
/// A reverse proxy on the router's own machine does not make its clients local, in the forms that people write it in; where nothing shows, the listener's
/// <c>BehindProxy</c> says so. realm1 is for this machine alone.
/// </summary>
[Category("EndToEnd")]
[TestFixture(RouterBuild.Dotnet)]
[TestFixture(RouterBuild.NativeAot)]
public sealed class NginxTests(RouterBuild build)
{
    private const string Upgrade = """proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";""";
    private const string Site = "wamp.example";
    private const string Hello = """[1,"realm1",{"roles":{"caller":{}}}]""";

    [TestCase("proxy_set_header Host $host;", TestName = "Client_NginxPassesHost_IsNotLocal")]
    [TestCase("proxy_set_header Host $host; proxy_set_header X-Real-IP $remote_addr;", TestName = "Client_NginxPassesHostAndRealIp_IsNotLocal")]
    [TestCase("proxy_set_header X-Real-IP $remote_addr;", TestName = "Client_NginxPassesRealIp_IsNotLocal")]
    [TestCase("proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;", TestName = "Client_NginxPassesForwardedFor_IsNotLocal")]
    [TestCase("proxy_set_header X-Forwarded-Proto $scheme;", TestName = "Client_NginxPassesForwardedProto_IsNotLocal")]
    [TestCase("proxy_set_header Via $server_protocol;", TestName = "Client_NginxPassesVia_IsNotLocal")]
    public async Task Client(string headers)
    {
        await using var router = await StartAsync();
        await using var nginx = await NginxProcess.StartAsync(router.WebSocket, Upgrade + headers);

        Assert.That(await JoinAsync(nginx.Port, origin: null), Does.Contain("wamp.error.authentication_required"));
    }

    [Test]
    public async Task Client_NginxPassesNothingAndListenerSaysSo_IsNotLocal()
    {
        await using var router = await StartAsync("--WampRouter:Listeners:1:Url=http://127.0.0.1:0", "--WampRouter:Listeners:1:BehindProxy=true");
        var second = new Uri(Regex.Matches(router.ToString(), @"ws://127\.0\.0\.1:\d+/ws")[1].Value);
        await using var nginx = await NginxProcess.StartAsync(second, Upgrade);

        Assert.That(await JoinAsync(nginx.Port, origin: null), Does.Contain("wamp.error.authentication_required"));
    }

    /// <summary>What cannot be recognised, as docs/configuration.md says: this is what the warning at the start is about.</summary>
    [Test]
    public async Task Client_NginxPassesNothing_IsTakenForLocal()
    {
        await using var router = await StartAsync();
        await using var nginx = await NginxProcess.StartAsync(router.WebSocket, Upgrade);

        Assert.That(router.ToString(), Does.Contain("set BehindProxy").And.Contain("realm1"));
        Assert.That(await JoinAsync(nginx.Port, origin: null), Does.StartWith("[2,"));
    }

    [Test]
    public async Task Client_FirstThroughAProxy_IsWarnedOfOnce()
    {
        await using var router = await StartAsync();
        await using var nginx = await NginxProcess.StartAsync(router.WebSocket, Upgrade + "proxy_set_header X-Real-IP $remote_addr;");

        await JoinAsync(nginx.Port, origin: null);

        await router.PrintedAsync("A proxy on this machine passes clients on.*BehindProxy");
    }

    // As a TLS proxy at https://wamp.example has it: the page's origin is https, the router's listener is not.
    [TestCase("https://wamp.example", "proxy_set_header Host $host;", true, TestName = "Page_OwnHostBehindTls_MayConnect")]
    [TestCase("https://wamp.example", "proxy_set_header Host $host; proxy_set_header X-Real-IP $remote_addr;", true, TestName = "Page_OwnHostBehindTlsWithRealIp_MayConnect")]
    [TestCase("https://wamp.example", "proxy_set_header X-Forwarded-Host $host;", true, TestName = "Page_OwnHostInForwardedHost_MayConnect")]
    [TestCase("http://wamp.example", "proxy_set_header Host $host; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;", true, TestName = "Page_OwnHostWithoutTls_MayConnect")]
    [TestCase("https://evil.example", "proxy_set_header Host $host; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;", false, TestName = "Page_OtherHost_MayNot")]
    [TestCase("https://wamp.example", "", false, TestName = "Page_OwnHostAndNginxHidesIt_MayNotUntilItIsListed")]
    [TestCase("https://wamp.example", "", true, "--WampRouter:Transports:AllowedOrigins:0=https://wamp.example:443", TestName = "Page_OwnHostAndNginxHidesIt_MayWhereItIsListed")]
    public async Task Page(string origin, string headers, bool mayConnect, params string[] settings)
    {
        await using var router = await StartAsync(settings);
        await using var nginx = await NginxProcess.StartAsync(router.WebSocket, Upgrade + headers);

        var answer = await JoinAsync(nginx.Port, origin);

        Assert.That(answer, mayConnect ? Does.Contain("wamp.error.authentication_required") : Does.Contain("403"), "who may connect is no local visitor all the same");
    }

    private Task<RouterProcess> StartAsync(params string[] settings) => RouterProcess.StartAsync(build, settings: settings);

    /// <summary>The answer to HELLO, or why there was none.</summary>
    private static async Task<string> JoinAsync(int port, string? origin)
    {
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("wamp.2.json");
        socket.Options.SetRequestHeader("Host", Site);
        if (origin is not null)
        {
            socket.Options.SetRequestHeader("Origin", origin);
        }

        try
        {
            await socket.ConnectAsync(new UriBuilder("ws", "127.0.0.1", port, "/ws").Uri, default).Soon();
        }
        catch (WebSocketException e)
        {
            return e.Message;
        }

        await socket.SendAsync(Encoding.UTF8.GetBytes(Hello), WebSocketMessageType.Text, endOfMessage: true, default).Soon();
        var buffer = new byte[4096];
        var received = await socket.ReceiveAsync(buffer, default).Soon();
        return Encoding.UTF8.GetString(buffer, 0, received.Count);
    }
}
