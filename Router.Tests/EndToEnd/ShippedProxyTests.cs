using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using WampRouter.Client;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Server.Listeners;
using WampRouter.Tests.Transports.ProxyProtocol;
using WampRouter.Tests.Transports.WebSockets;
using WampRouter.Transports;
using WampRouter.Transports.WebSockets;

namespace WampRouter.Tests.EndToEnd;

/// <summary>
/// Debian's nginx and HAProxy with the configurations that are shipped, before the router's executable. Clients come from 127.0.0.2, so that their address is another one than the proxy's, which is 127.0.0.1.
/// </summary>
[Category("EndToEnd")]
[TestFixture(ProxyKind.Nginx, RouterBuild.Dotnet)]
[TestFixture(ProxyKind.Nginx, RouterBuild.NativeAot)]
[TestFixture(ProxyKind.HaProxy, RouterBuild.Dotnet)]
[TestFixture(ProxyKind.HaProxy, RouterBuild.NativeAot)]
public sealed class ShippedProxyTests(ProxyKind kind, RouterBuild build)
{
    private const string Client = "127.0.0.2";
    private const string Hello = """[1,"public",{"roles":{"caller":{}}}]""";
    private const string OpenRealm = """
        { "name": "public", "roles": [ { "name": "anyone", "permissions": [ { "uri": "wamp.session.", "match": "prefix", "allow": { "call": true } } ] } ], "authentication": { "anonymous": { "role": "anyone" } } }
        """;

    private static readonly (string, string) Forged = ("X-Forwarded-For", "6.6.6.6");

    [Test]
    public async Task Client_OverTls_IsAtItsOwnAddressWhateverItForges()
    {
        await using var router = await StartAsync();
        await using var proxy = await StartProxyAsync(router);
        await using var client = await ProxiedClient.JoinAsync(proxy.SecureUrl, Client, realm: "public", headers: [Forged, ("Forwarded", "for=6.6.6.6;proto=http"), ("X-Forwarded-Proto", "http")]);

        var transport = await client.TransportAsync();

        Assert.That((transport["peer"].GetString(), transport["secure"].GetBoolean()), Is.EqualTo((Client, true)));
    }

    [Test]
    public async Task Client_ThroughBytes_IsAtItsOwnAddressWhateverItForges()
    {
        await using var router = await StartAsync();
        await using var proxy = await StartProxyAsync(router);
        await using var client = await ProxiedClient.JoinAsync(proxy.BytesUrl, Client, realm: "public", headers: Forged);

        Assert.That(await client.PeerAsync(), Does.StartWith($"{Client}:"));
    }

    [Test]
    public async Task Client_ThroughBytesWithTheOtherVersionOfTheHeader_IsAtItsOwnAddress()
    {
        await using var router = await StartAsync();

        // nginx writes version 1 and no other.
        await using var proxy = await StartProxyAsync(router, edit: text => kind == ProxyKind.HaProxy ? text.Replace("send-proxy-v2", "send-proxy", StringComparison.Ordinal) : text);
        await using var client = await ProxiedClient.JoinAsync(proxy.BytesUrl, Client, realm: "public");

        Assert.That(await client.PeerAsync(), Does.StartWith($"{Client}:"));
    }

    [Test]
    public async Task Client_SendsAHeaderOfTheProxyProtocolItself_IsNotBelieved()
    {
        await using var router = await StartAsync();
        await using var proxy = await StartProxyAsync(router);
        await using var throughProxy = await OpenAsync(proxy.BytesPort, ProxyHeaders.Text(ProxyHeaders.Line));

        Assert.That(await AskAsync(throughProxy), Does.Not.Contain("101"), "what follows the proxy's own header is no request");
        Assert.ThrowsAsync<WampConnectionException>(() => ProxiedClient.JoinAsync($"http://127.0.0.1:{PortOf(router, 2)}", "127.0.0.3", ProxyHeaders.Text(ProxyHeaders.Line), "public"));
        await router.PrintedAsync(@"\(127\.0\.0\.3\) is dropped.*TrustedProxies has 127\.0\.0\.1");
    }

    [Test]
    public async Task Client_OfAProxyOnTheSameMachine_IsNotLocal([Values] bool throughBytes)
    {
        await using var router = await StartAsync();
        await using var proxy = await StartProxyAsync(router);

        var refused = Assert.ThrowsAsync<WampConnectionException>(() => ProxiedClient.JoinAsync(throughBytes ? proxy.BytesUrl : proxy.SecureUrl, "127.0.0.1", realm: "realm1", headers: ("Host", "localhost")));

        Assert.That(refused!.ErrorUri, Is.EqualTo("wamp.error.authentication_required"), "realm1 is for this machine alone");
    }

    [TestCase("https://wamp.example.com", true)]
    [TestCase("https://evil.example", false)]
    public async Task Page_OfTheSite_MayConnectAndNoOther(string origin, bool mayConnect)
    {
        await using var router = await StartAsync();
        await using var proxy = await StartProxyAsync(router);
        (string, string)[] headers = [("Host", ShippedProxy.Site), ("Origin", origin), ("X-Forwarded-Host", "evil.example")];

        if (mayConnect)
        {
            await using var client = await ProxiedClient.JoinAsync(proxy.SecureUrl, Client, realm: "public", headers: headers);
        }
        else
        {
            Assert.That(Assert.ThrowsAsync<WampConnectionException>(() => ProxiedClient.JoinAsync(proxy.SecureUrl, Client, realm: "public", headers: headers))!.Message, Does.Contain("403"));
        }
    }

    /// <summary>The proxy ends what is silent for three seconds; the client answers pings for longer than that and is still in.</summary>
    [Test]
    public async Task Session_WithNothingToSay_OutlivesTheIdleTimeoutByPings([Values] bool throughBytes)
    {
        await using var router = await StartAsync("--WampRouter:Transports:PingInterval=00:00:00.3");
        await using var proxy = await StartProxyAsync(router, idle: 3);
        await using var client = await JoinAsync(throughBytes ? proxy.BytesPort : proxy.SecurePort);

        var silence = TimeProvider.System.GetTimestamp();
        for (var pings = 0; pings < 10 || TimeProvider.System.GetElapsedTime(silence) < TimeSpan.FromSeconds(7); pings++)
        {
            var ping = await client.ReceiveAsync();
            Assert.That(ping?.Opcode, Is.EqualTo(WebSocketOpcode.Ping), $"after {pings} pings");
            await client.SendAsync(WebSocketOpcode.Pong, ping!.Payload);
        }

        await client.SendTextAsync("""[48,1,{},"wamp.session.count"]""");
        Assert.That(await AnswerAsync(client), Does.StartWith("[50,1,"));
    }

    /// <summary>So that the test above means something: without pings the proxy does end it.</summary>
    [Test]
    public async Task Session_WithoutPings_IsEndedByTheProxy([Values] bool throughBytes)
    {
        await using var router = await StartAsync("--WampRouter:Transports:PingInterval=00:10:00");
        await using var proxy = await StartProxyAsync(router, idle: 1);
        await using var client = await JoinAsync(throughBytes ? proxy.BytesPort : proxy.SecurePort);

        Assert.That(await client.ReceiveAsync(), Is.Null);
    }

    [TestCase("1.1")]
    [TestCase("2.0")]
    public async Task Page_OverTls_IsServedAndPlainHttpIsSentThere(string http)
    {
        await using var router = await StartAsync();
        await using var proxy = await StartProxyAsync(router);
#pragma warning disable CA5359 // the proxy's certificate was made a moment ago by the test
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, SslOptions = { RemoteCertificateValidationCallback = static (_, _, _, _) => true } };
#pragma warning restore CA5359
        using var client = new HttpClient(handler) { DefaultRequestVersion = new Version(http), DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };

        for (var i = 0; i < 3; i++)
        {
            Assert.That(await client.GetStringAsync(new Uri(proxy.SecureUrl)).Soon(), Does.Contain("WampRouter"));
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://127.0.0.1:{proxy.PlainPort}/a?b")) { Headers = { Host = ShippedProxy.Site } };
        using var answer = await client.SendAsync(request).Soon();
        Assert.That((answer.StatusCode, answer.Headers.Location), Is.EqualTo((HttpStatusCode.MovedPermanently, new Uri($"https://{ShippedProxy.Site}/a?b"))));
    }

    /// <summary>In the place of the router stands a server that does not go on before the client has what it sent: a proxy that keeps it would wait for ever.</summary>
    [TestCase("/lp/7/receive", "application/json")]
    [TestCase("/events", "text/event-stream")]
    public async Task Answer_InPieces_ComesAtOnce(string path, string type)
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var received = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var serving = ServeInPiecesAsync(server, path, type, received.Task);
        var port = ((IPEndPoint)server.LocalEndpoint).Port;
        await using var proxy = await ShippedProxy.StartAsync(kind, port, port);
        await using var stream = await OpenAsync(proxy.SecurePort, Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {ShippedProxy.Site}\r\n\r\n"));

        var input = PipeReader.Create(stream);
        Assert.That(await WebSocketRig.ReadHeadAsync(input), Does.StartWith("HTTP/1.1 200 ").And.Contain(type));
        await ReadUntilAsync(input, "first");
        received.SetResult();
        await ReadUntilAsync(input, "last");

        server.Stop();
        await serving.Soon();
    }

    private async Task<RouterProcess> StartAsync(params string[] settings) => await RouterProcess.StartAsync(
        build,
        directory => File.WriteAllText(Path.Combine(directory, "config", "realms", "public.json"), OpenRealm),
        [
            "--WampRouter:Listeners:1:Url=http://127.0.0.1:0", "--WampRouter:Listeners:1:BehindProxy=true", "--WampRouter:Listeners:1:TrustedProxies:0=127.0.0.1",
            "--WampRouter:Listeners:2:Url=http://127.0.0.1:0", "--WampRouter:Listeners:2:ProxyProtocol=true", "--WampRouter:Listeners:2:TrustedProxies:0=127.0.0.1",
            .. settings,
        ]);

    private Task<ShippedProxy> StartProxyAsync(RouterProcess router, int idle = 90, Func<string, string>? edit = null) => ShippedProxy.StartAsync(kind, PortOf(router, 1), PortOf(router, 2), idle, edit);

    private static int PortOf(RouterProcess router, int listener) => new Uri(Regex.Matches(router.ToString(), @"ws://127\.0\.0\.1:\d+/ws").Select(match => match.Value).Distinct().ElementAt(listener)).Port;

    /// <summary>A TLS connection to the proxy.</summary>
    private static async Task<SslStream> OpenAsync(int port, byte[] first)
    {
#pragma warning disable CA5359 // the proxy's certificate was made a moment ago by the test
        var stream = new SslStream(await ProxiedClient.ConnectAsync(port, Client, []), leaveInnerStreamOpen: false, static (_, _, _, _) => true);
#pragma warning restore CA5359
        await stream.AuthenticateAsClientAsync(ShippedProxy.Site).Soon();
        await stream.WriteAsync(first).AsTask().Soon();
        return stream;
    }

    /// <summary>A session that shows its frames.</summary>
    private static async Task<FrameClient> JoinAsync(int port)
    {
        var stream = await OpenAsync(port, Encoding.ASCII.GetBytes(
            $"GET /ws HTTP/1.1\r\nHost: {ShippedProxy.Site}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: wamp.2.json\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"));
        var pipe = new PipePair(PipeReader.Create(stream), PipeWriter.Create(stream));
        Assert.That(await WebSocketRig.ReadHeadAsync(pipe.Input), Does.StartWith("HTTP/1.1 101 "));
        var client = new FrameClient(pipe, stream);
        await client.SendTextAsync(Hello);
        Assert.That(await AnswerAsync(client), Does.StartWith("[2,"));
        return client;
    }

    /// <summary>The next message; pings are answered.</summary>
    private static async Task<string?> AnswerAsync(FrameClient client)
    {
        while (await client.ReceiveAsync() is { } frame)
        {
            if (frame.Opcode != WebSocketOpcode.Ping)
            {
                return frame.Text;
            }

            await client.SendAsync(WebSocketOpcode.Pong, frame.Payload);
        }

        return null;
    }

    private static async Task<string> AskAsync(SslStream stream)
    {
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: router\r\n\r\n")).AsTask().Soon();
            using var reader = new StreamReader(stream, leaveOpen: true);
            return await reader.ReadToEndAsync().Soon();
        }
        catch (IOException e)
        {
            return e.Message;
        }
    }

    private static async Task ReadUntilAsync(PipeReader input, string text)
    {
        while (true)
        {
            var read = await input.ReadAsync().Soon();
            var hasCome = Encoding.UTF8.GetString(read.Buffer).Contains(text, StringComparison.Ordinal);
            input.AdvanceTo(hasCome ? read.Buffer.End : read.Buffer.Start, read.Buffer.End);
            if (hasCome)
            {
                return;
            }

            Assert.That(read.IsCompleted, Is.False, $"the end came before '{text}'");
        }
    }

    /// <summary>Answers requests for a path with two pieces, the second when the first has been received. Who says nothing is a check of the proxy.</summary>
    private static async Task ServeInPiecesAsync(TcpListener server, string path, string type, Task received)
    {
        try
        {
            while (true)
            {
                using var client = await server.AcceptTcpClientAsync();
                await using var stream = client.GetStream();
                var head = await WebSocketRig.ReadHeadAsync(PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true)));
                if (head.StartsWith($"GET {path} ", StringComparison.Ordinal))
                {
                    await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nTransfer-Encoding: chunked\r\n\r\n7\r\nfirst\n\n\r\n"));
                    await received;
                    await stream.WriteAsync(Encoding.ASCII.GetBytes("6\r\nlast\n\n\r\n0\r\n\r\n"));
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // It was stopped: while it waited, or before it waited again.
        }
    }
}
