using Microsoft.Extensions.DependencyInjection;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Hosting;

namespace WampRouter.Tests.Http.Webhooks;

/// <summary>Webhooks in an application that describes its realm in code.</summary>
public sealed class WebhookStartTests
{
    [Test]
    public void Start_QueueInAFileWithoutThePackage_SaysWhatIsMissing() =>
        Assert.That(
            () => EmbeddingHost.StartAsync(app => app.Services.AddWampRouter().AddRealm("realm1", realm =>
            {
                OpenRealm.Describe(realm);
                realm.PostEvents("sales", "com.sold", "http://127.0.0.1:9/a", WebhookRig.Secret);
            })),
            Throws.TypeOf<WampRouterConfigurationException>().With.Message.Contains("the webhook 'sales' keeps its queue in a file, for which the application needs the package WampRouter.Sqlite"));

    [Test]
    public async Task Start_QueueInMemory_NeedsNoPackage()
    {
        await using var server = await HookServer.StartAsync();
        await using var host = await EmbeddingHost.StartAsync(app => app.Services.AddWampRouter().AddRealm("realm1", realm =>
        {
            OpenRealm.Describe(realm);
            realm.PostEvents("sales", "com.sold", server.Url, WebhookRig.Secret).Store = WampQueueStore.Memory;
            realm.PostCalls("com.price", server.Url, WebhookRig.Secret);
        }));
        var client = await host.JoinAsync();

        await client.PublishAcknowledgedAsync("com.sold", [1]).Soon();
        var posted = await server.NextAsync().Soon();
        server.AnswerWith(200, "7");

        Assert.That(posted.Headers["webhook-signature"], Is.EqualTo(EventDeliveryTests.Sign(WebhookRig.Secret, posted)));
        Assert.That((await client.CallAsync("com.price").Soon()).Get<int>(0), Is.EqualTo(7));
    }

    [Test]
    public async Task Start_NoWebhooks_NoSessionAndNoFile()
    {
        await using var rig = await WebhookRig.StartAsync("");
        var client = await rig.JoinAsync();

        Assert.That((await client.CallAsync("wamp.session.count").Soon()).Get<int>(0), Is.EqualTo(1));
        Assert.That(Directory.EnumerateFiles(rig.Directory.Path, "*.db", SearchOption.AllDirectories), Is.Empty);
    }
}
