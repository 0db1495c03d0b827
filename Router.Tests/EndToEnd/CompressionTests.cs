using System.Text.Json.Nodes;
using WampRouter.Tests.Conformance;

namespace WampRouter.Tests.EndToEnd;

/// <summary>Autobahn groups 12 and 13 with node's <c>ws</c> as the client, against the router as a process: the platform's deflate under the JIT and in the executable.</summary>
[Category("EndToEnd")]
[TestFixture(RouterBuild.Dotnet)]
[TestFixture(RouterBuild.NativeAot)]
[Shows("field.compression")]
public sealed class CompressionTests(RouterBuild build)
{
    private const string NoTakeover = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    [Test]
    public async Task Ws_OffersOfEveryKind_AreAnsweredAndObeyed()
    {
        var seen = await RunAsync();

        Assert.That(Agreed(seen), Is.EqualTo(new[] { "", NoTakeover, NoTakeover, NoTakeover, NoTakeover, $"{NoTakeover}; client_max_window_bits=9", $"{NoTakeover}; server_max_window_bits=15", "" }));
        Assert.That(seen.AsArray().Select(variant => variant!["sizes"]!.AsArray().Count), Is.All.EqualTo(10));
        Assert.That(BytesRead(seen, 1), Is.LessThan(BytesRead(seen, 0) / 2));
        Assert.That(BytesRead(seen, 7), Is.EqualTo(BytesRead(seen, 0)).Within(2000), "a window that cannot be had: nothing is compressed");
    }

    [Test]
    public async Task Ws_WithTakeover_ReadsLessStill()
    {
        var seen = await RunAsync("--WampRouter:Transports:Compression:ContextTakeover=true");

        Assert.That(Agreed(seen)[1], Is.EqualTo("permessage-deflate"));
        Assert.That(BytesRead(seen, 1), Is.LessThan(BytesRead(seen, 4)));
    }

    private async Task<JsonNode> RunAsync(params string[] more)
    {
        await using var router = await RouterProcess.StartAsync(build, prepare: null, ["--WampRouter:Transports:Compression:Enabled=true", .. more]);
        var seen = await Script.RunAsync("compression", router.WebSocket.AbsoluteUri);
        await router.StopAsync();
        return seen;
    }

    private static string[] Agreed(JsonNode seen) => [.. seen.AsArray().Select(variant => variant!["agreed"]!.ToString())];

    private static long BytesRead(JsonNode seen, int variant) => seen[variant]!["bytesRead"]!.GetValue<long>();
}
