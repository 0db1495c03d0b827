using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Reflection;
using System.Text.Json.Nodes;
using Json.Schema;
using Microsoft.OpenApi;
using WampRouter.Client;
using WampRouter.Http;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;
using Schema = Json.Schema.JsonSchema;

namespace WampRouter.Tests.Http;

/// <summary>What the router says of itself in OpenAPI is a document without mistakes, and its answers are what it says.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class OpenApiTests
{
    private const string Publish = "/{realm}/publish";
    private const string Call = "/{realm}/call";
    private const string Events = "/{realm}/events";
    private const string Poll = "/{realm}/poll";

    private HttpRig _rig = null!;
    private JsonObject _document = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _rig = await HttpRig.StartAsync(configure: static options => options.MaxMessageBytes = 20_000);
        _document = JsonNode.Parse(await _rig.Http.GetStringAsync("openapi.json").Soon())!.AsObject();
    }

    [TearDown]
    public async Task StopAsync() => await _rig.DisposeAsync();

    [Test]
    public void Document_ReaderOfOthers_FindsNothingWrong()
    {
        var read = Microsoft.OpenApi.OpenApiDocument.Parse(_document.ToJsonString(), "json");

        Assert.That(read.Diagnostic!.Errors.Concat(read.Diagnostic.Warnings).Select(found => found.ToString()), Is.Empty);
        Assert.That(read.Diagnostic.SpecificationVersion, Is.EqualTo(OpenApiSpecVersion.OpenApi3_1));
        Assert.That(read.Document!.Paths.SelectMany(path => path.Value.Operations!.Values).Select(operation => operation.OperationId), Is.EquivalentTo(new[] { "publish", "call", "events", "poll", "hook", "openapi" }));
        Assert.That(read.Document.Validate(ValidationRuleSet.GetDefaultRuleSet()).Select(error => error.ToString()), Is.Empty);
    }

    [Test]
    public void Reader_OfADocumentThatIsBroken_FindsIt()
    {
        _document["paths"]![Publish]!["post"]!["responses"]!["200"]!.AsObject().Remove("description");

        Assert.That(Microsoft.OpenApi.OpenApiDocument.Parse(_document.ToJsonString(), "json").Diagnostic!.Errors, Is.Not.Empty);
    }

    [TestCase("Event", """{"topic":"a","publication":1,"args":[],"kwargs":{},"timestamp":"yesterday"}""")]
    [TestCase("Event", """{"topic":"a","publication":1,"args":[]}""")]
    [TestCase("Result", """{"args":{},"kwargs":{}}""")]
    [TestCase("Problem", """{"type":"about:blank","title":"Not Found","status":404,"detail":"x","extra":1}""")]
    public void Validator_OfAnotherAnswer_FindsIt(string schema, string answer) => Assert.That(FaultsOf(schema, answer), Is.Not.Empty);

    /// <summary>Every answer with the status that it should have, of each operation: its status is described, and so is its body.</summary>
    [Test]
    public async Task Answers_OfEachOperation_AreAsDescribed()
    {
        var callee = await _rig.JoinAsync();
        await callee.RegisterAsync("com.example.echo", static call => Task.FromResult<WampPayload?>(call.Arguments)).Soon();
        await callee.RegisterAsync("com.example.refuses", static _ => throw new WampException("com.example.no", "No.", new WampPayload { 7, { "hint", "later" } })).Soon();
        await callee.RegisterAsync("com.example.fails", static _ => throw new WampException("wamp.error.runtime_error", "No.")).Soon();
        await callee.RegisterAsync("com.example.never", static async Task<WampPayload?> (WampInvocation call) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, call.CancellationToken);
            return null;
        }).Soon();

        await AskAsync(Publish, 200, "Publication", "realm1/publish", """{"topic":"com.example.topic"}""");
        await AskAsync(Publish, 400, "Problem", "realm1/publish", "{}");
        await AskAsync(Publish, 400, "Problem", "realm1/publish", """{"topic":"a b"}""");
        await AskAsync(Publish, 401, "Problem", "secured/publish", """{"topic":"com.example.topic"}""");
        await AskAsync(Publish, 403, "Problem", "secured/publish", """{"topic":"com.example.topic"}""", HttpRig.Reader);
        await AskAsync(Publish, 404, "Problem", "nowhere/publish", """{"topic":"com.example.topic"}""");
        await AskAsync(Publish, 413, "Problem", "realm1/publish", $$"""{"topic":"com.example.topic","args":["{{new string('x', 30_000)}}"]}""");
        await AskAsync(Call, 200, "Result", "realm1/call", """{"procedure":"com.example.echo","args":[1],"kwargs":{"a":2}}""");
        await AskAsync(Call, 404, "Problem", "realm1/call", """{"procedure":"com.example.missing"}""");
        await AskAsync(Call, 422, "Problem", "realm1/call", """{"procedure":"com.example.refuses"}""");
        await AskAsync(Call, 500, "Problem", "realm1/call", """{"procedure":"com.example.fails"}""");
        await AskAsync(Call, 504, "Problem", "realm1/call", """{"procedure":"com.example.never","options":{"timeout":10}}""");
        await AskAsync(Events, 400, "Problem", "realm1/events", null);
        await AskAsync(Events, 403, "Problem", "secured/events?topic=com.private", null, HttpRig.Reader);
        await AskAsync(Poll, 404, "Problem", "realm1/poll?id=nobody&n=2", null);
        await AskAsync(Poll, 400, "Problem", "realm1/poll?topic=com.example.topic&wait=soon", null);
    }

    [Test]
    public async Task Poll_WithEventsAndNotices_IsAsDescribed()
    {
        await _rig.PublishAsync(HttpRig.HistoryTopic, "[1]");
        var (_, resumed) = await _rig.GetAsync($"realm1/poll?topic={HttpRig.HistoryTopic}&topic=com.example.topic&last_event_id=0,5&wait=0.2");
        var (_, unknown) = await _rig.GetAsync($"realm1/poll?topic={HttpRig.HistoryTopic}&last_event_id=nonsense&wait=1");

        Assert.That((resumed.GetProperty("events").GetArrayLength(), unknown.GetProperty("notices").GetArrayLength()), Is.EqualTo((1, 1)));
        Assert.That(FaultsOf("Events", resumed.ToString()).Concat(FaultsOf("Events", unknown.ToString())), Is.Empty);
    }

    [Test]
    public async Task Stream_EventsAndNotices_AreAsDescribed()
    {
        var watcher = await _rig.JoinAsync();
        await _rig.PublishAsync(HttpRig.HistoryTopic, "[1]");
        await using var events = await _rig.ListenAsync($"topic={HttpRig.HistoryTopic}&topic=com.example.topic", "0,5");
        var stored = (await events.NextAsync())!.Value;
        var gap = (await events.NextAsync())!.Value;
        await _rig.PostAsync("realm1/publish", """{"topic":"com.example.topic","options":{"disclose_me":true}}""");
        var live = (await events.NextAsync())!.Value;
        await watcher.CallAsync("wamp.session.kill_all", [], null).Soon();
        var closed = (await events.NextAsync())!.Value;

        Assert.That(new[] { stored.Kind, gap.Kind, live.Kind, closed.Kind }, Is.EqualTo(new[] { "message", "gap", "message", "closed" }));
        Assert.That(FaultsOf("Event", stored.Data.ToString()).Concat(FaultsOf("Event", live.Data.ToString())), Is.Empty);
        Assert.That(FaultsOf("Notice", gap.Data.ToString()).Concat(FaultsOf("Notice", closed.Data.ToString())), Is.Empty);
    }

    [Test]
    public async Task Progress_LinesAndEvents_AreAsDescribed([Values] bool asEvents)
    {
        await (await _rig.JoinAsync()).RegisterAsync("com.example.counts", static async Task<WampPayload?> (WampInvocation call) =>
        {
            await call.ReportProgressAsync([1]);
            throw new WampException("com.example.no", "No.");
        }).Soon();

        using var response = await _rig.SendAsync(HttpMethod.Post, "realm1/call", """{"procedure":"com.example.counts","options":{"receive_progress":true}}""", message =>
        {
            if (asEvents)
            {
                message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
            }
        }).Soon();
        var type = response.Content.Headers.ContentType!.ToString();
        var text = await response.Content.ReadAsStringAsync().Soon();
        var lines = asEvents
            ? SseParser.Create(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text))).Enumerate().Select(item => item.Data).ToArray()
            : text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.That(_document["paths"]![Call]!["post"]!["responses"]!["200"]!["content"]!.AsObject().Select(content => content.Key), Does.Contain(type));
        Assert.That(lines, Has.Length.EqualTo(2));
        Assert.That(FaultsOf("Result", lines[0]).Concat(FaultsOf("Problem", lines[1])), Is.Empty);
    }

    [Test]
    public void Statuses_OfAllErrors_AreDescribed()
    {
        var errors = typeof(WampErrors).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => field.GetRawConstantValue()).OfType<string>().Append("com.example.no").ToArray();
        var ofRequests = errors.Select(error => ErrorStatus.Of(error, isOfSession: false)).Distinct();
        var ofSessions = errors.Select(error => ErrorStatus.Of(error, isOfSession: true)).Append((int)HttpStatusCode.TooManyRequests).Distinct().ToArray();

        Assert.That(ofRequests.Except(StatusesOf(Call)), Is.Empty);
        foreach (var path in (string[])[Publish, Call, Events, Poll])
        {
            Assert.That(ofSessions.Except(StatusesOf(path)), Is.Empty, path);
        }

        foreach (var path in (string[])[Publish, Call])
        {
            Assert.That(new[] { 408, 413, 415 }.Except(StatusesOf(path)), Is.Empty, path);
        }
    }

    private IEnumerable<int> StatusesOf(string path) =>
        _document["paths"]![path]!.AsObject().Where(entry => entry.Key is "get" or "post").SelectMany(entry => entry.Value!["responses"]!.AsObject()).Where(response => response.Key != "default").Select(response => int.Parse(response.Key, CultureInfo.InvariantCulture));

    private async Task AskAsync(string path, int status, string schema, string request, string? body, string? user = null)
    {
        var (answered, answer) = await _rig.AskAsync(body is null ? HttpMethod.Get : HttpMethod.Post, request, body, user: user);
        Assert.That((int)answered, Is.EqualTo(status), $"{request}: {answer}");
        Assert.That(StatusesOf(path), Does.Contain(status), path);
        Assert.That(FaultsOf(schema, answer.ToString()), Is.Empty, $"{request}: {answer}");
    }

    /// <summary>What a validator finds wrong. A name that is not described is wrong here, whatever OpenAPI says.</summary>
    private string[] FaultsOf(string schema, string json)
    {
        var schemas = JsonNode.Parse(_document["components"]!["schemas"]!.ToJsonString().Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal))!.AsObject();
        Close(schemas);
        var whole = new JsonObject { ["$schema"] = "https://json-schema.org/draft/2020-12/schema", ["$ref"] = $"#/$defs/{schema}", ["$defs"] = schemas };
        var results = Schema.FromText(whole.ToJsonString()).Evaluate(JsonNode.Parse(json), new EvaluationOptions { OutputFormat = OutputFormat.List, RequireFormatValidation = true });
        return results.IsValid ? [] : [.. results.Details.Where(detail => detail.HasErrors).SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation} {error.Value}")).DefaultIfEmpty("invalid")];
    }

    private static void Close(JsonNode? node)
    {
        foreach (var child in node is JsonObject entries ? [.. entries.Select(entry => entry.Value)] : node is JsonArray items ? (JsonNode?[])[.. items] : [])
        {
            Close(child);
        }

        if (node is JsonObject schema && schema["properties"] is JsonObject && schema["type"] is JsonValue)
        {
            schema["additionalProperties"] = false;
        }
    }
}
