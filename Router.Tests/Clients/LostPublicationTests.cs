using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>Nobody waits for the answer to a PUBLISH without acknowledge: what goes wrong with it is told in the background.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class LostPublicationTests
{
    [TestCase(WampSerializer.Json)]
    [TestCase(WampSerializer.MessagePack)]
    [TestCase(WampSerializer.Cbor)]
    public async Task Publish_RouterRefusesThoughNobodyWaits_IsReportedAndTheSessionGoesOn(WampSerializer serializer)
    {
        await using var joined = await JoinedClient.JoinAsync(serializer);
        var errors = new BackgroundErrors(joined.Client);
        await joined.Client.PublishAsync("com.example.t", [1]);

        await joined.Peer.AnswerAsync("""[8,16,$,{},"wamp.error.not_authorized",["Not you."]]""");

        var error = await errors.NextAsync();
        Assert.That(error.Kind, Is.EqualTo(WampBackgroundErrorKind.PublishRefused));
        Assert.That(error.Exception, Is.InstanceOf<WampException>().With.Property("ErrorUri").EqualTo(WampErrorUri.NotAuthorized).And.Message.EqualTo("Publishing failed with wamp.error.not_authorized: Not you."));
        var calling = joined.Client.CallAsync<int>("com.example.add", [2, 3]);
        await joined.Peer.AnswerAsync("[50,$,{},[5]]");
        Assert.That(await calling.Soon(), Is.EqualTo(5));
    }

    [Test]
    public async Task Publish_ErrorForARequestThatWasNotMade_IsAViolation()
    {
        await using var joined = await JoinedClient.JoinAsync(WampSerializer.Json);
        await joined.Client.PublishAsync("com.example.t", [1]);
        await joined.Peer.ReceiveAsync();

        await joined.Peer.SendAsync("""[8,16,2,{},"wamp.error.not_authorized"]""");

        Assert.That(await joined.Peer.ReceiveAsync(), Does.StartWith("[3,").And.Contains("answers no request"));
    }

    [Test]
    public async Task Publish_ConnectionIsLostBeforeItLeaves_SaysHowManyAreLost()
    {
        var (router, release) = (new ScriptedRouter(), new TaskCompletionSource());
        var transport = new SeamTransport(router.Transport);
        await using var client = new WampClient(new WampClientOptions { Transport = transport, Realm = "realm1", Reconnect = null });
        var errors = new BackgroundErrors(client);
        var connecting = client.ConnectAsync();
        var peer = await router.WelcomeAsync();
        await connecting.Soon();
        transport.Sending = async () =>
        {
            await release.Task;
            throw new IOException("cut");
        };
        for (var i = 0; i < 3; i++)
        {
            await client.PublishAsync("com.example.t", [i]);
        }

        _ = client.CallAsync("com.example.p");
        release.SetResult();

        var error = await errors.NextAsync();
        Assert.That(error.Kind, Is.EqualTo(WampBackgroundErrorKind.PublicationsLost));
        Assert.That(error.Exception.Message, Does.StartWith("3 events were published").And.EndWith("cut"));
        await peer.CloseAsync();
        await router.DisposeAsync();
    }

    [Test]
    public async Task Publish_AllWereSent_NothingIsReported()
    {
        await using var joined = await JoinedClient.JoinAsync(WampSerializer.Json);
        var reported = false;
        joined.Client.BackgroundError += (_, _) => reported = true;
        await joined.Client.PublishAsync("com.example.t", [1]);
        await joined.Peer.ReceiveAsync();

        var closing = joined.Client.CloseAsync();
        await joined.Peer.AnswerAsync("""[6,{},"wamp.close.goodbye_and_out"]""");
        await closing.Soon();

        Assert.That(reported, Is.False);
    }
}
