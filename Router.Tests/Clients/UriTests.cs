using WampRouter.Client;
using WampRouter.Tests.Doubles;

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

    [TestCase("not a uri", "has a space")]
    [TestCase("com..empty", "has an empty component: two dots in a row")]
    [TestCase(".com", "begins with a dot")]
    [TestCase("com.", "ends with a dot")]
    [TestCase("com.a#b", "has '#'")]
    [TestCase("com.\u00A0", "ends with whitespace (U+00A0)")]
    public async Task Request_UriThatIsNone_IsRefusedAndNothingSent(string uri, string fault)
    {
        var quoted = $"'{uri.Replace("\u00A0", "U+00A0", StringComparison.Ordinal)}'";
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
            Assert.That(() => request(), Throws.ArgumentException.With.Message.StartsWith($"{quoted} is no URI: it {fault}; the loose rule wants components"));
        }

        Assert.That(() => Client.CallProgressivelyAsync(uri), Throws.ArgumentException);
        await Client.PublishAsync("com.example.alive");
        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("""[16,1,{},"com.example.alive"]"""));
    }

    [Test]
    public void Request_UriThatIsNoText_IsRefused() => Assert.That(() => Client.PublishAsync("com.\ud800"), Throws.ArgumentException.With.Message.Contains("it is cut in the middle of a character"));

    [Test]
    public void Request_UriTooLong_IsRefused()
    {
        Assert.That(() => Client.PublishAsync($"com.{new string('x', 1021)}"), Throws.ArgumentException.With.Message.Contains("1024 are the most"));
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

    [TestCase("com.example.*", WampMatch.Exact, "write 'com.example.' with Match = WampMatch.Prefix")]
    [TestCase("com.example.*", WampMatch.Prefix, "write 'com.example.' with Match = WampMatch.Prefix")]
    [TestCase("com.*.created", WampMatch.Exact, "write 'com..created' with Match = WampMatch.Wildcard")]
    [TestCase("com.*.created", WampMatch.Wildcard, "write 'com..created' with Match = WampMatch.Wildcard")]
    [TestCase("com.a*b.c", WampMatch.Exact, "leave the component empty with Match = WampMatch.Wildcard")]
    public void SubscribeAsync_Asterisk_SaysThatItIsNoWildcardAndWhatToWrite(string uri, WampMatch match, string instead)
    {
        var text = $"'{uri}': '*' is no wildcard in WAMP and stands for itself; {instead}, or set AsteriskIsLiteral if it is meant so.";

        Assert.That(() => Client.SubscribeAsync(uri, _ => { }, new WampSubscribeOptions { Match = match }).Soon(), Throws.ArgumentException.With.Message.StartsWith(text));
        Assert.That(() => Client.SubscribeAsync(uri, new WampSubscribeOptions { Match = match }).Soon(), Throws.ArgumentException.With.Message.StartsWith(text));
        Assert.That(() => Client.RegisterAsync(uri, () => 1, new WampRegisterOptions { Match = match }).Soon(), Throws.ArgumentException.With.Message.StartsWith(text));
    }

    [Test]
    public async Task SubscribeAsync_AsteriskThatIsMeant_IsSent()
    {
        await _joined.SubscribedAsync(Client.SubscribeAsync("com.example.*", _ => { }, new WampSubscribeOptions { AsteriskIsLiteral = true }));
        await _joined.RegisteredAsync(Client.RegisterAsync("com.example.*", () => 1, new WampRegisterOptions { AsteriskIsLiteral = true }));
        await Client.PublishAsync("com.example.*");

        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("""[16,3,{},"com.example.*"]"""));
    }

    [Test]
    public void WampException_UriThatIsNone_IsRefusedWhereItIsMade()
    {
        Assert.That(() => new WampException("not a uri", "text"), Throws.ArgumentException.With.Message.StartsWith("'not a uri' is no URI: it has a space"));
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
        Assert.That((await errors.NextAsync()).Exception.Message, Does.StartWith("'not a uri' is no URI"));
        await _joined.Peer.SendAsync("[68,2,702,{}]");
        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("""[8,68,2,{},"wamp.error.runtime_error",["The procedure failed."]]"""));
    }
}
