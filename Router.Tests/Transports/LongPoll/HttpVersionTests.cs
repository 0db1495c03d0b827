using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Transports.LongPoll;

/// <summary>HTTP as old and new clients speak it, and as no client should.</summary>
[Over("longpoll", "json")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class HttpVersionTests
{
    private const string Open = """{"protocols":["wamp.2.json"]}""";

    private LongPollRig _rig = null!;

    [SetUp]
    public async Task StartAsync() => _rig = await LongPollRig.StartAsync();

    [TearDown]
    public async Task StopAsync() => await _rig.DisposeAsync();

    [Test]
    [Shows("longpoll.feature")]
    public async Task Http10_EveryRequest_HasAConnectionOfItsOwn()
    {
        var opened = await ExchangeAsync($"POST /lp/open HTTP/1.0\r\nContent-Length: {Open.Length}\r\n\r\n{Open}");
        var id = opened.Split("\"transport\":\"")[1][..22];
        Assert.That(await ExchangeAsync($"POST /lp/{id}/send HTTP/1.0\r\nContent-Length: 12\r\n\r\n[1,\"r\",{{}} ] "), Does.StartWith("HTTP/1.1 202 Accepted\r\n"));

        var received = await ExchangeAsync($"POST /lp/{id}/receive HTTP/1.0\r\nContent-Length: 0\r\n\r\n");

        Assert.That(received, Does.StartWith("HTTP/1.1 200 OK\r\n").And.Contains("Connection: close\r\n").And.EndsWith("\r\n\r\n[1,\"r\",{} ] "));
        Assert.That(await ExchangeAsync($"POST /lp/{id}/close HTTP/1.0\r\nContent-Length: 0\r\n\r\n"), Does.StartWith("HTTP/1.1 202 Accepted\r\n"));
    }

    [Test]
    [Shows("longpoll.feature")]
    public async Task Http2_AllRequestsOverOneConnection_AreAnswered()
    {
        using var opened = await Http2Async("open", Open);
        var id = (await opened.Content.ReadAsStringAsync()).Split("\"transport\":\"")[1][..22];
        var receiving = Http2Async($"{id}/receive", "");

        using var sent = await Http2Async($"{id}/send", "[1,\"r\",{}]");
        using var received = await receiving;

        Assert.That((sent.StatusCode, await received.Content.ReadAsStringAsync()), Is.EqualTo((HttpStatusCode.Accepted, "[1,\"r\",{}]")));
        Assert.That(received.Version, Is.EqualTo(System.Net.HttpVersion.Version20));
    }

    [TestCase("POST /lp/{id}/send HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n[1,")]
    [TestCase("POST /lp/{id}/send HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    [TestCase("POST /lp/{id}/send HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[1,\"r")]
    [TestCase("POST /lp/open HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")]
    [TestCase("POST /lp/{id}/receive HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n")]
    [TestCase("POST /lp/{id}/send HTTP/1.1\r\n")]
    public async Task HalfARequest_ThenNoMore_HurtsNobodyElse(string half)
    {
        var id = await _rig.OpenAsync();
        using (var socket = await ConnectAsync())
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes(half.Replace("{id}", id, StringComparison.Ordinal)));
        }

        var receiving = _rig.AskAsync($"{id}/receive");
        await _rig.SendAsync(id, "[1,\"r\",{}]");

        var received = await receiving.Soon();
        Assert.That(received.Status == 204 ? await _rig.AskAsync($"{id}/receive") : received, Is.EqualTo((200, "[1,\"r\",{}]")));
        Assert.That(_rig.Log.Entries.Where(entry => entry.Level >= LogLevel.Error), Is.Empty);
    }

    [Test]
    public async Task Receive_WithABody_TakesNoNoticeOfIt()
    {
        var id = await _rig.OpenAsync();
        await _rig.SendAsync(id, "[1,\"r\",{}]");

        Assert.That(await _rig.AskAsync($"{id}/receive", "{}"), Is.EqualTo((200, "[1,\"r\",{}]")));
    }

    private async Task<HttpResponseMessage> Http2Async(string path, string body)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(_rig.AddressOfHttp2, path))
        {
            Content = new StringContent(body),
            Version = System.Net.HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        return await _rig.Http.SendAsync(message).Soon();
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(_rig.Address.Host, _rig.Address.Port).Soon();
        return socket;
    }

    private async Task<string> ExchangeAsync(string request)
    {
        using var socket = await ConnectAsync();
        await socket.SendAsync(Encoding.ASCII.GetBytes(request));
        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync().Soon();
    }
}
