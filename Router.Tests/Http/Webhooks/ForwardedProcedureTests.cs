using System.Text.Json;
using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Http.Webhooks;

/// <summary>A procedure is served by an HTTP endpoint.</summary>
public sealed class ForwardedProcedureTests
{
    private HookServer _server = null!;

    [SetUp]
    public async Task StartServer() => _server = await HookServer.StartAsync();

    [TearDown]
    public async Task StopServer() => await _server.DisposeAsync();

    [Test]
    public async Task Call_Procedure_IsPostedAndSigned()
    {
        await using var rig = await StartAsync();
        var client = await rig.JoinAsync();
        _server.AnswerWith(200, "5");

        var sum = await client.CallAsync<int>("com.shop.add", new() { 2, { "to", 3 } }).Soon();

        var request = await _server.NextAsync().Soon();
        Assert.That(sum, Is.EqualTo(5));
        Assert.That(request.Headers["webhook-signature"], Is.EqualTo(EventDeliveryTests.Sign(WebhookRig.Secret, request)));
        Assert.That(JsonDocument.Parse(request.Body).RootElement.GetProperty("data").GetRawText(), Is.EqualTo("""{"realm":"shop","procedure":"com.shop.add","args":[2],"kwargs":{"to":3},"details":{}}"""));
        Assert.That(JsonDocument.Parse(request.Body).RootElement.GetProperty("type").GetString(), Is.EqualTo("com.shop.add"));
    }

    [TestCase(200, """{"args":[1,"two"],"kwargs":{"a":{"b":1.50}}}""", """[1,"two"]""", """{"a":{"b":1.50}}""")]
    [TestCase(201, """{"kwargs":{"a":1}}""", "[]", """{"a":1}""")]
    [TestCase(200, """{"args":[]}""", "[]", "{}")]
    [TestCase(200, """{"args":[1],"more":2}""", """[{"args":[1],"more":2}]""", "{}")]
    [TestCase(200, """{"args":1}""", """[{"args":1}]""", "{}")]
    [TestCase(200, "[1,2]", "[[1,2]]", "{}")]
    [TestCase(200, "{}", "[{}]", "{}")]
    [TestCase(200, "null", "[null]", "{}")]
    [TestCase(200, " \"x\" ", "[\"x\"]", "{}")]
    [TestCase(200, "12345678901234567890.10", "[12345678901234567890.10]", "{}")]
    [TestCase(200, "", "[]", "{}")]
    [TestCase(204, null, "[]", "{}")]
    public async Task Call_Answer_IsTheResult(int status, string? answer, string items, string named)
    {
        await using var rig = await StartAsync();
        var client = await rig.JoinAsync();
        _server.AnswerWith(status, answer);

        var result = await client.CallAsync("com.shop.add").Soon();

        Assert.That($"[{string.Join(',', Enumerable.Range(0, result.Count).Select(i => result.Get<JsonElement>(i).GetRawText()))}]", Is.EqualTo(items));
        Assert.That($"{{{string.Join(',', result.Names.Select(name => $"\"{name}\":{result.Get<JsonElement>(name).GetRawText()}"))}}}", Is.EqualTo(named));
    }

    [TestCase(409, """{"error":"com.shop.error.sold_out","args":["tea",3],"kwargs":{"until":"may"}}""", "application/json", "com.shop.error.sold_out", "tea")]
    [TestCase(409, """{"type":"com.shop.error.sold_out","title":"Sold out","detail":"No tea."}""", "application/problem+json", "com.shop.error.sold_out", "No tea.")]
    [TestCase(422, """{"type":"about:blank","title":"Sold out"}""", "application/problem+json", WampErrorUri.InvalidArgument, null)]
    [TestCase(400, """{"error":"no uri at all"}""", "application/json", WampErrorUri.InvalidArgument, null)]
    [TestCase(400, """{"error":7}""", "application/json", WampErrorUri.InvalidArgument, null)]
    [TestCase(400, "{\"error\":\"\\ud800\"}", "application/json", WampErrorUri.InvalidArgument, null)]
    [TestCase(403, null, "text/plain", WampErrorUri.NotAuthorized, null)]
    [TestCase(408, null, "text/plain", WampErrorUri.Timeout, null)]
    [TestCase(413, null, "text/plain", WampErrorUri.PayloadSizeExceeded, null)]
    [TestCase(500, "<html>", "text/html", WampErrorUri.RuntimeError, null)]
    [TestCase(404, "[]", "application/json", WampErrorUri.RuntimeError, null)]
    [TestCase(302, null, "text/plain", WampErrorUri.RuntimeError, null)]
    [TestCase(200, "<html>", "text/html", WampErrorUri.RuntimeError, null)]
    [TestCase(200, """{"a":""", "application/json", WampErrorUri.RuntimeError, null)]
    public async Task Call_OtherAnswer_IsAnError(int status, string? answer, string mediaType, string uri, string? first)
    {
        await using var rig = await StartAsync();
        var client = await rig.JoinAsync();
        _server.AnswerWith(status, answer, mediaType);

        var error = Assert.ThrowsAsync<WampException>(() => client.CallAsync("com.shop.add").Soon());

        Assert.That(error!.ErrorUri, Is.EqualTo(uri));
        Assert.That(error.Arguments.Count, Is.AtLeast(1));
        Assert.That(first is null || error.Arguments.Get<string>(0) == first, error.Arguments.ToString());
    }

    [Test]
    public async Task Call_NestedTooDeep_IsAnErrorAndTheNextCallIsServed()
    {
        await using var rig = await StartAsync();
        var client = await rig.JoinAsync();
        _server.AnswerWith(200, new string('[', 5_000) + new string(']', 5_000));
        Assert.That(() => client.CallAsync("com.shop.add").Soon(), Throws.TypeOf<WampException>());
        _server.AnswerWith(200, "{\"a\":\"\\ud800\"}");
        Assert.That(() => client.CallAsync("com.shop.add").Soon(), Throws.TypeOf<WampException>());

        _server.AnswerWith(200, "1");

        Assert.That(await client.CallAsync<int>("com.shop.add").Soon(), Is.EqualTo(1));
    }

    [Test]
    public async Task Call_AnswerIsLongerThanAMessage_IsAnError()
    {
        await using var rig = await StartAsync();
        var client = await rig.JoinAsync();
        _server.Answer = static async (_, context) =>
        {
            for (var i = 0; i < 20 && !context.RequestAborted.IsCancellationRequested; i++)
            {
                await context.Response.Body.WriteAsync(new byte[1024 * 1024]);      // chunked: nobody says how much will come
            }
        };

        var error = Assert.ThrowsAsync<WampException>(() => client.CallAsync("com.shop.add").Soon());

        Assert.That(error!.ErrorUri, Is.EqualTo(WampErrorUri.PayloadSizeExceeded));
    }

    [Test]
    public async Task Call_EndpointDoesNotAnswer_IsATimeout()
    {
        await using var rig = await StartAsync("\"timeoutSeconds\": 3");
        using var calls = new Measured(rig.Meter, "wamp_router.webhook.calls");
        var client = await rig.JoinAsync();
        _server.Answer = static (_, context) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        var call = client.CallAsync("com.shop.add");
        await _server.NextAsync().Soon();

        rig.Time.Advance(TimeSpan.FromSeconds(3));

        Assert.That(async () => await call.Soon(), Throws.TypeOf<WampException>().With.Property("ErrorUri").EqualTo(WampErrorUri.Timeout));
        Assert.That(calls.Of("outcome=timeout", "procedure=com.shop.add"), Is.EqualTo(1));
        Assert.That(rig.Host.Log.Of(1479).Single(), Does.Contain("it did not answer within 3 s"));
    }

    [Test]
    public async Task Call_IsCanceled_TheRequestIsToo()
    {
        await using var rig = await StartAsync();
        var client = await rig.JoinAsync();
        var aborted = new TaskCompletionSource();
        _server.Answer = async (_, context) =>
        {
            context.RequestAborted.Register(aborted.SetResult);
            await aborted.Task;
        };
        using var cancel = new CancellationTokenSource();
        var call = client.CallAsync("com.shop.add", cancellationToken: cancel.Token);
        await _server.NextAsync().Soon();

        await cancel.CancelAsync();

        await aborted.Task.Soon();
        Assert.That(async () => await call.Soon(), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Call_NobodyListens_IsUnavailable()
    {
        await using var rig = await StartAsync();
        var client = await rig.JoinAsync();
        await _server.DisposeAsync();

        Assert.That(() => client.CallAsync("com.shop.add").Soon(), Throws.TypeOf<WampException>().With.Property("ErrorUri").EqualTo("wamp.error.no_available_callee"), "what the router makes of unavailable where there is no other callee");
    }

    [Test]
    public async Task Call_MoreThanMayBeUnderWay_Wait()
    {
        await using var rig = await StartAsync("\"concurrency\": 2");
        var client = await rig.JoinAsync();
        var release = new TaskCompletionSource();
        _server.Answer = (_, _) => release.Task;
        var calls = Enumerable.Range(0, 5).Select(_ => client.CallAsync("com.shop.add")).ToArray();
        await _server.NextAsync().Soon();
        await _server.NextAsync().Soon();
        await client.PublishAcknowledgedAsync("com.a").Soon();      // the router has had all calls

        Assert.That(_server.Seen, Has.Count.EqualTo(2));
        release.SetResult();
        await Task.WhenAll(calls).Soon();
        Assert.That(_server.Seen, Has.Count.EqualTo(5));
    }

    [Test]
    public async Task Reload_ProcedureIsTakenAwayAndComesBack_IsServedWhileItIsThere()
    {
        await using var rig = await StartAsync();
        var client = await rig.JoinAsync();
        _server.AnswerWith(200, "1");

        await rig.ReloadAsync("");
        Assert.That(() => client.CallAsync("com.shop.add").Soon(), Throws.TypeOf<WampException>().With.Property("ErrorUri").EqualTo(WampErrorUri.NoSuchProcedure));
        await rig.ReloadAsync(Procedure("\"concurrency\": 3"));

        Assert.That(await client.CallAsync<int>("com.shop.add").Soon(), Is.EqualTo(1));
    }

    private Task<WebhookRig> StartAsync(string more = "\"comment\": \"\"") => WebhookRig.StartAsync(Procedure(more));

    private string Procedure(string more) => $$"""
        "procedures": [ { "procedure": "com.shop.add", "url": "{{_server.Url}}", "secrets": [ "{{WebhookRig.Secret}}" ], {{more}} } ]
        """;
}
