using WampRouter.Client;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Transports.Compression;
using WampRouter.Tests.Transports.WebSockets;

namespace WampRouter.Tests.Clients;

/// <summary>The .NET client with <see cref="WampWebSocketTransport.Compressed"/>, against a router that agrees and one that does not.</summary>
[Shows("field.compression")]
internal sealed class CompressedClientTests
{
    private TestRouter _router = null!;
    private SessionHost _host = null!;

    [TearDown]
    public async Task StopAsync()
    {
        await _host.DisposeAsync();
        _router.Dispose();
    }

    [Test]
    public async Task Messages_OfAllSizes_ArriveBothWays([Values] WampSerializer serializer, [Values] bool batched, [Values] bool takeover)
    {
        await StartAsync(isEnabled: true, takeover);
        using var runs = new Measured(_host.Meter, "wamp_router.compression.runs");
        await using var client = await ConnectAsync(serializer, batched, isCompressed: true);
        await client.RegisterAsync("com.echo", (string text) => text).Soon();

        foreach (var size in (int[])[0, 10, 900, 1024, 5000, 300_000])
        {
            var text = System.Text.Encoding.ASCII.GetString(MessageInflaterTests.Text(size));
            Assert.That(await client.CallAsync<string>("com.echo", [text]).Soon(), Is.EqualTo(text));
        }

        // Three of the sizes are beyond both thresholds: a call and its result, each both ways. HELLO and WELCOME may be beyond them too.
        Assert.That(runs.Of("direction=received"), Is.InRange(6, 7));
        Assert.That(runs.Of("direction=sent"), Is.InRange(6, 7));
    }

    [TestCase(false, true)]
    [TestCase(true, false)]
    public async Task Compression_OneSideDoesNotWantIt_NothingIsCompressed(bool router, bool client)
    {
        await StartAsync(router, takeover: false);
        using var runs = new Measured(_host.Meter, "wamp_router.compression.runs");
        await using var plain = await ConnectAsync(WampSerializer.Json, batched: false, client);
        await plain.RegisterAsync("com.echo", (string text) => text).Soon();

        Assert.That(await plain.CallAsync<string>("com.echo", [new string('x', 5000)]).Soon(), Has.Length.EqualTo(5000));

        Assert.That(runs.Sum, Is.Zero);
    }

    private async Task StartAsync(bool isEnabled, bool takeover)
    {
        _router = new TestRouter();
        _host = await SessionHost.StartAsync(_router, options => (options.Compression.Enabled, options.Compression.ContextTakeover) = (isEnabled, takeover));
    }

    private async Task<WampClient> ConnectAsync(WampSerializer serializer, bool batched, bool isCompressed)
    {
        var client = new WampClient(new WampClientOptions
        {
            Transport = new WampWebSocketTransport(_host.Address) { Compressed = isCompressed, Batched = batched },
            Realm = "realm1",
            Serializers = [serializer],
            Reconnect = null,
        });
        await client.ConnectAsync().Soon();
        return client;
    }
}
