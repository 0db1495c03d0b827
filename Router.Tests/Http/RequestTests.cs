using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json;
using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Http;

/// <summary>Publishing and calling over plain HTTP.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class RequestTests
{
    private const int Refused = 1401;

    private HttpRig _rig = null!;

    [TearDown]
    public async Task StopAsync() => await _rig.DisposeAsync();

    [Test]
    public async Task Publish_ReachesSubscribersAsItIsWritten()
    {
        _rig = await HttpRig.StartAsync();
        await using var feed = await (await _rig.JoinAsync()).SubscribeAsync("com.example.topic").Soon();

        var (status, body) = await _rig.PostAsync("realm1/publish", """ {"kwargs": {"a\u0062": 1.50, "ü": "ü"}, "args":[ 12345678901234567890, "\ud83d\ude00", null], "topic":"com.example.t\u006fpic"} """);

        Assert.That(status, Is.EqualTo(HttpStatusCode.OK));
        await using var events = feed.GetAsyncEnumerator();
        Assert.That(await events.MoveNextAsync().Soon());
        Assert.That(events.Current.PublicationId, Is.EqualTo(body.GetProperty("publication").GetInt64()));
        Assert.That(events.Current.Arguments.ToString(), Does.Contain("12345678901234567890").And.Contain("1.50").And.Contain("ü"));
        Assert.That(events.Current.Arguments.Get<string>(1), Is.EqualTo("😀"));
        Assert.That(events.Current.Arguments.Get<decimal>("ab"), Is.EqualTo(1.5m));
    }

    [TestCase("""{"acknowledge":false}""", HttpStatusCode.Accepted)]
    [TestCase("""{"acknowledge":true}""", HttpStatusCode.OK)]
    [TestCase("""{"acknowledge":null}""", HttpStatusCode.OK)]
    [TestCase("{}", HttpStatusCode.OK)]
    [TestCase("null", HttpStatusCode.OK)]
    public async Task Publish_WithOptions_TheyCount(string options, HttpStatusCode expected)
    {
        _rig = await HttpRig.StartAsync();
        await using var feed = await (await _rig.JoinAsync()).SubscribeAsync("com.example.topic").Soon();

        // The first goes to nobody, so the second is the first that comes.
        await _rig.PostAsync("realm1/publish", """{"topic":"com.example.topic","args":["not for you"],"options":{"eligible_authrole":["nobody"]}}""");
        using var response = await _rig.SendAsync(HttpMethod.Post, "realm1/publish", $$"""{"topic":"com.example.topic","args":["for you"],"options":{{options}}}""").Soon();

        Assert.That(response.StatusCode, Is.EqualTo(expected));
        await using var events = feed.GetAsyncEnumerator();
        Assert.That(await events.MoveNextAsync().Soon());
        Assert.That(events.Current.Arguments.Get<string>(0), Is.EqualTo("for you"));
    }

    [Test]
    public async Task Call_HasTheResultOfTheCallee()
    {
        _rig = await HttpRig.StartAsync();
        await using var procedure = await (await _rig.JoinAsync()).RegisterAsync("com.example.echo", static call => Task.FromResult<WampPayload?>(call.Arguments)).Soon();

        var (status, body) = await _rig.PostAsync("realm1/call", """{"procedure":"com.example.echo","args":[1,{"x":[]}],"kwargs":{"k":"v"}}""");

        Assert.That((status, body.ToString()), Is.EqualTo((HttpStatusCode.OK, """{"args":[1,{"x":[]}],"kwargs":{"k":"v"}}""")));
    }

    [TestCase("com.example.no", HttpStatusCode.UnprocessableEntity)]
    [TestCase("wamp.error.runtime_error", HttpStatusCode.InternalServerError)]
    [TestCase("wamp.error.invalid_argument", HttpStatusCode.BadRequest)]
    [TestCase("wamp.error.not_authorized", HttpStatusCode.Forbidden)]
    public async Task Call_CalleeRefuses_IsAProblemWithItsError(string error, HttpStatusCode expected)
    {
        _rig = await HttpRig.StartAsync();
        await using var procedure = await (await _rig.JoinAsync()).RegisterAsync("com.example.refuses", _ => throw new WampException(error, "No, never.", new WampPayload { "why", 7, { "hint", "later" } })).Soon();

        using var response = await _rig.SendAsync(HttpMethod.Post, "realm1/call", """{"procedure":"com.example.refuses"}""").Soon();

        Assert.That((response.StatusCode, response.Content.Headers.ContentType!.ToString()), Is.EqualTo((expected, "application/problem+json")));
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync().Soon());
        var body = problem.RootElement;
        Assert.That(body.GetProperty("status").GetInt32(), Is.EqualTo((int)expected));
        Assert.That(body.GetProperty("error").GetString(), Is.EqualTo(error));
        Assert.That(body.GetProperty("args").ToString(), Is.EqualTo("""["why",7]"""));
        Assert.That(body.GetProperty("kwargs").ToString(), Is.EqualTo("""{"hint":"later"}"""));
    }

    [Test]
    public async Task Call_WithTimeout_IsOver()
    {
        _rig = await HttpRig.StartAsync();
        var isCanceled = new TaskCompletionSource();
        await using var procedure = await (await _rig.JoinAsync()).RegisterAsync("com.example.never", call => WaitAsync(call, isCanceled)).Soon();

        var (status, body) = await _rig.PostAsync("realm1/call", """{"procedure":"com.example.never","options":{"timeout":20}}""");

        Assert.That((status, body.GetProperty("error").GetString()), Is.EqualTo((HttpStatusCode.GatewayTimeout, "wamp.error.timeout")));
        await isCanceled.Task.Soon();
    }

    [Test]
    public async Task Call_ClientGoes_IsCanceled([Values] bool wantsProgress)
    {
        _rig = await HttpRig.StartAsync();
        var (isCalled, isCanceled) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var procedure = await (await _rig.JoinAsync()).RegisterAsync("com.example.never", call =>
        {
            isCalled.SetResult();
            return WaitAsync(call, isCanceled);
        }).Soon();
        using var going = new CancellationTokenSource();

        var request = _rig.SendAsync(HttpMethod.Post, "realm1/call", """{"procedure":"com.example.never","options":{"receive_progress":false}}""".Replace("false", wantsProgress ? "true" : "false", StringComparison.Ordinal), gone: going.Token);
        await isCalled.Task.Soon();
        await going.CancelAsync();

        Assert.CatchAsync<OperationCanceledException>(() => request.Soon());
        await isCanceled.Task.Soon();
        Assert.That((await _rig.PostAsync("realm1/call", """{"procedure":"wamp.session.count"}""")).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Call_WantsProgress_GetsLines()
    {
        _rig = await HttpRig.StartAsync();
        await using var procedure = await (await _rig.JoinAsync()).RegisterAsync("com.example.counts", CountAsync).Soon();

        using var response = await _rig.SendAsync(HttpMethod.Post, "realm1/call", """{"procedure":"com.example.counts","args":[3],"options":{"receive_progress":true}}""").Soon();
        var text = await response.Content.ReadAsStringAsync().Soon();

        Assert.That(response.Content.Headers.ContentType!.ToString(), Is.EqualTo("application/x-ndjson"));
        Assert.That(text, Is.EqualTo("""
            {"args":[1],"kwargs":{},"details":{"progress":true}}
            {"args":[2],"kwargs":{},"details":{"progress":true}}
            {"args":[3],"kwargs":{},"details":{"progress":true}}
            {"args":["done"],"kwargs":{}}

            """));
    }

    [Test]
    public async Task Call_WantsProgressAndEvents_GetsThemAsServerSentEvents([Values] bool fails)
    {
        _rig = await HttpRig.StartAsync();
        await using var procedure = await (await _rig.JoinAsync()).RegisterAsync("com.example.counts", async call => await CountAsync(call) is var result && fails ? throw new WampException("com.example.no", "No.") : result).Soon();

        using var response = await _rig.SendAsync(
            HttpMethod.Post, "realm1/call", """{"procedure":"com.example.counts","args":[2],"options":{"receive_progress":true}}""", message => message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"))).Soon();
        var kinds = new List<string>();
        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync().Soon()).EnumerateAsync())
        {
            kinds.Add($"{item.EventType} {item.Data}");
        }

        Assert.That(kinds, Has.Count.EqualTo(3));
        Assert.That(kinds[1], Does.StartWith("progress {\"args\":[2]"));
        Assert.That(kinds[2], Does.StartWith(fails ? "error {\"type\":\"about:blank\",\"title\":\"Unprocessable Entity\",\"status\":422" : "result {\"args\":[\"done\"]"));
    }

    [Test]
    public async Task Call_WantsProgressAndIsRefusedAtOnce_IsAProblem()
    {
        _rig = await HttpRig.StartAsync();

        var (status, body) = await _rig.PostAsync("realm1/call", """{"procedure":"com.example.missing","options":{"receive_progress":true}}""");

        Assert.That((status, body.GetProperty("error").GetString()), Is.EqualTo((HttpStatusCode.NotFound, "wamp.error.no_such_procedure")));
    }

    [TestCase("", "is empty")]
    [TestCase("{", "no JSON")]
    [TestCase("{}x", "no JSON")]
    [TestCase("[]", "no JSON dictionary")]
    [TestCase("null", "no JSON dictionary")]
    [TestCase("{}", "lacks 'topic'")]
    [TestCase("""{"topic":null}""", "lacks 'topic'")]
    [TestCase("""{"topic":1}""", "'topic' must be a text")]
    [TestCase("""{"topic":"a.b","args":{}}""", "'args' must be a list")]
    [TestCase("""{"topic":"a.b","kwargs":[]}""", "'kwargs' must be a dictionary")]
    [TestCase("""{"topic":"a.b","options":"x"}""", "'options' must be a dictionary")]
    [TestCase("""{"topic":"a.b","argz":[]}""", "There is no 'argz'")]
    [TestCase("""{"topic":"a.b","args":["\ud800"]}""", "")]
    [TestCase("""{"topic":"a.b","args":[1,]}""", "no JSON")]
    [TestCase("""{"topic":"a.b","args":[01]}""", "no JSON")]
    [TestCase("""{"topic":"a.b","options":{"exclude":"x"}}""", "exclude is not a list of session ids")]
    [TestCase("""{"topic":"a.b","options":{"acknowledge":"x"}}""", "acknowledge is not a boolean")]
    [TestCase("""{"topic":"a b"}""", "", "wamp.error.invalid_uri")]
    [TestCase("""{"topic":"wamp.x.y"}""", "", "wamp.error.")]
    public async Task Publish_WrongBody_IsRefusedAndTheSessionStays(string body, string reason, string error = "")
    {
        _rig = await HttpRig.StartAsync();
        var before = await OwnSessionAsync();

        var (status, problem) = await _rig.PostAsync("realm1/publish", body);

        Assert.That((int)status, Is.InRange(400, 403), problem.ToString());
        Assert.That(problem.GetProperty("detail").GetString(), Does.Contain(reason));
        Assert.That(problem.TryGetProperty("error", out var uri) ? uri.GetString() : "", Does.StartWith(error));
        Assert.That(error.Length > 0 || _rig.Log.Of(Refused).Count == 1, "what is wrong with the request itself is in the log");
        Assert.That(await OwnSessionAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task Publish_NestedTooDeep_IsRefusedAndTheSessionStays([Values(60, 63, 64, 65, 500, 100_000)] int depth)
    {
        _rig = await HttpRig.StartAsync();
        var before = await OwnSessionAsync();

        var (status, _) = await _rig.PostAsync("realm1/publish", $$"""{"topic":"a.b","args":{{new string('[', depth)}}{{new string(']', depth)}}}""");

        Assert.That(status, Is.EqualTo(depth <= 63 ? HttpStatusCode.OK : HttpStatusCode.BadRequest));
        Assert.That(await OwnSessionAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task Publish_BytesThatAreNoText_IsRefused()
    {
        _rig = await HttpRig.StartAsync();

        using var response = await _rig.SendAsync(HttpMethod.Post, "realm1/publish", "", message =>
        {
            message.Content = new ByteArrayContent([.. "{\"topic\":\"a.b\",\"args\":[\""u8, 0xFF, .. "\"]}"u8]);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }).Soon();

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task Body_TooLarge_IsRefused([Values] bool isAnnounced)
    {
        _rig = await HttpRig.StartAsync(configure: options => options.MaxMessageBytes = 10_000);
        var body = $$"""{"topic":"a.b","args":["{{new string('x', 20_000)}}"]}""";

        using var response = await _rig.SendAsync(HttpMethod.Post, "realm1/publish", body, message => message.Headers.TransferEncodingChunked = !isAnnounced).Soon();

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
        Assert.That(await response.Content.ReadAsStringAsync().Soon(), Does.Contain("WampRouter:Transports:MaxMessageBytes"));
    }

    [Test]
    public async Task Body_LessThanTheLimitButNotItsMessage_IsRefusedByTheRouter()
    {
        _rig = await HttpRig.StartAsync(configure: options => options.MaxMessageBytes = 10_000);
        var before = await OwnSessionAsync();
        const string Around = """{"topic":"a.b","args":[""]}""";

        var (status, problem) = await _rig.PostAsync("realm1/publish", Around.Replace("\"\"", $"\"{new string('x', 10_000 - Around.Length)}\"", StringComparison.Ordinal));

        Assert.That((status, problem.GetProperty("error").GetString()), Is.EqualTo((HttpStatusCode.RequestEntityTooLarge, "wamp.error.payload_size_exceeded")));
        Assert.That(await OwnSessionAsync(), Is.EqualTo(before));
    }

    [TestCase("text/plain")]
    [TestCase("application/x-www-form-urlencoded")]
    [TestCase("application/json; charset=iso-8859-1")]
    [TestCase(null)]
    public async Task Body_OfAnotherType_IsRefused(string? type)
    {
        _rig = await HttpRig.StartAsync();

        using var response = await _rig.SendAsync(HttpMethod.Post, "realm1/publish", """{"topic":"a.b"}""", message => message.Content!.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type)).Soon();

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.UnsupportedMediaType));
    }

    [TestCase("GET", "realm1/publish", 405, "POST, OPTIONS")]
    [TestCase("PUT", "realm1/call", 405, "POST, OPTIONS")]
    [TestCase("POST", "realm1/events", 405, "GET, OPTIONS")]
    [TestCase("POST", "realm1/poll", 405, "GET, OPTIONS")]
    [TestCase("POST", "realm1/Publish", 404, null)]
    [TestCase("POST", "realm1", 404, null)]
    [TestCase("POST", "", 404, null)]
    [TestCase("POST", "realm1/publish/", 404, null)]
    [TestCase("GET", "realm1/nothing", 404, null)]
    public async Task Request_OfSomethingElse_IsRefused(string method, string path, int expected, string? allowed)
    {
        _rig = await HttpRig.StartAsync();

        using var response = await _rig.SendAsync(new HttpMethod(method), path, "{}").Soon();

        Assert.That((int)response.StatusCode, Is.EqualTo(expected));
        Assert.That(response.Content.Headers.Allow, Is.EqualTo(allowed?.Split(", ") ?? []));
    }

    [Test]
    public async Task Requests_AreCountedByWhatTheyAskForAndItsStatus()
    {
        _rig = await HttpRig.StartAsync();
        using var requests = new Measured(_rig.Meter, "wamp_router.http.requests");

        await _rig.PublishAsync("com.example.topic");
        await _rig.PostAsync("realm1/call", """{"procedure":"com.example.missing"}""");

        await Waiting.UntilAsync(() => requests.Tags.Count() == 2);
        Assert.That(requests.Tags, Is.EquivalentTo(new[] { "operation=publish,http.response.status_code=200", "operation=call,http.response.status_code=404" }));
    }

    private static async Task<WampPayload?> CountAsync(WampInvocation call)
    {
        for (var i = 1; i <= call.Arguments.Get<int>(0); i++)
        {
            await call.ReportProgressAsync([i]);
        }

        return ["done"];
    }

    private static async Task<WampPayload?> WaitAsync(WampInvocation call, TaskCompletionSource isCanceled)
    {
        using var registration = call.CancellationToken.Register(isCanceled.SetResult);
        await isCanceled.Task;
        throw new OperationCanceledException(call.CancellationToken);
    }

    /// <summary>The id of the session that the requests of this client use.</summary>
    private async Task<string> OwnSessionAsync()
    {
        var (_, body) = await _rig.PostAsync("realm1/call", """{"procedure":"wamp.session.list"}""");
        return body.GetProperty("args")[0].ToString();
    }
}
