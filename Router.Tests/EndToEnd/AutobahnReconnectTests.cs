using System.Text.Json.Nodes;
using WampRouter.Tests.Conformance;

namespace WampRouter.Tests.EndToEnd;

/// <summary>Autobahn|JS while its router is killed, comes back, and is asked to end.</summary>
[Category("EndToEnd")]
[TestFixture(RouterBuild.Dotnet)]
[TestFixture(RouterBuild.NativeAot)]
[Shows("autobahn.restart")]
public sealed class AutobahnReconnectTests(RouterBuild build)
{
    private JsonNode _seen = new JsonObject();

    [OneTimeSetUp]
    public async Task RestartRouterOfScript()
    {
        await using var second = await RouterProcess.StartAsync(build, LabRealm.WriteTo);
        await using var script = await StartWithRouterThatDiesAsync(second);
        await script.PrintedAsync("joined second");
        await second.StopAsync();
        _seen = await Script.ReportOfAsync(script, "autobahn-reconnect");
    }

    [Test]
    public void Open_RouterDies_RetriesAndJoinsTheNextOne()
    {
        AssertJson.AreEqual(_seen["lost"], JsonNode.Parse("""{"how": "lost", "reason": null, "willRetry": true}"""));
        Assert.That(_seen["isAnotherSession"]!.GetValue<bool>(), Is.True);
        Assert.That(_seen.Text("heard"), Is.EqualTo("after the restart"));
    }

    // After any GOODBYE Autobahn does not connect again by itself, whatever the reason: its application is told and may call open().
    [Test]
    public void Open_RouterSaysGoodbye_OnCloseIsToldWhyAndDoesNotRetry() =>
        AssertJson.AreEqual(_seen["ended"], JsonNode.Parse("""{"how": "closed", "reason": "wamp.close.system_shutdown", "willRetry": false}"""));

    private async Task<ChildProcess> StartWithRouterThatDiesAsync(RouterProcess next)
    {
        await using var router = await RouterProcess.StartAsync(build, LabRealm.WriteTo);
        var script = ChildProcess.Start(BuiltFiles.Script("autobahn-reconnect"), [router.WebSocket.AbsoluteUri, next.WebSocket.AbsoluteUri]);
        await script.PrintedAsync("joined first");
        return script;
    }
}
