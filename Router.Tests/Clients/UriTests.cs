using WampRouter.Client;

namespace WampRouter.Tests.Clients;

/// <summary>What is no URI is refused where it is given.</summary>
internal sealed class UriTests
{
    private JoinedClient _joined = null!;

    private WampClient Client => _joined.Client;

    [SetUp]
    public async Task JoinAsync() => _joined = await JoinedClient.JoinAsync(WampSerializer.Json);

    [TearDown]
    public async Task LeaveAsync() => await _joined.DisposeAsync();

    [TestCase("not a uri")]
    [TestCase("com..empty")]
    [TestCase(".com")]
    [TestCase("com.")]
    [TestCase("com.a#b")]
    [TestCase("com.\u00A0")]
    public async Task Request_UriThatIsNone_IsRefusedAndNothingSent(string uri)
    {
        Func<Task>[] requests =
        [
            () => Client.PublishAsync(uri).AsTask(),
            () => Client.PublishAcknowledgedAsync(uri),
            () => Client.SubscribeAsync(uri, _ => { }),
            () => Client.SubscribeAsync(uri),
            () => Client.CallAsync(uri),
            () => Client.CallAsync<int>(uri),
            () => Client.RegisterAsync(uri, () => 1),
            () => Client.AddTestamentAsync(uri),
        ];
        foreach (var request in requests)
        {
            Assert.That(() => request(), Throws.ArgumentException.With.Message.StartsWith($"'{uri}' is not a WAMP URI: it must have components between single dots"));
        }

        Assert.That(() => Client.CallProgressivelyAsync(uri), Throws.ArgumentException);
        await Client.PublishAsync("com.example.alive");
        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("""[16,1,{},"com.example.alive"]"""));
    }

    [Test]
    public void Request_UriThatIsNoText_IsRefused() => Assert.That(() => Client.PublishAsync("com.\ud800"), Throws.ArgumentException);

    [Test]
    public void Request_UriTooLong_IsRefused()
    {
        Assert.That(() => Client.PublishAsync($"com.{new string('x', 1021)}"), Throws.ArgumentException.With.Message.Contains("at most 1024 bytes"));
        Assert.That(() => Client.PublishAsync($"com.{new string('ü', 511)}"), Throws.ArgumentException);
    }

    [TestCase("com.example.", WampMatch.Prefix)]
    [TestCase("com..x", WampMatch.Wildcard)]
    [TestCase("com.ünïcode.\U0001F680", WampMatch.Exact)]
    public async Task SubscribeAsync_PatternOfItsKind_IsSent(string uri, WampMatch match)
    {
        await _joined.SubscribedAsync(Client.SubscribeAsync(uri, _ => { }, new WampSubscribeOptions { Match = match }));
        await _joined.RegisteredAsync(Client.RegisterAsync(uri, () => 1, new WampRegisterOptions { Match = match }));
    }

    [Test]
    public void SubscribeAsync_PatternWithoutItsMatch_SaysWhatToSet() =>
        Assert.That(() => Client.SubscribeAsync("com..x", _ => { }), Throws.ArgumentException.With.Message.Contains("need Match = WampMatch.Prefix or WampMatch.Wildcard"));

    [Test]
    public void WampException_UriThatIsNone_IsRefusedWhereItIsMade()
    {
        Assert.That(() => new WampException("not a uri", "text"), Throws.ArgumentException.With.Message.StartsWith("'not a uri' is not a WAMP URI: "));
        Assert.That(() => new WampException("not a uri", "text", new WampPayload()), Throws.ArgumentException);
    }

    [Test]
    public async Task Procedure_ThrowsAnErrorWithoutAUri_CallerGetsAnErrorAndTheSessionLives()
    {
        var errors = new BackgroundErrors(Client);
        await _joined.RegisteredAsync(Client.RegisterAsync("com.example.p", int () => throw new WampException("not a uri", "text")));
        await _joined.RegisteredAsync(Client.RegisterAsync("com.example.q", int () => throw new WampConnectionException("from a router", "text")), 702);

        await _joined.Peer.SendAsync("[68,1,701,{}]");
        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("""[8,68,1,{},"wamp.error.runtime_error",["The procedure failed."]]"""));
        Assert.That((await errors.NextAsync()).Exception.Message, Does.StartWith("'not a uri' is not a WAMP URI"));
        await _joined.Peer.SendAsync("[68,2,702,{}]");
        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("""[8,68,2,{},"wamp.error.runtime_error",["The procedure failed."]]"""));
    }
}
