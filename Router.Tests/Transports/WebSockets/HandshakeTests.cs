using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Transports.Admission;
using WampRouter.Transports.Handshake;
using WampRouter.Transports.WebSockets;
using WampRouter.Wire;

namespace WampRouter.Tests.Transports.WebSockets;

/// <summary>What may come in and how everybody else is told, by the same rules at every door. Requests are written byte for byte.</summary>
[TestFixture(WayIn.FrontDoor)]
[TestFixture(WayIn.FrontDoorTls)]
[TestFixture(WayIn.Endpoint)]
internal sealed class HandshakeTests(WayIn way)
{
    private const string Good = "Host: localhost|Connection: Upgrade|Upgrade: websocket|Sec-WebSocket-Version: 13|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==|Sec-WebSocket-Protocol: wamp.2.json";

    private WebSocketRig _rig = null!;
    private EchoReceiver? _session;

    [OneTimeSetUp]
    public async Task StartAsync() =>
        _rig = await WebSocketRig.StartAsync(SubprotocolPolicy.Wamp, configure: o => (o.AllowedOrigins, o.Compression.Enabled) = (["https://app.example.com"], true));

    [OneTimeTearDown]
    public async Task StopAsync() => await _rig.DisposeAsync();

    [TestCase("Connection: Upgrade", "Connection: keep-alive, upgrade")]
    [TestCase("Upgrade: websocket", "Upgrade: WebSocket")]
    [TestCase("Host: localhost|Connection", "host: localhost|connection")]
    [TestCase("Host: localhost", "Host: localhost|Content-Length: 0")]
    [TestCase("Host: localhost", "Host: localhost|X-Anything: whatever|Cookie: a=b")]
    [Shows("transport.negotiated", "security.tls")]
    public async Task Request_GoodInItsOwnWay_ComesIn(string part, string instead)
    {
        var (status, head, _) = await AskAsync("GET /ws HTTP/1.1", Good.Replace(part, instead, StringComparison.Ordinal));

        Assert.That(status, Is.EqualTo(101));
        Assert.That(head, Does.Contain("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n").And.Contain("Sec-WebSocket-Protocol: wamp.2.json\r\n").And.Contain("Upgrade: websocket\r\n"));
    }

    [Test]
    public void Request_Refused_IsLoggedWithItsConnection()
    {
        var log = new LogRecorder<WebSocketTransport>();
        var entrance = new WebSocketEntrance(new WebSocketTransport(_rig.Services, log), _rig.Receivers, SubprotocolPolicy.Wamp);

        entrance.Admit(new UpgradeRequest { Method = "POST" }, "0HNABC", new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 1), out _);

        Assert.That(log.Lines.Single(), Does.Match("^0HNABC \\(127.0.0.1\\): its handshake was refused with 40[05]: "));
    }

    [Test]
    public async Task Request_WithAQuery_ComesIn()
    {
        var (status, _, _) = await AskAsync("GET /ws?token=x HTTP/1.1", Good);

        Assert.That(status, Is.EqualTo(101));
    }

    [TestCase("POST /ws HTTP/1.1", "", "", 405, "Allow: GET", "with GET")]
    [TestCase("GET /ws HTTP/1.0", "", "", 400, "", "HTTP/1.1")]
    [TestCase("GET /ws HTTP/1.1", "Upgrade: websocket|", "", 426, "Upgrade: websocket", "'Upgrade: websocket'")]
    [TestCase("GET /ws HTTP/1.1", "Connection: Upgrade", "Connection: keep-alive", 426, "Upgrade: websocket", "'Connection: Upgrade'")]
    [TestCase("GET /ws HTTP/1.1", "Version: 13", "Version: 8", 426, "Sec-WebSocket-Version: 13", "version 13")]
    [TestCase("GET /ws HTTP/1.1", "Sec-WebSocket-Version: 13|", "", 426, "Sec-WebSocket-Version: 13", "version 13")]
    [TestCase("GET /ws HTTP/1.1", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==|", "", 400, "", "16 bytes")]
    [TestCase("GET /ws HTTP/1.1", "dGhlIHNhbXBsZSBub25jZQ==", "c2hvcnQ=", 400, "", "16 bytes")]
    [TestCase("GET /ws HTTP/1.1", "dGhlIHNhbXBsZSBub25jZQ==", "!!!!IHNhbXBsZSBub25jZQ==", 400, "", "16 bytes")]
    [TestCase("GET /ws HTTP/1.1", "Host: localhost", "Host: localhost|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", 400, "", "once")]
    [TestCase("GET /ws HTTP/1.1", "|Sec-WebSocket-Protocol: wamp.2.json", "", 400, "", "wamp.2.json, wamp.2.msgpack, wamp.2.cbor")]
    [TestCase("GET /ws HTTP/1.1", "wamp.2.json", "wamp.3.json, WAMP.2.JSON", 400, "", "wamp.2.json, wamp.2.msgpack, wamp.2.cbor")]
    [TestCase("GET /ws HTTP/1.1", "Host: localhost", "Host: localhost|Content-Length: 5", 400, "", "no body")]
    [TestCase("GET /ws HTTP/1.1", "Host: localhost", "Host: localhost|Transfer-Encoding: chunked", 400, "", "no body")]
    [TestCase("GET /ws HTTP/1.1", "Host: localhost", "Host: localhost|Sec-WebSocket-Extensions: permessage-deflate;", 400, "", "RFC 6455 section 9.1")]
    [TestCase("GET /ws HTTP/1.1", "Host: localhost", "Host: localhost|Sec-WebSocket-Extensions: a|Sec-WebSocket-Extensions: b; =", 400, "", "RFC 6455 section 9.1")]
    [Shows("transport.negotiated")]
    public async Task Request_NotGood_IsRefusedWithWhatWouldBeRight(string line, string part, string instead, int expected, string header, string text)
    {
        var headers = part.Length == 0 ? Good : Good.Replace(part, instead, StringComparison.Ordinal);

        var (status, head, body) = await AskAsync(line, headers);

        Assert.That(status, Is.EqualTo(expected), head + body);
        Assert.That(head, Does.Contain(header).And.Contain("Content-Type: text/plain"));
        Assert.That(body, Does.Contain(text));
    }

    [TestCase("wamp.2.cbor, wamp.2.json", "wamp.2.cbor", WireFormat.Cbor)]
    [TestCase("unheard.of,wamp.2.msgpack", "wamp.2.msgpack", WireFormat.MessagePack)]
    [TestCase("unheard.of|Sec-WebSocket-Protocol: wamp.2.json", "wamp.2.json", WireFormat.Json)]
    [TestCase("wamp.2.cbor,wamp.2.cbor.batched", "wamp.2.cbor", WireFormat.Cbor)]
    [TestCase("wamp.2.ubjson.batched,wamp.2.cbor.batched,wamp.2.cbor", "wamp.2.cbor.batched", WireFormat.Cbor, Framing.Batched)]
    [TestCase("wamp.2.json.batched,wamp.2.json", "wamp.2.json.batched", WireFormat.Json, Framing.Batched)]
    [TestCase("wamp.2.msgpack.batched", "wamp.2.msgpack.batched", WireFormat.MessagePack, Framing.Batched)]
    [Shows("transport.negotiated", "batched.subprotocols", "field.subprotocol-order")]
    public async Task Subprotocols_Several_TheClientsFirstKnownIsTaken(string offered, string expected, WireFormat format, Framing framing = Framing.WebSocket)
    {
        var (_, head, _) = await AskAsync("GET /ws HTTP/1.1", Good.Replace("wamp.2.json", offered, StringComparison.Ordinal));

        Assert.That(head, Does.Contain($"Sec-WebSocket-Protocol: {expected}\r\n"));
        Assert.That(_session!.Connection.Info.Encoding, Is.EqualTo(new WireEncoding(format, framing)));
    }

    [TestCase("", null)]
    [TestCase("|Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits", "permessage-deflate; server_no_context_takeover; client_no_context_takeover")]
    [TestCase("|Sec-WebSocket-Extensions: x-webkit-deflate-frame|Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=9, permessage-deflate; server_max_window_bits=\"15\"", "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=15")]
    [TestCase("|Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=9", null)]
    [TestCase("|Sec-WebSocket-Extensions: ,", null)]
    [Shows("field.compression")]
    public async Task Extensions_Offered_TheFirstThatCanBeHonouredIsTaken(string header, string? expected)
    {
        var (status, head, _) = await AskAsync("GET /ws HTTP/1.1", Good + header);

        Assert.That(status, Is.EqualTo(101));
        Assert.That(WebSocketRig.ExtensionsIn(head), Is.EqualTo(expected));
    }

    [TestCase("http://localhost", 101)]
    [TestCase("http://127.0.0.1:3000", 101)]
    [TestCase("http://[::1]:3000", 101)]
    [TestCase("https://app.example.com", 101)]
    [TestCase("https://APP.example.com", 101)]
    [TestCase("http://app.example.com", 403)]
    [TestCase("https://evil.example", 403)]
    [TestCase("https://app.example.com.evil.example", 403)]
    [TestCase("null", 403)]
    [Shows("field.origin")]
    public async Task Origin_OfAPage_DecidesOnALoopbackListener(string origin, int expected)
    {
        var (status, _, body) = await AskAsync("GET /ws HTTP/1.1", $"{Good}|Origin: {origin}");

        Assert.That(status, Is.EqualTo(expected));
        Assert.That(body, expected == 403 ? Does.Contain($"add \"{origin}\" to the list WampRouter:Transports:AllowedOrigins") : Is.Empty);
    }

    [TestCase("http://rebound.example", "rebound.example", "", 403, TestName = "Origin_OfANamePointedAtLoopback_IsRefused")]
    [TestCase("https://wamp.example", "wamp.example", "|X-Forwarded-For: 203.0.113.7", 101, TestName = "Origin_OfTheProxysName_IsTheRoutersOwn")]
    [TestCase("https://evil.example", "wamp.example", "|X-Forwarded-For: 203.0.113.7", 403, TestName = "Origin_OfAnotherNameThroughTheProxy_IsRefused")]
    public async Task Origin_AgainstHost(string origin, string host, string more, int expected)
    {
        var (status, _, _) = await AskAsync("GET /ws HTTP/1.1", Good.Replace("localhost", host, StringComparison.Ordinal) + $"|Origin: {origin}{more}");

        Assert.That(status, Is.EqualTo(expected));
    }

    [TestCase("", true)]
    [TestCase("|Origin: http://localhost:5173", true)]
    [TestCase("|X-Request-Id: 7", true)]
    [TestCase("|Forwarded: for=203.0.113.7", false)]
    [TestCase("|X-Forwarded-For: 203.0.113.7", false)]
    [TestCase("|X-Forwarded-Proto: https", false)]
    [TestCase("|X-Forwarded-Host: wamp.example", false)]
    [TestCase("|x-real-ip: 203.0.113.7", false)]
    [TestCase("|Via: 1.1 proxy", false)]
    [TestCase("|CF-Connecting-IP: 203.0.113.7", false)]
    [TestCase("|Origin: https://app.example.com", false)]
    public async Task Peer_WithWhatProxiesLeaveBehind_IsNotLocal(string more, bool isLocal)
    {
        await AskAsync("GET /ws HTTP/1.1", Good + more);

        Assert.That(_session!.Connection.Info.IsLocal, Is.EqualTo(isLocal));
    }

    [Test]
    public async Task Peer_WhoCallsTheRouterByAName_IsNotLocal()
    {
        await AskAsync("GET /ws HTTP/1.1", Good.Replace("Host: localhost", "Host: wamp.example", StringComparison.Ordinal));

        Assert.That(_session!.Connection.Info.IsLocal, Is.False);
    }

    [TestCase("GET /other HTTP/1.1", 200, "pipeline")]
    [TestCase("GET /w HTTP/1.1", 404, "")]
    [TestCase("GET /wsx HTTP/1.1", 404, "")]
    [TestCase("GET / HTTP/1.1", 404, "")]
    [TestCase("DELETE /other HTTP/1.1", 405, "")]
    public async Task Request_ForSomebodyElse_GoesToThePipeline(string line, int expected, string text)
    {
        var (status, _, body) = await AskAsync(line, "Host: localhost");

        Assert.That(status, Is.EqualTo(expected));
        Assert.That(body, Does.Contain(text));
    }

    [TestCase("Host localhost without a colon", 400)]
    [TestCase("Host: localhost|Bad Name: x", 400)]
    [TestCase("Host: localhost| folded: x", 400)]
    public async Task Request_Malformed_IsAnsweredByThePipelinesOwnRules(string headers, int expected)
    {
        var (status, _, _) = await AskAsync("GET /ws HTTP/1.1", $"{headers}|{Good}");

        Assert.That(status, Is.EqualTo(expected));
    }

    [Test]
    public async Task Request_WithoutHost_IsRefused()
    {
        var (status, _, _) = await AskAsync("GET /ws HTTP/1.1", Good.Replace("Host: localhost|", string.Empty, StringComparison.Ordinal));

        Assert.That(status, Is.EqualTo(400));
    }

    [Test]
    public async Task Request_WithTooManyHeaders_IsRefused()
    {
        var (status, _, _) = await AskAsync("GET /ws HTTP/1.1", Good + string.Concat(Enumerable.Range(0, 101).Select(i => $"|X-{i}: 1")));

        Assert.That(status, Is.EqualTo(431));
    }

    [Test]
    public async Task Request_WithAHeadWithoutEnd_IsRefused()
    {
        var (status, _, _) = await AskAsync("GET /ws HTTP/1.1", Good + "|X-Long: " + new string('x', 40_000));

        Assert.That(status, Is.EqualTo(431));
    }

    [Test]
    public async Task Request_ByteForByteWithAFrameBehindIt_IsServed()
    {
        await using var stream = await _rig.OpenAsync(way);
        byte[] wire = [.. Encoding.ASCII.GetBytes($"GET /ws HTTP/1.1\r\n{Good.Replace("|", "\r\n", StringComparison.Ordinal)}\r\n\r\n"), .. FrameClient.Frame(WebSocketOpcode.Text, "[]"u8)];
        foreach (var octet in wire)
        {
            await stream.WriteAsync(new[] { octet });
        }

        var input = PipeReader.Create(stream);
        await WebSocketRig.ReadHeadAsync(input);
        var client = new FrameClient(new WampRouter.Transports.PipePair(input, PipeWriter.Create(stream)));
        Assert.That((await client.ReceiveAsync())!.Text, Is.EqualTo("[]"));
        await _rig.Receivers.NextAsync();
    }

    [TestCase("wamp.2.json", WebSocketOpcode.Binary, "text")]
    [TestCase("wamp.2.cbor", WebSocketOpcode.Text, "binary")]
    [TestCase("wamp.2.msgpack", WebSocketOpcode.Text, "binary")]
    [TestCase("wamp.2.json.batched", WebSocketOpcode.Binary, "text")]
    [TestCase("wamp.2.cbor.batched", WebSocketOpcode.Text, "binary")]
    [Shows("transport.json-text", "transport.msgpack-binary", "transport.cbor-binary")]
    public async Task Message_OfTheWrongKind_ClosesWith1003(string subprotocol, WebSocketOpcode opcode, string text)
    {
        await using var client = await _rig.ConnectAsync(way, subprotocol);
        await _rig.Receivers.NextAsync();

        await client.SendAsync(opcode, "x"u8);

        var close = await client.ReceiveAsync();
        Assert.That((close!.Opcode, close.CloseCode), Is.EqualTo((WebSocketOpcode.Close, 1003)));
        Assert.That(Encoding.UTF8.GetString(close.Payload.AsSpan(2)), Does.Contain(text));
    }

    private async Task<(int Status, string Head, string Body)> AskAsync(string line, string headers)
    {
        await using var stream = await _rig.OpenAsync(way);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{line}\r\n{headers.Replace("|", "\r\n", StringComparison.Ordinal)}\r\n\r\n"));
        var input = PipeReader.Create(stream);
        var head = await WebSocketRig.ReadHeadAsync(input);
        var status = int.Parse(head.AsSpan(9, 3), CultureInfo.InvariantCulture);
        if (status == 101)
        {
            _session = await _rig.Receivers.NextAsync();
            return (status, head, string.Empty);
        }

        var length = head.Split("\r\n").FirstOrDefault(h => h.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase))?[16..] ?? "0";
        var body = new byte[int.Parse(length, CultureInfo.InvariantCulture)];
        await input.AsStream().ReadExactlyAsync(body).Soon();
        return (status, head, Encoding.UTF8.GetString(body));
    }
}
