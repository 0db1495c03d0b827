using WampRouter.Client;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients.WithRouter;

[TestFixtureSource(typeof(RouterFixture), nameof(Everywhere))]
internal sealed class AdvancedTests(Way way, WampSerializer serializer) : RouterFixture(way, serializer)
{
    private const string Topic = "com.example.t";

    private WampClient _publisher = null!;
    private WampClient _subscriber = null!;

    [SetUp]
    public async Task JoinBothAsync() => (_publisher, _subscriber) = (await JoinAsync(), await JoinAsync());

    [Test]
    [Shows("retained.subscriber")]
    public async Task PublishAsync_Retained_ReachesWhoSubscribesLaterAndAsks()
    {
        var publication = await _publisher.PublishAcknowledgedAsync(Topic, ["kept"], new WampPublishOptions { Retain = true }).Soon();

        await using var feed = await _subscriber.SubscribeAsync(Topic, new WampSubscribeOptions { GetRetained = true }).Soon();

        var message = await NextAsync(feed);
        Assert.That((message.PublicationId, message.IsRetained, message.Arguments.Get<string>(0)), Is.EqualTo((publication, true, "kept")));
    }

    [Test]
    [Shows("bwlist.publisher")]
    public async Task PublishAsync_Lists_DecideWhoGetsIt()
    {
        await using var feed = await _subscriber.SubscribeAsync(Topic).Soon();
        var me = _subscriber.Session!.Id;
        WampPublishOptions[] others =
        [
            new() { Exclude = [me] },
            new() { Eligible = [] },
            new() { Eligible = [_publisher.Session!.Id] },
            new() { ExcludeAuthRole = ["staff"] },
            new() { EligibleAuthId = ["nobody"] },
        ];
        foreach (var options in others)
        {
            await _publisher.PublishAcknowledgedAsync(Topic, ["others"], options).Soon();
        }

        await _publisher.PublishAcknowledgedAsync(Topic, ["mine"], new WampPublishOptions { Eligible = [me], EligibleAuthRole = ["staff"] }).Soon();

        Assert.That((await NextAsync(feed)).Arguments.Get<string>(0), Is.EqualTo("mine"));
    }

    [Test]
    [Shows("disclose-publisher.publisher", "disclose-publisher.subscriber", "publication-trust.subscriber")]
    public async Task PublishAsync_DiscloseMe_TellsWhoAndHowTrusted()
    {
        await using var feed = await _subscriber.SubscribeAsync(Topic).Soon();

        await _publisher.PublishAsync(Topic, options: new WampPublishOptions { DiscloseMe = true }).Soon();
        await _publisher.PublishAsync(Topic).Soon();

        var message = await NextAsync(feed);
        Assert.That(message.Publisher, Is.EqualTo(new WampPeer(_publisher.Session!.Id, _publisher.Session.AuthId, "staff")));
        Assert.That(message.TrustLevel, Is.EqualTo(3));
        Assert.That((await NextAsync(feed)).Publisher.SessionId, Is.Null);
    }

    [Test]
    [Shows("sharded-sub.publisher", "sharded-sub.subscriber")]
    public async Task PublishAsync_ResourceKey_ReachesOneNode()
    {
        var other = await JoinAsync();
        WampEventFeed[] nodes =
        [
            await _subscriber.SubscribeAsync(Topic, new WampSubscribeOptions { NodeKey = "a" }).Soon(),
            await other.SubscribeAsync(Topic, new WampSubscribeOptions { NodeKey = "b" }).Soon(),
        ];

        await _publisher.PublishAcknowledgedAsync(Topic, ["one"], new WampPublishOptions { ResourceKey = "house-7" }).Soon();
        await _publisher.PublishAcknowledgedAsync(Topic, ["all"]).Soon();

        string[] first = [(await NextAsync(nodes[0])).Arguments.Get<string>(0), (await NextAsync(nodes[1])).Arguments.Get<string>(0)];
        Assert.That(first, Is.EquivalentTo(new[] { "one", "all" }));
    }

    [Test]
    [Shows("passthru.publisher", "passthru.subscriber")]
    public async Task PublishAsync_Passthru_ArrivesAsSent()
    {
        var passthru = new WampPassthru("x_mine") { Serializer = "cbor", KeyId = "k1" };
        await using var feed = await _subscriber.SubscribeAsync(Topic).Soon();

        await _publisher.PublishAsync(Topic, new WampPayload { new byte[] { 1, 2 } }.WithPassthru(passthru)).Soon();

        var message = await NextAsync(feed);
        Assert.That(message.Arguments.Passthru, Is.EqualTo(passthru));
        Assert.That(message.Arguments.Get<byte[]>(0), Is.EqualTo(new byte[] { 1, 2 }));
    }
}
