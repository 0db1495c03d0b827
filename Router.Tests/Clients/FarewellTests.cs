using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>Reasons and words of those who take leave: what the client reads of the router's, and what it says itself.</summary>
internal sealed class FarewellTests
{
    [TestCase("""[6,{},"wamp.close.system_shutdown"]""", "wamp.close.system_shutdown", "The router ended the session with wamp.close.system_shutdown.")]
    [TestCase("""[6,{"message":"back at noon"},"wamp.close.system_shutdown"]""", "wamp.close.system_shutdown", "The router ended the session with wamp.close.system_shutdown: back at noon")]
    [TestCase("""[6,{"message":7},"wamp.close.killed"]""", "wamp.close.killed", "The router ended the session with wamp.close.killed.")]
    [TestCase("""[3,{},"wamp.error.protocol_violation"]""", "wamp.error.protocol_violation", "The router ended the session with wamp.error.protocol_violation.")]
    [TestCase("""[3,{"message":"no such thing"},"wamp.error.protocol_violation"]""", "wamp.error.protocol_violation", "The router ended the session with wamp.error.protocol_violation: no such thing")]
    public async Task Call_RouterEndsTheSession_FailsWithItsReasonAndWords(string farewell, string uri, string text)
    {
        await using var joined = await JoinedClient.JoinAsync(WampSerializer.Json);
        var call = joined.Client.CallAsync("com.example.p");
        await joined.Peer.ReceiveAsync();

        await joined.Peer.SendAsync(farewell);

        var error = Assert.CatchAsync<WampConnectionException>(() => call.Soon())!;
        Assert.That((error.ErrorUri, error.Message), Is.EqualTo((uri, text)));
    }

    [Test]
    public async Task CloseAsync_WithAReasonAndWords_SaysThem()
    {
        await using var joined = await JoinedClient.JoinAsync(WampSerializer.Json);
        var call = joined.Client.CallAsync("com.example.p");
        await joined.Peer.ReceiveAsync();

        var closing = joined.Client.CloseAsync("com.example.close.maintenance", "back at noon");

        Assert.That(await joined.Peer.ReceiveAsync(), Is.EqualTo("""[6,{"message":"back at noon"},"com.example.close.maintenance"]"""));
        await joined.Peer.SendAsync("""[6,{},"wamp.close.goodbye_and_out"]""");
        await closing.Soon();
        Assert.That(joined.Client.State, Is.EqualTo(WampClientState.Closed));
        Assert.That(() => call.Soon(), Throws.InstanceOf<WampConnectionException>().With.Property("ErrorUri").EqualTo("com.example.close.maintenance"));
    }

    [Test]
    public async Task CloseAsync_WithoutAReason_SaysThatItClosesTheRealm()
    {
        await using var joined = await JoinedClient.JoinAsync(WampSerializer.Json);

        var closing = joined.Client.CloseAsync();

        Assert.That(await joined.Peer.ReceiveAsync(), Is.EqualTo("""[6,{},"wamp.close.close_realm"]"""));
        await joined.Peer.SendAsync("""[6,{},"wamp.close.goodbye_and_out"]""");
        await closing.Soon();
    }

    [Test]
    public async Task CloseAsync_RouterDoesNotAnswer_EndsWhenItIsCanceled()
    {
        await using var joined = await JoinedClient.JoinAsync(WampSerializer.Json, new ManualTime());
        using var patience = new CancellationTokenSource();
        var closing = joined.Client.CloseAsync(cancellationToken: patience.Token);
        await joined.Peer.ReceiveAsync();
        Assert.That(closing.IsCompleted, Is.False);

        await patience.CancelAsync();

        await closing.Soon();
        Assert.That(joined.Client.State, Is.EqualTo(WampClientState.Closed));
    }

    [Test]
    public async Task CloseAsync_ClosingAlready_LeavesTheReasonAndHurriesThatOneToo()
    {
        await using var joined = await JoinedClient.JoinAsync(WampSerializer.Json, new ManualTime());
        var first = joined.Client.CloseAsync("com.example.close.maintenance");
        Assert.That(await joined.Peer.ReceiveAsync(), Does.Contain("com.example.close.maintenance"));

        await joined.Client.CloseAsync("com.example.close.other", cancellationToken: new CancellationToken(canceled: true)).Soon();

        await first.Soon();
        Assert.That(await joined.Peer.TryReceiveAsync(), Is.Null);
    }

    [TestCase("not a uri")]
    [TestCase("")]
    public async Task CloseAsync_ReasonIsNoUri_IsRefusedAndTheClientStays(string reason)
    {
        await using var joined = await JoinedClient.JoinAsync(WampSerializer.Json);

        Assert.That(() => joined.Client.CloseAsync(reason), Throws.ArgumentException.With.Property("ParamName").EqualTo("reason"));

        Assert.That(joined.Client.State, Is.EqualTo(WampClientState.Connected));
    }
}
