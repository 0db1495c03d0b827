using System.Text.Json;
using WampRouter.Tests.Http.Webhooks;

namespace WampRouter.Tests.EndToEnd;

/// <summary>The program with webhooks, and what <c>kill -9</c> leaves of what waits.</summary>
[Category("EndToEnd")]
[TestFixture(RouterBuild.Dotnet)]
[TestFixture(RouterBuild.NativeAot)]
public sealed class WebhookKillTests(RouterBuild build)
{
    private const int Events = 300;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Test]
    public async Task Kill_ReceiverIsDown_WhatWasQueuedIsDeliveredByTheNextRouter()
    {
        await using var server = await HookServer.StartAsync();
        server.AnswerWith(503);
        var router = await RouterProcess.StartAsync(build, directory => File.WriteAllText(Path.Combine(directory, "config", "realms", "hooks.json"), $$"""
            {
              "name": "hooks",
              "roles": [ { "name": "anonymous", "permissions": [ { "uri": "", "match": "prefix", "allow": { "call": true, "publish": true } } ] } ],
              "authentication": { "anonymous": { "role": "anonymous" } },
              "webhooks": {
                "deliveries": [ { "name": "sales", "topic": "com.sold", "url": "{{server.Url}}", "secrets": [ "{{WebhookRig.Secret}}" ] } ],
                "procedures": [ { "procedure": "com.price", "url": "{{server.Url}}", "secrets": [ "{{WebhookRig.Secret}}" ] } ] }
            }
            """));
        await using (var client = await router.JoinAsync("hooks"))
        {
            for (var i = 0; i < Events; i++)
            {
                await client.PublishAcknowledgedAsync("com.sold", [i]).WaitAsync(Patience);
            }

            // All events are in the queue when it says so, and on the disk when what was asked for behind them is answered.
            while ((await client.CallAsync("wamprouter.webhook.list").WaitAsync(Patience)).Get<JsonElement>(0)[0].GetProperty("queued").GetInt32() < Events)
            {
                await Task.Yield();
            }

            await client.CallAsync("wamprouter.webhook.discard", ["sales"]).WaitAsync(Patience);
        }

        await using var next = await router.KillAndStartAgainAsync();
        server.AnswerWith(200, "7");

        var arrived = new List<int>();
        while (arrived.Count == 0 || arrived[^1] < Events - 1)
        {
            arrived.Add(JsonDocument.Parse((await server.NextAsync().WaitAsync(Patience)).Body).RootElement.GetProperty("data").GetProperty("args")[0].GetInt32());
        }

        await using var caller = await next.JoinAsync("hooks");
        Assert.That(arrived.Distinct(), Is.EqualTo(Enumerable.Range(0, Events)));
        Assert.That((await caller.CallAsync("com.price").WaitAsync(Patience)).Get<int>(0), Is.EqualTo(7));
    }
}
