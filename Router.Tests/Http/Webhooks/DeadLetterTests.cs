using System.Text.Json;
using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Http.Webhooks;

/// <summary>What could not be delivered can be seen, tried again and forgotten, by procedures of the realm.</summary>
public sealed class DeadLetterTests
{
    private HookServer _server = null!;

    [SetUp]
    public async Task StartServer() => _server = await HookServer.StartAsync();

    [TearDown]
    public async Task StopServer() => await _server.DisposeAsync();

    [Test]
    public async Task List_ReceiverFails_SaysSinceWhenAndWhy()
    {
        await using var rig = await StartAsync();
        var client = await rig.JoinAsync();
        var before = await ListAsync(client);
        _server.AnswerWith(500);
        rig.Time.Advance(TimeSpan.FromSeconds(5));
        await client.PublishAcknowledgedAsync("com.shop.sold", [1]).Soon();
        await rig.Host.Log.WhenLoggedAsync(1470).Soon();

        var failing = await ListAsync(client);

        Assert.That(before.GetRawText(), Is.EqualTo(
            $$"""{"name":"sales","topic":"com.shop.sold","url":"{{_server.Url}}","queued":0,"bytes":0,"oldest":null,"failing_since":null,"last_error":null,"refused":0,"dead_letters":0}"""), "the query is not shown");
        Assert.That((failing.GetProperty("queued").GetInt32(), failing.GetProperty("oldest").GetString()), Is.EqualTo((1, "1970-01-01T00:00:05.000Z")));
        Assert.That((failing.GetProperty("failing_since").GetString(), failing.GetProperty("last_error").GetString()), Is.EqualTo(("1970-01-01T00:00:05.000Z", "it answered 500")));
    }

    [Test]
    public async Task DeadLetters_TimeIsOver_AreListedAndDeliveredOnRequest()
    {
        await using var rig = await StartAsync("\"retryForSeconds\": 0");
        using var givenUp = new Measured(rig.Meter, "wamp_router.webhook.given_up");
        using var dead = new Measured(rig.Meter, "wamp_router.webhook.dead_letters");
        var client = await rig.JoinAsync();
        _server.AnswerWith(500);
        var publication = await client.PublishAcknowledgedAsync("com.shop.sold", [1]).Soon();
        await rig.Host.Log.WhenLoggedAsync(1472).Soon();
        await client.CallAsync("wamprouter.webhook.discard", ["sales", "evt_none"]).Soon();     // behind what is written

        var letter = (await client.CallAsync("wamprouter.webhook.dead_letters", ["sales"]).Soon()).Get<JsonElement>(0)[0];
        Assert.That((letter.GetProperty("id").GetString(), letter.GetProperty("error").GetString()), Is.EqualTo(($"evt_{publication}", "it answered 500")));
        Assert.That(letter.GetProperty("attempts").GetInt32(), Is.EqualTo(1));
        Assert.That((await ListAsync(client)).GetProperty("dead_letters").GetInt32(), Is.EqualTo(1));
        Assert.That(dead.Of("webhook=sales"), Is.EqualTo(1));

        _server.AnswerWith(200);
        Assert.That(await client.CallAsync<int>("wamprouter.webhook.retry", ["sales"]).Soon(), Is.EqualTo(1));

        await _server.NextAsync().Soon();
        Assert.That((await _server.NextAsync().Soon()).Id, Is.EqualTo($"evt_{publication}"));
        Assert.That(givenUp.Of("webhook=sales"), Is.EqualTo(1));
        Assert.That((await ListAsync(client)).GetProperty("dead_letters").GetInt32(), Is.Zero);
    }

    [TestCase(410)]
    [TestCase(413)]
    public async Task DeadLetters_AnswerIsFinal_AreMadeAtOnce(int status)
    {
        await using var rig = await StartAsync();
        var client = await rig.JoinAsync();
        _server.AnswerWith(status);
        await client.PublishAcknowledgedAsync("com.shop.sold", [1]).Soon();

        await rig.Host.Log.WhenLoggedAsync(1472).Soon();

        Assert.That(_server.Seen, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Discard_OneOfTwo_LeavesTheOther()
    {
        await using var rig = await StartAsync("\"retryForSeconds\": 0");
        var client = await rig.JoinAsync();
        _server.AnswerWith(500);
        var first = await client.PublishAcknowledgedAsync("com.shop.sold", [1]).Soon();
        var second = await client.PublishAcknowledgedAsync("com.shop.sold", [2]).Soon();
        await Waiting.UntilAsync(() => rig.Host.Log.Of(1472).Count == 2).Soon();

        Assert.That(await client.CallAsync<int>("wamprouter.webhook.discard", ["sales", $"evt_{first}"]).Soon(), Is.EqualTo(1));
        Assert.That(await client.CallAsync<int>("wamprouter.webhook.discard", ["sales", "evt_none"]).Soon(), Is.Zero);

        var letters = (await client.CallAsync("wamprouter.webhook.dead_letters", ["sales"]).Soon()).Get<JsonElement>(0);
        Assert.That(letters.EnumerateArray().Select(letter => letter.GetProperty("id").GetString()), Is.EqualTo(new[] { $"evt_{second}" }));
    }

    [Test]
    public async Task DeadLetters_TooMany_TheOldestGiveWay()
    {
        await using var rig = await StartAsync("\"retryForSeconds\": 0, \"maxDeadLetters\": 2");
        var client = await rig.JoinAsync();
        _server.AnswerWith(500);
        var publications = new List<long>();
        for (var i = 0; i < 4; i++)
        {
            rig.Time.Advance(TimeSpan.FromSeconds(1));
            publications.Add(await client.PublishAcknowledgedAsync("com.shop.sold", [i]).Soon());
            await Waiting.UntilAsync(() => rig.Host.Log.Of(1472).Count == i + 1).Soon();
        }

        await client.CallAsync("wamprouter.webhook.discard", ["sales", "evt_none"]).Soon();     // behind what is written
        var letters = (await client.CallAsync("wamprouter.webhook.dead_letters", ["sales"]).Soon()).Get<JsonElement>(0);

        Assert.That(letters.EnumerateArray().Select(letter => letter.GetProperty("id").GetString()), Is.EqualTo(new[] { $"evt_{publications[3]}", $"evt_{publications[2]}" }));
    }

    [TestCase("wamprouter.webhook.retry")]
    [TestCase("wamprouter.webhook.discard")]
    [TestCase("wamprouter.webhook.dead_letters")]
    public async Task Call_NoSuchWebhook_IsAnInvalidArgument(string procedure)
    {
        await using var rig = await StartAsync();
        var client = await rig.JoinAsync();

        Assert.That(() => client.CallAsync(procedure, ["none"]).Soon(), Throws.TypeOf<WampException>().With.Property("ErrorUri").EqualTo(WampErrorUri.InvalidArgument));
        Assert.That(() => client.CallAsync(procedure, [new[] { 1 }]).Soon(), Throws.TypeOf<WampException>().With.Property("ErrorUri").EqualTo(WampErrorUri.InvalidArgument));
        Assert.That(() => client.CallAsync(procedure).Soon(), Throws.TypeOf<WampException>().With.Property("ErrorUri").EqualTo(WampErrorUri.InvalidArgument));
    }

    private static async Task<JsonElement> ListAsync(WampClient client) => (await client.CallAsync("wamprouter.webhook.list").Soon()).Get<JsonElement>(0)[0];

    private Task<WebhookRig> StartAsync(string more = "\"comment\": \"\"") => WebhookRig.StartAsync($$"""
        "deliveries": [ { "name": "sales", "topic": "com.shop.sold", "url": "{{_server.Url}}?token=secret", "secrets": [ "{{WebhookRig.Secret}}" ], {{more}} } ]
        """);
}
