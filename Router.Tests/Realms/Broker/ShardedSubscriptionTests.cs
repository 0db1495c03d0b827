using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Realms.Broker;

/// <summary>rfc/text/advanced/pubsub_sharded_subscription.md; who gets what is the router's choice, see RendezvousHash.</summary>
public sealed class ShardedSubscriptionTests
{
    private const int Keys = 300;

    private TestRouter _router = null!;
    private TestPeer _publisher = null!;

    [SetUp]
    public void SetUp()
    {
        _router = new TestRouter();
        _publisher = _router.Join();
    }

    [TearDown]
    public void TearDown() => _router.Dispose();

    [Test]
    [Shows("sharded-sub.one-node", "sharded-sub.stable")]
    public void Publish_WithAResourceKey_ReachesOneNodeAndAlwaysTheSame()
    {
        var nodes = Nodes("a", "b", "c");

        var first = PublishKeys(nodes);
        var second = PublishKeys(nodes);

        Assert.That(first.SelectMany(texts => texts), Is.EquivalentTo(Enumerable.Range(0, Keys).Select(key => $"{key}")), "each exactly once");
        Assert.That(second, Is.EqualTo(first));
        Assert.That(first.Select(texts => texts.Count), Is.All.GreaterThan(Keys / 6), "shared out evenly");
    }

    [Test]
    [Shows("sharded-sub.node-leaves")]
    public void Publish_ANodeLeaves_OnlyItsOwnKeysMove()
    {
        var nodes = Nodes("a", "b", "c");
        var before = PublishKeys(nodes);

        nodes[2].Disconnect();
        var after = PublishKeys(nodes[..2]);

        Assert.That(before[0], Is.SubsetOf(after[0]));
        Assert.That(before[1], Is.SubsetOf(after[1]));
        Assert.That(after[0].Count + after[1].Count, Is.EqualTo(Keys));
    }

    [Test]
    [Shows("sharded-sub.no-node-key")]
    public void Publish_SubscribersWithoutANodeKey_GetAll()
    {
        var plain = _router.Join();
        plain.Subscribe("com.topic");
        var nodes = Nodes("a", "b");

        Assert.That(PublishKeys([plain])[0], Has.Count.EqualTo(Keys));
        Assert.That(nodes.Sum(node => node.TakeTexts().Count), Is.EqualTo(Keys));
    }

    [Test]
    [Shows("sharded-sub.no-resource-key")]
    public void Publish_WithoutAResourceKey_ReachesEveryNode()
    {
        var nodes = Nodes("a", "b");

        _publisher.Publish("com.topic");

        Assert.That(nodes.Select(node => node.TakeTexts().Count), Is.All.EqualTo(1));
    }

    [Test]
    public void Subscribe_AgainWithAnotherNodeKey_TakesThatNodesShare()
    {
        var nodes = Nodes("a", "b");
        var before = PublishKeys(nodes);

        nodes[0].Subscribe("com.topic", """{"nkey":"b"}""");
        nodes[1].Subscribe("com.topic", """{"nkey":"a"}""");

        Assert.That(PublishKeys(nodes), Is.EqualTo(before.Reverse()));
    }

    [Test]
    public void Subscribe_SeveralSessionsOfOneNode_AllGetItsShare()
    {
        var nodes = Nodes("a", "a", "b");

        var received = PublishKeys(nodes);

        Assert.That(received[0], Is.EqualTo(received[1]));
        Assert.That(received[0].Count + received[2].Count, Is.EqualTo(Keys));
    }

    [Test]
    public void PublishAndSubscribe_KeyIsNeitherTextNorInteger_AreRefused()
    {
        Assert.That(_router.Join().Send("""[32,1,{"nkey":true},"com.topic"]""").Take().Single(), Does.StartWith("""[8,32,1,{},"wamp.error.invalid_argument",["""));
        Assert.That(_router.Join().Send("""[16,1,{"acknowledge":true,"rkey":[]},"com.topic"]""").Take().Single(), Does.StartWith("""[8,16,1,{},"wamp.error.invalid_argument",["""));
    }

    private TestPeer[] Nodes(params string[] keys) => [.. keys.Select(key =>
    {
        var node = _router.Join();
        node.Subscribe("com.topic", $$"""{"nkey":"{{key}}"}""");
        return node;
    })];

    private IReadOnlyList<string>[] PublishKeys(TestPeer[] nodes)
    {
        for (var key = 0; key < Keys; key++)
        {
            _publisher.Publish("com.topic", $"{key}", $$"""{"rkey":"sensor{{key}}"}""");
        }

        return [.. nodes.Select(node => node.TakeTexts())];
    }
}
