using System.Text;
using WampRouter.Realms.Messages;
using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>rfc/text/advanced/pubsub_sharded_subscription.md, with two nodes.</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class ShardedSubscriptionSuite(Way way, WireFormat format) : ConformanceSuite(way, format)
{
    private const string Pattern = "com.sensor..temperature";

    private Peer _publisher = null!;
    private Peer[] _nodes = null!;

    [SetUp]
    public async Task JoinAllAsync()
    {
        _publisher = await JoinAsync("publisher");
        _nodes = [await JoinAsync("node1"), await JoinAsync("node2")];
        foreach (var (node, key) in _nodes.Zip(["node1", "node2"]))
        {
            await node.ExchangeAsync($$"""[32,1,{"match":"wildcard","nkey":"{{key}}"},"{{Pattern}}"]""", """[33,1,"$subscription"]""");
        }
    }

    [Test]
    [Shows("sharded-sub.feature", "sharded-sub.spelling", "sharded-sub.one-node", "sharded-sub.stable")]
    public async Task Publish_WithAResourceKey_ReachesTheNodeThatOwnsIt()
    {
        foreach (var key in new[] { "sn1", "sn2", "sn3", "sn4", "sn1" })
        {
            await PublishAsync($"\"rkey\":\"{key}\"", key);

            var owner = Weight(key, "node1") > Weight(key, "node2") ? 0 : 1;
            await _nodes[owner].ExpectAsync($$"""[36,"$subscription","*",{"topic":"com.sensor.{{key}}.temperature"},[33.9]]""");
            await _nodes[1 - owner].ExpectNothingAsync();
        }
    }

    [Test]
    [Shows("sharded-sub.no-resource-key")]
    public async Task Publish_WithoutAResourceKey_ReachesEveryNode()
    {
        await PublishAsync("", "sn1");

        foreach (var node in _nodes)
        {
            await node.ExpectAsync("""[36,"$subscription","*",{"topic":"com.sensor.sn1.temperature"},[33.9]]""");
        }
    }

    [Test]
    [Shows("sharded-sub.no-node-key")]
    public async Task Publish_WithAResourceKey_ReachesSubscribersWithoutANodeKeyAnyway()
    {
        var all = await JoinAsync("all");
        await all.ExchangeAsync($$"""[32,1,{"match":"wildcard"},"{{Pattern}}"]""", """[33,1,"$subscription"]""");

        foreach (var key in new[] { "sn1", "sn2", "sn3" })
        {
            await PublishAsync($"\"rkey\":\"{key}\"", key);

            await all.ExpectAsync($$"""[36,"$subscription","*",{"topic":"com.sensor.{{key}}.temperature"},[33.9]]""");
        }
    }

    [Test]
    [Shows("sharded-sub.node-leaves")]
    public async Task Publish_ANodeHasLeft_ItsKeysMoveToTheOther()
    {
        await _nodes[0].ExchangeAsync("""[34,2,"$subscription"]""", "[35,2]");

        foreach (var key in new[] { "sn1", "sn2", "sn3", "sn4" })
        {
            await PublishAsync($"\"rkey\":\"{key}\"", key);

            await _nodes[1].ExpectAsync($$"""[36,"$subscription","*",{"topic":"com.sensor.{{key}}.temperature"},[33.9]]""");
        }

        await _nodes[0].ExpectNothingAsync();
    }

    private static ulong Weight(string key, string node) => RendezvousHash.Weight(RendezvousHash.Hash(Encoding.UTF8.GetBytes(key)), RendezvousHash.Hash(Encoding.UTF8.GetBytes(node)));

    private Task PublishAsync(string options, string sensor) =>
        _publisher.ExchangeAsync($$"""[16,1,{"acknowledge":true{{(options.Length > 0 ? "," : "")}}{{options}}},"com.sensor.{{sensor}}.temperature",[33.9]]""", """[17,1,"*"]""");
}
