using System.Text.Json.Nodes;
using WampRouter.Tests.Conformance;

namespace WampRouter.Tests.EndToEnd;

/// <summary>Clients of others while their router is killed, restarted, and taken away for good.</summary>
[Category("EndToEnd")]
[TestFixture(RouterBuild.Dotnet)]
[TestFixture(RouterBuild.NativeAot)]
[Shows("autobahn.restart")]
public sealed class ReconnectTests(RouterBuild build)
{
    [Test]
    public async Task Autobahn_ComesBackAfterAKillAndARestart_AndTakesGoodbyeForFinal()
    {
        var seen = await RunAsync("autobahn-reconnect");

        AssertJson.AreEqual(seen["killed"], JsonNode.Parse("""{"how": "lost", "reason": null, "willRetry": true}"""));
        AssertJson.AreEqual(seen["restarted"], JsonNode.Parse("""{"how": "closed", "reason": null, "willRetry": true}"""));
        AssertJson.AreEqual(seen["heard"], JsonNode.Parse("""["in session 2", "in session 3"]"""));
        Assert.That(seen["sessions"]!.GetValue<int>(), Is.EqualTo(3));

        // After any GOODBYE Autobahn does not connect again by itself, whatever the reason: its application is told and may call open().
        AssertJson.AreEqual(seen["ended"], JsonNode.Parse("""{"how": "closed", "reason": "wamp.close.system_shutdown", "willRetry": false}"""));
    }

    [Test]
    public async Task Wampy_ComesBackAfterAKillAndARestart_AndTakesGoodbyeForFinal()
    {
        var seen = await RunAsync("wampy-reconnect");

        AssertJson.AreEqual(seen, JsonNode.Parse("""{"heard": ["in session 2", "in session 3"], "sessions": 3, "closed": true}"""));
    }

    private async Task<JsonNode> RunAsync(string name)
    {
        await using var third = await RouterProcess.StartAsync(build, LabRealm.WriteTo, "--WampRouter:Sessions:Shutdown=goodbye");
        await using var second = await RouterProcess.StartAsync(build, LabRealm.WriteTo);
        await using var script = await StartWithRouterThatDiesAsync(name, second, third);
        await script.PrintedAsync("joined 2");
        await second.StopAsync();
        await script.PrintedAsync("joined 3");
        await third.StopAsync();
        return await Script.ReportOfAsync(script, name);
    }

    private async Task<ChildProcess> StartWithRouterThatDiesAsync(string name, RouterProcess second, RouterProcess third)
    {
        await using var first = await RouterProcess.StartAsync(build, LabRealm.WriteTo);
        var script = ChildProcess.Start(BuiltFiles.Script(name), [first.WebSocket.AbsoluteUri, second.WebSocket.AbsoluteUri, third.WebSocket.AbsoluteUri]);
        await script.PrintedAsync("joined 1");
        return script;
    }
}
