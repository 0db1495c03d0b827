using System.Globalization;
using System.Text.Json.Nodes;
using WampRouter.Tests.Configuration;
using WampRouter.Tests.Conformance;

namespace WampRouter.Tests.EndToEnd;

/// <summary>Debian's <c>python3-autobahn</c> over RawSocket, a caller and a service in the same serializer.</summary>
[TestFixture(RouterBuild.Dotnet)]
[TestFixture(RouterBuild.NativeAot)]
[Category("EndToEnd")]
[Over("rawsocket", "json, msgpack")]
[Shows("rawsocket.feature", "rawsocket.routers-limit")]
public sealed class AutobahnPythonRawSocketTests(RouterBuild build)
{
    private const string Python = "/usr/bin/python3";       // Debian's, which has Debian's packages

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    private static readonly JsonNode Payload = JsonNode.Parse("""{"text": "Grüße, 世界 🌍", "numbers": [0, -1, 4294967296, 1.5], "others": [true, null, [], {}]}""")!;

    [TestCase("json")]
    [TestCase("msgpack")]
    public async Task Autobahn_CallsEventsAndLogins_AreAsOverWebSocket(string serializer)
    {
        await using var router = await RouterProcess.StartAsync(build, LabRealm.WriteTo);

        var seen = JsonNode.Parse((await RunAsync(router, "autobahn_rawsocket", serializer)).Output[^1])!;

        Assert.That(seen.Text("in"), Is.EqualTo("bob is in as staff by ticket"));
        Assert.That((seen["transport"]!.Text("type"), seen["transport"]!.Text("serializer")), Is.EqualTo(("rawsocket", serializer)));
        AssertJson.AreEqual(seen["result"], new JsonArray(Payload.DeepClone(), 2));
        AssertJson.AreEqual(seen["events"], new JsonArray(new JsonArray(new JsonArray(Payload.DeepClone()), new JsonObject { ["key"] = "value" })));
        Assert.That((seen["large"]!.GetValue<int>(), seen["burst"]!.GetValue<bool>()), Is.EqualTo((300_000, true)));
        Assert.That((seen.Text("missing"), seen.Text("wrong_ticket")), Is.EqualTo(("wamp.error.no_such_procedure", "wamp.error.authentication_denied")));
        Assert.That((seen.Text("too_large"), seen.Text("after_too_large")), Is.EqualTo(("Data too big", "still there")), "the router's length is kept to by the client itself");
    }

    /// <summary>docs/clients.md warns of it. If a newer Autobahn answers pings, this fails, and the warning can go.</summary>
    [Test]
    public async Task Autobahn_Pinged_DropsItsConnection()
    {
        await using var router = await RouterProcess.StartAsync(build, prepare: null, "--WampRouter:Transports:PingInterval=00:00:01", "--WampRouter:Transports:PingTimeout=00:00:20");

        Assert.That((await RunAsync(router, "autobahn_rawsocket_pinged")).Output, Is.EqualTo(new[] { "in", "lost" }));
    }

    private static async Task<ChildProcess> RunAsync(RouterProcess router, string script, params string[] arguments)
    {
        Assert.That(File.Exists(Python), $"there is no {Python}: ./test.sh installs it with python3-autobahn");
        await using var child = ChildProcess.Start(
            [Python, Path.Combine(ShippedFiles.Root, "Router.Tests", "EndToEnd", "python", $"{script}.py")],
            [router.WebSocket.Host, router.WebSocket.Port.ToString(CultureInfo.InvariantCulture), .. arguments]);
        Assert.That(await child.ExitAsync(Deadline), Is.Zero, () => $"Is python3-autobahn there (./test.sh)?\n{child}\n{router}");
        return child;
    }
}
