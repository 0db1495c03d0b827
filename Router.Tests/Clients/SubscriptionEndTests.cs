using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>After the end of a subscription or registration nothing of it is left: the next one of that name may be another.</summary>
internal sealed class SubscriptionEndTests
{
    private JoinedClient _joined = null!;

    [SetUp]
    public async Task JoinAsync() => _joined = await JoinedClient.JoinAsync(WampSerializer.Json);

    [TearDown]
    public async Task LeaveAsync() => await _joined.DisposeAsync();

    [Test]
    public async Task SubscribeAsync_WithAnotherNodeKeyAfterTheFirstHasEnded_Subscribes()
    {
        var first = await _joined.SubscribedAsync(_joined.Client.SubscribeAsync("com.example.t", _ => { }, new WampSubscribeOptions { NodeKey = "a" }));
        await EndAsync(first, "[34,2,501]");

        var second = _joined.Client.SubscribeAsync("com.example.t", _ => { }, new WampSubscribeOptions { NodeKey = "b" });

        Assert.That(await _joined.Peer.AnswerAsync("[33,$,502]"), Is.EqualTo("""[32,3,{"nkey":"b"},"com.example.t"]"""));
        await second.Soon();
    }

    [Test]
    public async Task SubscribeAsync_AfterAnEnd_IsGivenNothingOfTheSubscriptionBefore()
    {
        var (former, later) = (new Received(), new Received());
        var first = await _joined.SubscribedAsync(_joined.Client.SubscribeAsync("com.example.t", former.Add));
        await EndAsync(first, "[34,2,501]");

        await _joined.SubscribedAsync(_joined.Client.SubscribeAsync("com.example.t", later.Add), 502);
        await _joined.Peer.SendAsync("[36,501,1,{}]");
        await _joined.Peer.SendAsync("[36,502,2,{}]");
        await later.ReachAsync(1);

        Assert.That((former.Count, later.Publications.Single()), Is.EqualTo((0, 2L)));
    }

    [Test]
    public async Task RegisterAsync_AnotherHandlerAfterTheFirstHasEnded_Serves()
    {
        var first = await _joined.RegisteredAsync(_joined.Client.RegisterAsync("com.example.p", () => 1));
        await EndAsync(first, "[66,2,701]");
        await _joined.RegisteredAsync(_joined.Client.RegisterAsync("com.example.p", () => 2), 702);

        await _joined.Peer.SendAsync("[68,1,702,{}]");

        Assert.That(await _joined.Peer.ReceiveAsync(), Is.EqualTo("[70,1,{},[2]]"));
    }

    private async Task EndAsync(IAsyncDisposable ended, string expected)
    {
        var ending = ended.DisposeAsync().AsTask();
        Assert.That(await _joined.Peer.AnswerAsync(expected.StartsWith("[34", StringComparison.Ordinal) ? "[35,$]" : "[67,$]"), Is.EqualTo(expected));
        await ending.Soon();
    }
}
