using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using WampRouter.Client;
using WampRouter.Hosting;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Http.Webhooks;

/// <summary>Events of a topic are posted to a real HTTP server, whatever becomes of it, of the router, and of the configuration.</summary>
public sealed class EventDeliveryTests
{
    private const int Failing = 1470;
    private const int GivenUp = 1472;
    private const int Refused = 1473;

    private HookServer _server = null!;

    [SetUp]
    public async Task StartServer() => _server = await HookServer.StartAsync();

    [TearDown]
    public async Task StopServer() => await _server.DisposeAsync();

    [Test]
    public async Task Publish_TopicOfAWebhook_IsPostedAndSigned()
    {
        await using var rig = await WebhookRig.StartAsync(Delivery());
        var client = await rig.JoinAsync();

        var publication = await client.PublishAcknowledgedAsync("com.shop.sold", new() { 7, "tea", 1.10m, { "price", new Dictionary<string, object> { ["€"] = 2 } } }).Soon();

        var request = await _server.NextAsync().Soon();
        var body = JsonDocument.Parse(request.Body).RootElement;
        Assert.Multiple(() =>
        {
            Assert.That(request.Id, Is.EqualTo($"evt_{publication}"));
            Assert.That(request.Headers["Content-Type"], Is.EqualTo("application/json"));
            Assert.That(request.Headers["webhook-signature"], Is.EqualTo(Sign(WebhookRig.Secret, request)));
            Assert.That(body.GetProperty("type").GetString(), Is.EqualTo("com.shop.sold"));
            Assert.That(body.GetProperty("timestamp").GetString(), Is.EqualTo("1970-01-01T00:00:00.000Z"));
            Assert.That(
                body.GetProperty("data").GetRawText(),
                Is.EqualTo($$$"""{"realm":"shop","topic":"com.shop.sold","publication":{{{publication}}},"args":[7,"tea",1.10],"kwargs":{"price":{"€":2}},"details":{}}"""));
        });
    }

    [Test]
    public async Task Publish_PatternAndDisclosure_SaysWhichTopicAndWho()
    {
        await using var rig = await WebhookRig.StartAsync(Delivery("\"match\": \"prefix\"", topic: "com.shop."));
        var client = await rig.JoinAsync();

        await client.PublishAcknowledgedAsync("com.shop.lost", [], new WampPublishOptions { DiscloseMe = true }).Soon();

        var data = JsonDocument.Parse((await _server.NextAsync().Soon()).Body).RootElement.GetProperty("data");
        Assert.That(data.GetProperty("topic").GetString(), Is.EqualTo("com.shop.lost"));
        Assert.That(data.GetProperty("details").GetProperty("publisher").GetInt64(), Is.EqualTo(client.Session!.Id));
        Assert.That(data.GetProperty("details").GetProperty("publisher_authrole").GetString(), Is.EqualTo("staff"));
    }

    [Test]
    public async Task Publish_WebhooksAreExcluded_IsNotPosted()
    {
        await using var rig = await WebhookRig.StartAsync(Delivery());
        var client = await rig.JoinAsync();

        await client.PublishAcknowledgedAsync("com.shop.sold", [1], new WampPublishOptions { ExcludeAuthRole = ["webhooks"] }).Soon();
        await client.PublishAcknowledgedAsync("com.shop.sold", [2]).Soon();

        Assert.That(ArgumentOf(await _server.NextAsync().Soon()), Is.EqualTo(2));
    }

    [Test]
    public async Task Session_OfWebhooks_IsSeenByOthers()
    {
        await using var rig = await WebhookRig.StartAsync(Delivery());
        var client = await rig.JoinAsync();
        var ids = await client.CallAsync<long[]>("wamp.session.list", [new[] { "webhooks" }]).Soon();

        var session = (await client.CallAsync("wamp.session.get", [ids.Single()]).Soon()).Get<JsonElement>(0);

        Assert.That((session.GetProperty("authid").GetString(), session.GetProperty("authrole").GetString()), Is.EqualTo(("webhooks", "webhooks")));
        Assert.That(session.GetProperty("transport").GetProperty("type").GetString(), Is.EqualTo("webhook"));
    }

    [Test]
    public async Task Deliver_NobodyListens_IsSaidWithoutTheWholeUrl()
    {
        var url = _server.Url;
        await _server.DisposeAsync();
        await using var rig = await WebhookRig.StartAsync(Delivery(url: url));
        using var attempts = new Measured(rig.Meter, "wamp_router.webhook.attempts");
        await (await rig.JoinAsync()).PublishAcknowledgedAsync("com.shop.sold", [1]).Soon();

        await Waiting.UntilAsync(() => attempts.Of("outcome=unreachable") == 1).Soon();
        await rig.Host.Log.WhenLoggedAsync(Failing).Soon();

        Assert.That(rig.Host.Log.Of(Failing).Single(), Does.Contain(new Uri(url).Authority).And.Not.Contain("/hook"));
    }

    [Test]
    public async Task Deliver_SlowReceiver_PublishersDoNotWaitForIt()
    {
        await using var rig = await WebhookRig.StartAsync(Delivery());
        var release = new TaskCompletionSource();
        _server.Answer = (_, _) => release.Task;
        var client = await rig.JoinAsync();
        var heard = new List<int>();
        var last = new TaskCompletionSource();
        await using var subscription = await client.SubscribeAsync("com.shop.sold", message =>
        {
            heard.Add(message.Arguments.Get<int>(0));
            if (heard.Count == 200)
            {
                last.SetResult();
            }
        }).Soon();

        for (var i = 0; i < 200; i++)
        {
            await client.PublishAcknowledgedAsync("com.shop.sold", [i], new WampPublishOptions { ExcludeMe = false }).Soon();
        }

        await last.Task.Soon();
        Assert.That(_server.Seen, Has.Count.AtMost(1), "the receiver still has the first");
        release.SetResult();
    }

    [Test]
    public async Task Deliver_QueueIsFull_WhatHasNoRoomIsCountedAndSaid()
    {
        await using var rig = await WebhookRig.StartAsync(Delivery("\"maxQueuedEvents\": 3"));
        using var refused = new Measured(rig.Meter, "wamp_router.webhook.refused_events");
        using var limits = new Measured(rig.Meter, "wamp_router.limit.hits");
        var release = new TaskCompletionSource();
        _server.Answer = (_, _) => release.Task;
        var client = await rig.JoinAsync();

        for (var i = 0; i < 5; i++)
        {
            await client.PublishAcknowledgedAsync("com.shop.sold", [i]).Soon();
        }

        await Waiting.UntilAsync(() => refused.Of("webhook=sales") == 2).Soon();
        Assert.That(limits.Of("limit=webhooks.deliveries[].maxQueuedEvents", "realm=shop"), Is.EqualTo(2));
        Assert.That(rig.Host.Log.Of(Refused)[0], Does.Contain("its queue is full; events that wait: 3"));
        release.SetResult();
        for (var i = 0; i < 3; i++)
        {
            Assert.That(ArgumentOf(await _server.NextAsync().Soon()), Is.EqualTo(i));
        }
    }

    [Test]
    public async Task Deliver_Redirect_IsNotFollowed()
    {
        await using var rig = await WebhookRig.StartAsync(Delivery("\"retryForSeconds\": 0"));
        await using var elsewhere = await HookServer.StartAsync();
        _server.Answer = (_, context) =>
        {
            context.Response.Redirect(elsewhere.Url, permanent: true, preserveMethod: true);
            return Task.CompletedTask;
        };
        await (await rig.JoinAsync()).PublishAcknowledgedAsync("com.shop.sold", [1]).Soon();

        await rig.Host.Log.WhenLoggedAsync(GivenUp).Soon();

        Assert.That(rig.Host.Log.Of(GivenUp).Single(), Does.Contain("it answered 308"));
        Assert.That(elsewhere.Seen, Is.Empty);
    }

    [Test]
    public async Task Deliver_SeveralAtOnce_AFailingOneHoldsUpNobody()
    {
        await using var rig = await WebhookRig.StartAsync(Delivery("\"concurrency\": 2"));
        _server.Answer = static (request, context) =>
        {
            context.Response.StatusCode = ArgumentOf(request) == 0 ? 500 : 200;
            return Task.CompletedTask;
        };
        var client = await rig.JoinAsync();
        for (var i = 0; i < 4; i++)
        {
            await client.PublishAcknowledgedAsync("com.shop.sold", [i]).Soon();
        }

        var seen = new HashSet<int>();
        while (seen.Count < 4)
        {
            seen.Add(ArgumentOf(await _server.NextAsync().Soon()));
        }

        Assert.That(seen, Is.EquivalentTo(new[] { 0, 1, 2, 3 }));
    }

    [Test]
    public async Task Restart_ReceiverWasDown_DeliveryGoesOn()
    {
        await using var rig = await WebhookRig.StartAsync(Delivery());
        _server.AnswerWith(500);
        var client = await rig.JoinAsync();
        await client.PublishAcknowledgedAsync("com.shop.sold", [1]).Soon();
        await client.PublishAcknowledgedAsync("com.shop.sold", [2]).Soon();
        var id = (await _server.NextAsync().Soon()).Id;

        await rig.StopAsync();
        _server.AnswerWith(200);
        await rig.StartAsync();

        var again = await _server.NextAsync().Soon();
        Assert.That((again.Id, ArgumentOf(again)), Is.EqualTo((id, 1)));
        Assert.That(ArgumentOf(await _server.NextAsync().Soon()), Is.EqualTo(2));
    }

    /// <summary>The files as they are on the disk, without the router's doing: what kill -9 leaves.</summary>
    [Test]
    public async Task Restart_RouterWasKilled_WhatWasQueuedIsDelivered()
    {
        await using var rig = await WebhookRig.StartAsync(Delivery());
        using var queued = new Measured(rig.Meter, "wamp_router.webhook.queue.events");
        var held = new TaskCompletionSource();
        _server.Answer = (_, _) => held.Task;
        var client = await rig.JoinAsync();
        for (var i = 0; i < 20; i++)
        {
            await client.PublishAcknowledgedAsync("com.shop.sold", [i]).Soon();
        }

        await client.CallAsync("wamprouter.webhook.discard", ["sales"]).Soon();     // answered when all before it is on the disk
        await Waiting.UntilAsync(() => queued.Sum == 20).Soon();
        await client.CallAsync("wamprouter.webhook.discard", ["sales"]).Soon();
        var left = rig.CopyData();
        held.SetResult();
        await rig.StopAsync();

        await using var again = new WebhookRig();
        await using var fresh = await HookServer.StartAsync();
        again.Write(Delivery(url: fresh.Url));
        await again.StartAsync(left);

        for (var i = 0; i < 20; i++)
        {
            Assert.That(ArgumentOf(await fresh.NextAsync().Soon()), Is.EqualTo(i));
        }
    }

    [Test]
    public async Task Reload_AnotherUrl_IsUsedAtOnceForWhatWaits()
    {
        await using var rig = await WebhookRig.StartAsync(Delivery());
        await using var elsewhere = await HookServer.StartAsync();
        _server.AnswerWith(500);
        var client = await rig.JoinAsync();
        await client.PublishAcknowledgedAsync("com.shop.sold", [1]).Soon();
        await client.PublishAcknowledgedAsync("com.shop.sold", [2]).Soon();
        await _server.NextAsync().Soon();
        await rig.Host.Log.WhenLoggedAsync(Failing).Soon();

        var reload = await rig.ReloadAsync(Delivery(url: elsewhere.Url));

        Assert.That(reload.Changes, Is.EqualTo(new[] { "realm shop: webhook sales has another url" }));
        Assert.That(ArgumentOf(await elsewhere.NextAsync().Soon()), Is.EqualTo(1), "without waiting for the next attempt");
        Assert.That(ArgumentOf(await elsewhere.NextAsync().Soon()), Is.EqualTo(2));
    }

    [Test]
    public async Task Reload_SecretIsReplaced_SignsWithBothAndThenWithTheNewOne()
    {
        await using var rig = await WebhookRig.StartAsync(Delivery());
        var client = await rig.JoinAsync();

        var both = await rig.ReloadAsync(Delivery().Replace($"\"{WebhookRig.Secret}\"", $"\"{WebhookRig.OtherSecret}\", \"{WebhookRig.Secret}\"", StringComparison.Ordinal));
        await client.PublishAcknowledgedAsync("com.shop.sold", [1]).Soon();
        var request = await _server.NextAsync().Soon();
        await rig.ReloadAsync(Delivery().Replace(WebhookRig.Secret, WebhookRig.OtherSecret, StringComparison.Ordinal));
        await client.PublishAcknowledgedAsync("com.shop.sold", [2]).Soon();
        var last = await _server.NextAsync().Soon();

        Assert.That(both.Changes, Is.EqualTo(new[] { "realm shop: webhook sales has other secrets" }));
        Assert.That(request.Headers["webhook-signature"], Is.EqualTo($"{Sign(WebhookRig.OtherSecret, request)} {Sign(WebhookRig.Secret, request)}"));
        Assert.That(last.Headers["webhook-signature"], Is.EqualTo(Sign(WebhookRig.OtherSecret, last)));
        Assert.That(rig.Host.Log.Lines, Has.None.Contains("whsec_").And.None.Contains(WebhookRig.Secret[6..]));
    }

    [Test]
    public async Task Reload_WebhookIsTakenAwayAndComesBack_ItsQueueWasKept()
    {
        await using var rig = await WebhookRig.StartAsync(Delivery());
        _server.AnswerWith(500);
        var client = await rig.JoinAsync();
        await client.PublishAcknowledgedAsync("com.shop.sold", [1]).Soon();
        await _server.NextAsync().Soon();
        await rig.Host.Log.WhenLoggedAsync(Failing).Soon();

        var gone = await rig.ReloadAsync("");
        await client.PublishAcknowledgedAsync("com.shop.sold", [2]).Soon();
        _server.AnswerWith(200);
        await rig.ReloadAsync(Delivery());
        await client.PublishAcknowledgedAsync("com.shop.sold", [3]).Soon();

        Assert.That(gone.Changes, Has.Some.EqualTo("realm shop: webhook sales posts no more; what waits in its queue is kept"));
        Assert.That(ArgumentOf(await _server.NextAsync().Soon()), Is.EqualTo(1));
        Assert.That(ArgumentOf(await _server.NextAsync().Soon()), Is.EqualTo(3), "nobody listened when 2 was published");
    }

    [Test]
    public async Task Reload_RealmIsTakenAwayAndComesBack_ItsQueueGoesOnAndIsCountedRight()
    {
        await using var rig = await WebhookRig.StartAsync(Delivery());
        var held = new TaskCompletionSource();
        _server.Answer = (_, _) => held.Task;
        var client = await rig.JoinAsync();
        await client.PublishAcknowledgedAsync("com.shop.sold", [1]).Soon();
        await _server.NextAsync().Soon();

        rig.WriteOther();
        var closing = rig.Host.Services.GetRequiredService<IWampRouter>().ReloadAsync().Soon();
        await closing;
        rig.RemoveOther(Delivery());
        await rig.Host.Services.GetRequiredService<IWampRouter>().ReloadAsync().Soon();
        held.SetResult();
        await HostedRouter.Of(rig.Host.Services, "").Webhooks.WhenInLineAsync().Soon();
        var again = await rig.JoinAsync();
        using var queued = new Measured(rig.Meter, "wamp_router.webhook.queue.events");
        await again.PublishAcknowledgedAsync("com.shop.sold", [2]).Soon();

        Assert.That(ArgumentOf(await _server.NextAsync().Soon()), Is.EqualTo(2), "the first was taken while the realm was gone");
        await Waiting.UntilAsync(() => queued.Sum == 0).Soon();
    }

    [Test]
    public async Task Reload_AnotherTopic_IsSubscribedInItsPlace()
    {
        await using var rig = await WebhookRig.StartAsync(Delivery());
        var client = await rig.JoinAsync();

        await rig.ReloadAsync(Delivery(topic: "com.shop.lost"));
        await client.PublishAcknowledgedAsync("com.shop.sold", [1]).Soon();
        await client.PublishAcknowledgedAsync("com.shop.lost", [2]).Soon();

        Assert.That(ArgumentOf(await _server.NextAsync().Soon()), Is.EqualTo(2));
    }

    [Test]
    public async Task Start_RoleOfWebhooksMayNotSubscribe_IsSaidAndNothingIsPosted()
    {
        await using var rig = await WebhookRig.StartAsync(Delivery(), moreRoles: """, { "name": "webhooks" }""");

        await rig.Host.Log.WhenLoggedAsync(1476).Soon();

        Assert.That(rig.Host.Log.Of(1476)[0], Does.Contain("cannot use com.shop.sold"));
    }

    /// <summary>A signature made without the router's code.</summary>
    internal static string Sign(string secret, HookRequest request) =>
        "v1," + Convert.ToBase64String(HMACSHA256.HashData(
            Convert.FromBase64String(secret["whsec_".Length..]), (byte[])[.. Encoding.UTF8.GetBytes($"{request.Id}.{request.Headers["webhook-timestamp"]}."), .. request.Body]));

    private static int ArgumentOf(HookRequest request) => JsonDocument.Parse(request.Body).RootElement.GetProperty("data").GetProperty("args")[0].GetInt32();

    private string Delivery(string more = "\"comment\": \"\"", string topic = "com.shop.sold", string? url = null) => string.Create(
        CultureInfo.InvariantCulture, $$"""
        "deliveries": [ { "name": "sales", "topic": "{{topic}}", "url": "{{url ?? _server.Url}}", "secrets": [ "{{WebhookRig.Secret}}" ], {{more}} } ]
        """);
}
