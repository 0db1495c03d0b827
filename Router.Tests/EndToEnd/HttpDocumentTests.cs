using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using WampRouter.Tests.Configuration;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.EndToEnd;

/// <summary>What docs/http.md shows is run, and answered as it says; the address is replaced, nothing else.</summary>
[TestFixture(RouterBuild.Dotnet)]
[TestFixture(RouterBuild.NativeAot)]
public sealed partial class HttpDocumentTests(RouterBuild build) : RunningRouter(build)
{
    private static readonly string Page = File.ReadAllText(Path.Combine(ShippedFiles.Root, "docs", "http.md"));

    [Test]
    public void Page_Examples_AreAllRun() => Assert.That(
        Fence().Matches(Page).CountBy(fence => fence.Groups["language"].Value).Select(count => $"{count.Value} {count.Key}".Trim()), Is.EquivalentTo(new[] { "5 sh", "4 json", "1", "1 js" }));

    [TestCase(0, 0)]
    [TestCase(1, 0)]
    [TestCase(2, 1)]
    [TestCase(4, 2)]
    public async Task Curl_EachExample_HasTheAnswerThatIsShown(int example, int answer)
    {
        await using var curl = ChildProcess.Start(["bash", "-c"], [ExampleOf("sh", example)]);

        Assert.That(await curl.ExitAsync(), Is.Zero, () => curl.ToString());
        AssertSameShape(JsonNode.Parse(string.Concat(curl.Output)), JsonNode.Parse(ExampleOf("json", answer)), "");
    }

    [Test]
    public async Task Problem_OfTheExample_HasTheShapeThatIsShown()
    {
        using var http = new HttpClient();

        using var response = await http.PostAsync(new Uri(Router.Page, "api/realm1/call"), Json("""{"procedure":"com.example.missing"}""")).Soon();

        AssertSameShape(JsonNode.Parse(await response.Content.ReadAsStringAsync()), JsonNode.Parse(ExampleOf("json", 3)), "");
    }

    [Test]
    public async Task Curl_OfEvents_PrintsWhatIsShown()
    {
        await using var events = ChildProcess.Start(["bash", "-c"], [ExampleOf("sh", 3)]);
        await events.PrintedAsync("^id: -");
        await using var publish = ChildProcess.Start(["bash", "-c"], [ExampleOf("sh", 0)]);

        var data = await events.PrintedAsync("^data: (.*)");

        var shown = ExampleOf("", 0).TrimEnd().Split('\n');
        Assert.That(events.Output.Take(shown.Length - 1), Is.EqualTo(shown[..^1]));
        AssertSameShape(JsonNode.Parse(data.Groups[1].Value), JsonNode.Parse(shown[^1]["data: ".Length..]), "");
    }

    private string ExampleOf(string language, int place) =>
        Fence().Matches(Page).Where(fence => fence.Groups["language"].Value == language).ElementAt(place).Groups["code"].Value.Replace("127.0.0.1:8080", Router.WebSocket.Authority, StringComparison.Ordinal);

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    /// <summary>The same names, in the same order, with values of the same kinds.</summary>
    private static void AssertSameShape(JsonNode? actual, JsonNode? expected, string path)
    {
        Assert.That(actual?.GetValueKind(), Is.EqualTo(expected?.GetValueKind()), path);
        switch (actual, expected)
        {
            case (JsonObject entries, JsonObject shown):
                Assert.That(entries.Select(entry => entry.Key), Is.EqualTo(shown.Select(entry => entry.Key)), path);
                foreach (var (name, value) in shown)
                {
                    AssertSameShape(entries[name], value, $"{path}.{name}");
                }

                break;
            case (JsonArray items, JsonArray shown):
                Assert.That(items, Has.Count.EqualTo(shown.Count), path);
                foreach (var (item, other) in items.Zip(shown))
                {
                    AssertSameShape(item, other, $"{path}[]");
                }

                break;
        }
    }

    [GeneratedRegex("(?sm)^```(?<language>[a-z]*)\n(?<code>.*?)^```$")]
    internal static partial Regex Fence();
}

/// <summary>The example for browsers of docs/http.md, in Chromium, while the router goes and comes again.</summary>
[Category("EndToEnd")]
[TestFixture(RouterBuild.Dotnet)]
[TestFixture(RouterBuild.NativeAot)]
public sealed class HttpDocumentBrowserTests(RouterBuild build)
{
    private const int Events = 40;

    private const string Realm = """
        {
          "name": "realm1",
          "roles": [ { "name": "all", "permissions": [ { "uri": "", "match": "prefix", "allow": { "call": true, "publish": true, "subscribe": true } } ] } ],
          "authentication": { "anonymous": { "role": "all" } },
          "history": [ { "uri": "com.example.greetings", "store": "sqlite" } ]
        }
        """;

    [Test]
    public async Task EventSource_RouterStopsAndStarts_GetsEachEventOnceAndInOrder()
    {
        var page = File.ReadAllText(Path.Combine(ShippedFiles.Root, "docs", "http.md"));
        var code = HttpDocumentTests.Fence().Matches(page).Single(fence => fence.Groups["language"].Value == "js").Groups["code"].Value;
        var router = await RouterProcess.StartAsync(build, static directory => File.WriteAllText(Path.Combine(directory, "config", "realms", "realm1.json"), Realm));
        await using var script = ChildProcess.Start(BuiltFiles.Script("event-source"), [router.Page.AbsoluteUri, code, Events.ToString(CultureInfo.InvariantCulture)]);
        await script.PrintedAsync("listening");
        await PublishAsync(router, 1, Events / 2);
        await script.PrintedAsync($"^event {Events / 2}$");

        await using var next = await router.RestartAsync();
        await PublishAsync(next, (Events / 2) + 1, Events);

        var seen = await Script.ReportOfAsync(script, "event-source");
        Assert.That(seen["numbers"]!.AsArray().Select(number => number!.GetValue<int>()), Is.EqualTo(Enumerable.Range(1, Events)));
        Assert.That(seen["others"]!.AsArray(), Is.Empty, "gaps");
    }

    private static async Task PublishAsync(RouterProcess router, int first, int last)
    {
        using var http = new HttpClient { BaseAddress = new Uri(router.Page, "api/realm1/") };
        for (var number = first; number <= last; number++)
        {
            using var response = await http.PostAsync("publish", new StringContent($$"""{"topic":"com.example.greetings","args":[{{number}}]}""", Encoding.UTF8, "application/json")).Soon();
            response.EnsureSuccessStatusCode();
        }
    }
}
