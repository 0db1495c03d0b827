using WampRouter.Client;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

[TestFixture(WampSerializer.Json)]
[TestFixture(WampSerializer.MessagePack)]
[TestFixture(WampSerializer.Cbor)]
internal sealed class RevocationTests(WampSerializer serializer)
{
    private const string Reason = "moving to another callee";

    private JoinedClient _joined = null!;
    private BackgroundErrors _errors = null!;

    [SetUp]
    public async Task JoinAsync()
    {
        var reconnect = new WampReconnectPolicy { InitialDelay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(1) };
        _joined = await JoinedClient.JoinAsync(serializer, reconnect: reconnect);
        _errors = new BackgroundErrors(_joined.Client);
    }

    [TearDown]
    public async Task LeaveAsync() => await _joined.DisposeAsync();

    [Test]
    [Shows("revoke-registration.callee")]
    public async Task Unregistered_NotAskedFor_TellsTheRegistrationAndReports()
    {
        var registration = await _joined.RegisteredAsync(_joined.Client.RegisterAsync("com.example.p", () => 1));

        await _joined.Peer.SendAsync("""[67,0,{"registration":701,"reason":"moving to another callee"}]""");

        Assert.That(await registration.Revoked.Soon(), Is.EqualTo(Reason));
        var error = await _errors.NextAsync();
        Assert.That((error.Kind, error.Uri), Is.EqualTo((WampBackgroundErrorKind.Revoked, "com.example.p")));
        await registration.DisposeAsync().Soon();
        await _joined.Peer.SendAsync("[68,1,701,{}]");
        Assert.That(await _joined.Peer.ReceiveAsync(), Does.Contain("wamp.error.no_such_procedure"), "and no UNREGISTER before it");
    }

    [Test]
    [Shows("revoke-subscription.subscriber")]
    public async Task Unsubscribed_NotAskedFor_EndsTheFeedAfterItsEvents()
    {
        await using var feed = await _joined.SubscribedAsync(_joined.Client.SubscribeAsync("com.example.t"));
        await using var events = feed.GetAsyncEnumerator();
        await _joined.Peer.SendAsync("[36,501,1,{}]");

        await _joined.Peer.SendAsync("""[35,0,{"subscription":501,"reason":"moving to another callee"}]""");

        Assert.That(await feed.Revoked.Soon(), Is.EqualTo(Reason));
        Assert.That((await _errors.NextAsync()).Kind, Is.EqualTo(WampBackgroundErrorKind.Revoked));
        Assert.That(await events.MoveNextAsync().Soon(), Is.True);
        var end = Assert.CatchAsync<WampException>(() => events.MoveNextAsync().Soon())!;
        Assert.That(end.ErrorUri, Is.EqualTo(WampErrorUri.Revoked));
        Assert.That(end.Message, Does.Contain(Reason));
    }

    [Test]
    [Shows("revoke-registration.callee")]
    public async Task Revoked_NewSession_IsNotRestoredButCanBeAskedForAgain()
    {
        var subscription = await _joined.SubscribedAsync(_joined.Client.SubscribeAsync("com.example.t", _ => { }));
        var registration = await _joined.RegisteredAsync(_joined.Client.RegisterAsync("com.example.p", () => 1));
        await _joined.Peer.SendAsync("""[35,0,{"subscription":501,"reason":"moving to another callee"}]""");
        await _joined.Peer.SendAsync("""[67,0,{"registration":701,"reason":"moving to another callee"}]""");
        await Task.WhenAll(subscription.Revoked, registration.Revoked).Soon();
        var connected = new TaskCompletionSource();
        _joined.Client.StateChanged += (_, change) =>
        {
            if (change.Current == WampClientState.Connected)
            {
                connected.TrySetResult();
            }
        };

        await _joined.Peer.CloseAsync();
        var next = await _joined.Router.WelcomeAsync();
        await connected.Task.Soon();

        var again = _joined.Client.SubscribeAsync("com.example.t", _ => { });
        Assert.That(await next.AnswerAsync("[33,$,502]"), Is.EqualTo("""[32,1,{},"com.example.t"]"""));
        await again.Soon();
    }
}
