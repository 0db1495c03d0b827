using WampRouter.Client;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients.WithRouter;

[TestFixtureSource(typeof(RouterFixture), nameof(Everywhere))]
internal sealed class PubSubTests(Way way, WampSerializer serializer) : RouterFixture(way, serializer)
{
    private WampClient _publisher = null!;
    private WampClient _subscriber = null!;

    [SetUp]
    public async Task JoinBothAsync() => (_publisher, _subscriber) = (await JoinAsync(), await JoinAsync());

    [Test]
    public async Task PublishAsync_Subscribed_ArrivesWholeAndInOrder()
    {
        await using var feed = await _subscriber.SubscribeAsync("com.example.t").Soon();
        for (var i = 0; i < 100; i++)
        {
            await _publisher.PublishAsync("com.example.t", new() { i, 1.5, "text ü", true, null, new byte[] { 1, 0, 255 }, { "unit", "C" } }).Soon();
        }

        for (var i = 0; i < 100; i++)
        {
            var message = await NextAsync(feed);
            Assert.That(message.Arguments.Get<int>(0), Is.EqualTo(i));
            Assert.That(message.Arguments.Get<byte[]>(5), Is.EqualTo(new byte[] { 1, 0, 255 }));
            Assert.That(message.Arguments.Get<string>("unit"), Is.EqualTo("C"));
        }
    }

    [Test]
    public async Task PublishAcknowledgedAsync_Accepted_IsTheIdSubscribersSee()
    {
        await using var feed = await _subscriber.SubscribeAsync("com.example.t").Soon();

        var publication = await _publisher.PublishAcknowledgedAsync("com.example.t", [1]).Soon();

        Assert.That((await NextAsync(feed)).PublicationId, Is.EqualTo(publication));
    }

    [Test]
    public void PublishAcknowledgedAsync_ReservedTopic_IsRefused() =>
        Assert.That(ErrorOf(() => _publisher.PublishAcknowledgedAsync("wamp.mine")).ErrorUri, Is.EqualTo(WampErrorUri.InvalidUri));

    [Test]
    [Shows("exclude-me.publisher")]
    public async Task PublishAsync_OwnSubscription_IsExcludedUnlessAskedFor()
    {
        await using var feed = await _publisher.SubscribeAsync("com.example.t").Soon();

        await _publisher.PublishAcknowledgedAsync("com.example.t", ["not me"]).Soon();
        await _publisher.PublishAcknowledgedAsync("com.example.t", ["me too"], new WampPublishOptions { ExcludeMe = false }).Soon();

        Assert.That((await NextAsync(feed)).Arguments.Get<string>(0), Is.EqualTo("me too"));
    }

    [Test]
    public async Task SubscribeAsync_Disposed_GetsNoMore()
    {
        var received = new Received();
        var left = await _subscriber.SubscribeAsync("com.example.t", received.Add).Soon();
        await left.DisposeAsync().Soon();
        await using var feed = await _subscriber.SubscribeAsync("com.example.t").Soon();

        await _publisher.PublishAsync("com.example.t", [1]).Soon();
        await NextAsync(feed);

        Assert.That(received.Count, Is.Zero);
    }

    [TestCase("com.exam", WampMatch.Prefix)]
    [TestCase("com..t", WampMatch.Wildcard)]
    [Shows("pattern-sub.subscriber")]
    public async Task SubscribeAsync_Pattern_SeesTheActualTopic(string pattern, WampMatch match)
    {
        await using var feed = await _subscriber.SubscribeAsync(pattern, new WampSubscribeOptions { Match = match }).Soon();

        await _publisher.PublishAsync("com.example.t", [1]).Soon();

        Assert.That((await NextAsync(feed)).Topic, Is.EqualTo("com.example.t"));
    }

    [Test]
    public async Task SubscribeAsync_SlowHandler_DelaysNobodyElse()
    {
        var release = new TaskCompletionSource();
        await using var slow = await _subscriber.SubscribeAsync("com.example.t", _ => release.Task).Soon();
        await using var feed = await _subscriber.SubscribeAsync("com.example.t").Soon();

        await _publisher.PublishAsync("com.example.t", [1]).Soon();
        await _publisher.PublishAsync("com.example.t", [2]).Soon();
        await NextAsync(feed);

        Assert.That((await NextAsync(feed)).Arguments.Get<int>(0), Is.EqualTo(2));
        Assert.That(await _subscriber.PublishAcknowledgedAsync("com.example.other").Soon(), Is.Positive);
        release.SetResult();
    }
}
