using System.Text.Json.Nodes;
using WampRouter.Tests.Conformance;

namespace WampRouter.Tests.EndToEnd;

/// <summary>npm's <c>autobahn</c> over long-poll in node; the polls of this router wait for a second only, so some end empty.</summary>
[TestFixture(RouterBuild.Dotnet)]
[TestFixture(RouterBuild.NativeAot)]
[Category("EndToEnd")]
[Over("longpoll", "json")]
[Shows("longpoll.feature", "longpoll.receive", "longpoll.send", "longpoll.close")]
public sealed class AutobahnLongPollTests(RouterBuild build)
{
    private RouterProcess? _router;
    private JsonNode _seen = new JsonObject();

    [OneTimeSetUp]
    public async Task RunScript()
    {
        _router = await RouterProcess.StartAsync(build, settings: "--WampRouter:Transports:LongPollWait=00:00:01");
        _seen = await Script.RunAsync("autobahn-longpoll", $"{_router.Page}lp", _router.WebSocket.AbsoluteUri);
    }

    [OneTimeTearDown]
    public async Task StopRouter() => await (_router?.DisposeAsync() ?? ValueTask.CompletedTask);

    [Test]
    public void Event_OfWhoeverPolls_IsTheSameForThoseWhoDoAndDoNot()
    {
        Assert.That(_seen.Text("protocol"), Is.EqualTo("wamp.2.json"));
        Assert.That(_seen["event"]![0]!.Text("text"), Does.Contain("世界"));
        AssertJson.AreEqual(_seen["eventOverWebSocket"], _seen["event"]!.DeepClone());
    }

    [Test]
    public void Calls_OneAndManyAtOnce_AreAnswered()
    {
        Assert.That((_seen["sum"]!.GetValue<int>(), _seen["areSumsRight"]!.GetValue<bool>()), Is.EqualTo((5, true)));
        Assert.That(_seen["noProcedure"]!.Text("error"), Is.EqualTo("wamp.error.no_such_procedure"));
    }

    [Test]
    public void Session_SilentForSeveralPolls_Lives() => Assert.That(_seen["afterSilence"]!.GetValue<int>(), Is.EqualTo(2));

    [Test]
    public void Login_RightAndWrong_IsToldApart()
    {
        Assert.That(_seen["wrongTicket"]!.Text("error"), Is.EqualTo("wamp.error.authentication_denied"));
        Assert.That(_seen.Text("loggedIn"), Is.EqualTo("frontend"));
    }

    [Test]
    public void Connection_NoWebSocketThere_FallsBack() => Assert.That(_seen.Text("withoutWebSocket"), Is.EqualTo("longpoll"));

    [Test]
    public void Close_OfAutobahn_ComesToItsEnd() => AssertJson.AreEqual(_seen["closed"], JsonNode.Parse("""{"how":"closed","reason":"wamp.close.goodbye_and_out"}"""));
}

/// <summary>The sample page and the router's own in Chromium, where WebSocket is missing, broken, or refused by a proxy.</summary>
[TestFixture(RouterBuild.Dotnet)]
[TestFixture(RouterBuild.NativeAot)]
public sealed class BrowserWithoutWebSocketTests(RouterBuild build) : RunningRouter(build)
{
    private readonly List<ChildProcess> _services = [];
    private JsonNode _seen = new JsonObject();

    [OneTimeSetUp]
    public async Task UsePages()
    {
        string[] router = ["--Router:Url", Router.WebSocket.AbsoluteUri];
        _services.Add(ChildProcess.Start(BuiltFiles.Client("SensorService"), [.. router, "--Interval", "00:00:00.2"]));
        _services.Add(ChildProcess.Start(BuiltFiles.Client("StatisticsService"), router));
        _services.Add(ChildProcess.Start(BuiltFiles.BrowserSample(), ["0"]));
        await _services[0].PrintedAsync("Publishing temperature");
        await _services[1].PrintedAsync("registered");
        var address = await _services[2].PrintedAsync(@"http://127\.0\.0\.1:\d+/");
        _seen = await Script.RunAsync("browser-without-websocket", address.Value, Router.Page.AbsoluteUri);
    }

    [OneTimeTearDown]
    public async Task StopServices()
    {
        foreach (var service in _services)
        {
            await service.DisposeAsync();
        }
    }

    [Test]
    public void SamplePage_WithoutWebSocket_FallsBackByItself([Values("missing", "broken", "refused")] string way)
    {
        var seen = _seen[way]!["sample"]!;

        Assert.That(seen.Text("wrongTicket"), Does.StartWith("Not connected: wamp.error.authentication_denied"));
        Assert.That(seen.Text("loggedIn"), Is.EqualTo("In realm secured as browser, role frontend, over long-poll"));
        Assert.That((seen.Text("mean"), seen.Text("left")), Is.EqualTo(("3", "Not connected")));
    }

    [Test]
    public void WelcomePage_WithoutWebSocket_FallsBackByItself([Values("missing", "broken", "refused")] string way)
    {
        var seen = _seen[way]!["welcome"]!;

        Assert.That(seen.Text("joined"), Does.StartWith("In realm realm1 as ").And.EndsWith("role anonymous"));
        Assert.That(seen.Text("greeting"), Does.Contain("com.example.page.hello"));
        Assert.That(seen.Text("address"), Does.Match(@"^http://127\.0\.0\.1:\d+/lp$"));
        Assert.That(seen.Text("result"), Does.StartWith("\"Hello\", 42\n"));
        Assert.That(seen.Text("left"), Is.EqualTo("You left"));
    }
}
