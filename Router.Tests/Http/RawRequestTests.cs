using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Hostile;

namespace WampRouter.Tests.Http;

/// <summary>Plain HTTP as it is on the wire: what no client library sends by itself.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed partial class RawRequestTests
{
    private const string Publish = """{"topic":"com.example.topic"}""";

    private HttpRig _rig = null!;

    [TearDown]
    public async Task StopAsync() => await _rig.DisposeAsync();

    [Test]
    public async Task Origin_ThatCannotStandInAHeader_IsNoFailure()
    {
        _rig = await HttpRig.StartAsync(configure: static options => options.AllowedOrigins = ["*"]);
        using var socket = await ConnectAsync();

        await socket.SendRawAsync(Request("POST", "realm1/publish", Publish, "Origin: http://\u00fc.example"));
        var (head, _) = await ReceiveAsync(socket);

        Assert.That(HostileSocket.StatusOf(head), Is.Not.EqualTo("500"));
        Assert.That(head, Does.Not.Contain("Access-Control-Allow-Origin"));
    }

    [Test]
    public async Task Pipelined_AreAnsweredInOrder()
    {
        _rig = await HttpRig.StartAsync();
        using var socket = await ConnectAsync();

        await socket.SendRawAsync((byte[])[.. Request("POST", "realm1/call", """{"procedure":"com.example.missing"}"""), .. Request("POST", "realm1/publish", Publish), .. Request("GET", "openapi.json")]);
        var (first, second, third) = (await ReceiveAsync(socket), await ReceiveAsync(socket), await ReceiveAsync(socket));

        Assert.That(new[] { first, second, third }.Select(answer => HostileSocket.StatusOf(answer.Head)), Is.EqualTo(new[] { "404", "200", "200" }));
        Assert.That(second.Body, Does.StartWith("{\"publication\":"));
    }

    [Test]
    public async Task Expect_IsAskedForTheBodyOnlyWhereItIsWanted()
    {
        _rig = await HttpRig.StartAsync();
        using var socket = await ConnectAsync();
        var request = Encoding.UTF8.GetString(Request("POST", "realm1/publish", Publish, "Expect: 100-continue"));
        var head = request[..^Publish.Length];

        await socket.SendRawAsync(Encoding.UTF8.GetBytes(head));
        Assert.That(HostileSocket.StatusOf(await socket.ReceiveHeadAsync().Soon()), Is.EqualTo("100"));
        await socket.SendRawAsync(Encoding.UTF8.GetBytes(Publish));
        Assert.That(HostileSocket.StatusOf((await ReceiveAsync(socket)).Head), Is.EqualTo("200"));
        await socket.SendRawAsync(Encoding.UTF8.GetBytes(head.Replace("application/json", "text/plain", StringComparison.Ordinal)));
        Assert.That(HostileSocket.StatusOf((await ReceiveAsync(socket)).Head), Is.EqualTo("415"));
    }

    [Test]
    public async Task Head_IsRefusedWithoutABody()
    {
        _rig = await HttpRig.StartAsync();
        using var socket = await ConnectAsync();

        await socket.SendRawAsync((byte[])[.. Request("HEAD", "realm1/events?topic=com.example.topic"), .. Request("GET", "openapi.json")]);

        Assert.That(HostileSocket.StatusOf(await socket.ReceiveHeadAsync().Soon()), Is.EqualTo("405"));
        Assert.That(HostileSocket.StatusOf((await ReceiveAsync(socket)).Head), Is.EqualTo("200"));
    }

    [Test]
    public async Task Http10_IsAnsweredAndTheConnectionEnds()
    {
        _rig = await HttpRig.StartAsync();
        using var socket = await ConnectAsync();

        await socket.SendRawAsync(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Request("POST", "realm1/publish", Publish)).Replace("HTTP/1.1", "HTTP/1.0", StringComparison.Ordinal)));

        Assert.That(HostileSocket.StatusOf((await ReceiveAsync(socket)).Head), Is.EqualTo("200"));
        await socket.AwaitEndAsync().Soon();
    }

    [TestCase("realm1%0d%0aX-Evil:%201/publish")]
    [TestCase("realm1/events?topic=com.example%0d%0aid:%207")]
    [TestCase("realm1/events?topic=com.example.topic&last_event_id=1%0a%0adata:%20x")]
    public async Task LineEnds_InWhatIsAskedFor_BreakNoAnswer(string path)
    {
        _rig = await HttpRig.StartAsync();
        using var socket = await ConnectAsync();

        await socket.SendRawAsync(Request(path.Contains("publish", StringComparison.Ordinal) ? "POST" : "GET", path, path.Contains("publish", StringComparison.Ordinal) ? Publish : ""));
        var head = await socket.ReceiveHeadAsync().Soon();

        Assert.That(head, Does.Not.Contain("Evil").And.Not.Contain("data:"));
        Assert.That(head, Does.Contain("Cache-Control: no-store"));
    }

    [Test]
    public async Task Body_DoesNotEndInTime_IsGivenUp()
    {
        var time = new ManualTime();
        _rig = await HttpRig.StartAsync(time, static options => options.MessageTimeout = TimeSpan.FromSeconds(20));
        using var socket = await ConnectAsync();
        await socket.SendRawAsync(Request("POST", "realm1/publish", Publish).AsMemory()[..^1]);

        var answering = ReceiveAsync(socket);
        while (!answering.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));      // the request may not have come yet
            await Task.Yield();
        }

        var (head, body) = await answering;
        Assert.That((HostileSocket.StatusOf(head), body), Is.EqualTo(("408", body)));
        Assert.That(body, Does.Contain("WampRouter:Transports:MessageTimeout"));
    }

    [Test]
    public async Task Body_NoRoomForIt_IsRefusedAndOthersAreServed()
    {
        _rig = await HttpRig.StartAsync(configure: static options => options.InboundTotalBytes = 256 * 1024);
        using var socket = await ConnectAsync();

        await socket.SendRawAsync(Request("POST", "realm1/publish", $$"""{"topic":"com.example.topic","args":["{{new string('x', 300_000)}}"]}"""));
        var (head, body) = await ReceiveAsync(socket);

        Assert.That((HostileSocket.StatusOf(head), body), Is.EqualTo(("503", body)));
        Assert.That(body, Does.Contain("WampRouter:Transports:InboundTotalBytes"));
        Assert.That(head, Does.Contain("Retry-After: 1"));
        await _rig.PublishAsync("com.example.topic");
    }

    private static byte[] Request(string method, string path, string body = "", string? header = null) => Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{method} /api/{path} HTTP/1.1\r\nHost: localhost\r\n{(header is null ? "" : header + "\r\n")}Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"));

    private async Task<HostileSocket> ConnectAsync() => await HostileSocket.ConnectAsync(_rig.Address).Soon();

    private static async Task<(string Head, string Body)> ReceiveAsync(HostileSocket socket)
    {
        var head = await socket.ReceiveHeadAsync().Soon();
        return (head, Encoding.UTF8.GetString(await socket.ReceiveRawAsync(int.Parse(ContentLength().Match(head).Groups[1].ValueSpan, CultureInfo.InvariantCulture)).Soon()));
    }

    [GeneratedRegex(@"Content-Length: (\d+)")]
    private static partial Regex ContentLength();
}
