using System.Net;
using System.Text;
using System.Text.Json;
using WampRouter.Client;
using WampRouter.Server.Configuration;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Server.Listeners;

/// <summary>Long-poll at the program's listeners: where their settings say, and nowhere else.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LongPollListenerTests : IDisposable
{
    private const string AnyPort = "http://127.0.0.1:0";
    private const string Hello = """[1,"realm1",{"roles":{"caller":{}}}]""";

    private readonly HttpClient _http = new();

    public void Dispose() => _http.Dispose();

    [Test]
    public async Task Client_OfTheDefaultListener_Joins()
    {
        await using var rig = await ListenerRig.StartAsync(new ListenerOptions { Url = AnyPort });

        Assert.That(await JoinAsync($"{rig.Urls[0]}/lp"), Does.StartWith("[2,"));
    }

    [TestCase("websocket", true, false)]
    [TestCase("longpoll", false, true)]
    [TestCase("WAMP", true, true)]
    public async Task Listener_ServesSomeTransports_OthersAreNotThere(string serves, bool hasWebSocket, bool hasLongPoll)
    {
        await using var rig = await ListenerRig.StartAsync(new ListenerOptions { Url = AnyPort }, new ListenerOptions { Url = AnyPort, Serves = [serves] });

        Assert.That(await StatusAsync($"{rig.Urls[1]}/lp/open"), Is.EqualTo(hasLongPoll ? HttpStatusCode.OK : HttpStatusCode.NotFound));
        if (hasWebSocket)
        {
            await rig.JoinAsync(rig.Urls[1]);
        }
        else
        {
            Assert.That(() => rig.JoinAsync(rig.Urls[1]), Throws.TypeOf<WampConnectionException>());
        }

        Assert.That(await ListenerRig.GetAsync($"{rig.Urls[1]}/"), Is.EqualTo(HttpStatusCode.OK), "the page");
    }

    [Test]
    public async Task Listener_OfAnotherPath_IsThereOnly()
    {
        await using var rig = await ListenerRig.StartAsync(new ListenerOptions { Url = AnyPort }, new ListenerOptions { Url = AnyPort, LongPollPath = "/a/b/" });

        Assert.That(await StatusAsync($"{rig.Urls[1]}/a/b/open"), Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await StatusAsync($"{rig.Urls[1]}/lp/open"), Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await StatusAsync($"{rig.Urls[0]}/a/b/open"), Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Reload_AnotherPath_HoldsForNewConnectionsAndOpenTransportsGoOn()
    {
        await using var rig = await ListenerRig.StartAsync(new ListenerOptions { Url = AnyPort });
        var transport = await OpenAsync($"{rig.Urls[0]}/lp");

        var reload = await rig.ReloadAsync(new ListenerOptions { Url = AnyPort, LongPollPath = "/poll" });

        Assert.That(reload.Changes, Is.EqualTo(new[] { $"listener {rig.Urls[0]}: LongPollPath is /poll now, it was /lp; this counts for those who connect from now on" }));
        using var newcomer = new HttpClient();
        using var sent = await newcomer.PostAsync(new Uri($"{rig.Urls[0]}/poll/{transport}/send"), new StringContent(Hello, Encoding.UTF8, "application/json")).Soon();
        Assert.That(sent.StatusCode, Is.EqualTo(HttpStatusCode.Accepted), "the transport is the same below the new path");
    }

    [Test]
    public async Task Limits_OfTheListener_CountTransports()
    {
        await using var rig = await ListenerRig.StartAsync(new ListenerOptions { Url = AnyPort, MaxConnections = 3 });

        await OpenAsync($"{rig.Urls[0]}/lp");     // with its HTTP connection, that makes two
        await OpenAsync($"{rig.Urls[0]}/lp");
        using var refused = await PostAsync($"{rig.Urls[0]}/lp/open");

        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(await refused.Content.ReadAsStringAsync(), Does.Contain("WampRouter:Listeners:0:MaxConnections"));
    }

    [Test]
    public async Task Receive_WaitsLongerThanASilentConnectionMay_IsAnsweredAllTheSame()
    {
        var options = new StandAloneOptions { Listeners = [new ListenerOptions { Url = AnyPort }] };
        (options.Transports.HandshakeTimeout, options.Transports.LongPollWait) = (TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(1500));
        await using var rig = await ListenerRig.StartAsync(options);
        var transport = await OpenAsync($"{rig.Urls[0]}/lp");

        for (var i = 0; i < 2; i++)
        {
            using var received = await _http.PostAsync(new Uri($"{rig.Urls[0]}/lp/{transport}/receive"), null).Soon();
            Assert.That(received.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        }
    }

    private async Task<string> JoinAsync(string address)
    {
        var transport = await OpenAsync(address);
        using var sent = await _http.PostAsync(new Uri($"{address}/{transport}/send"), new StringContent(Hello)).Soon();
        Assert.That(sent.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        using var received = await _http.PostAsync(new Uri($"{address}/{transport}/receive"), null).Soon();
        return await received.Content.ReadAsStringAsync();
    }

    private async Task<string> OpenAsync(string address)
    {
        using var opened = await PostAsync($"{address}/open");
        Assert.That(opened.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        using var document = JsonDocument.Parse(await opened.Content.ReadAsStringAsync());
        return document.RootElement.GetProperty("transport").GetString()!;
    }

    private async Task<HttpStatusCode> StatusAsync(string address)
    {
        using var answer = await PostAsync(address);
        return answer.StatusCode;
    }

    private Task<HttpResponseMessage> PostAsync(string address) => _http.PostAsync(new Uri(address), new StringContent("""{"protocols":["wamp.2.json"]}""")).Soon();
}
