using WampRouter.Delivery;
using WampRouter.Realms;
using WampRouter.Realms.Patterns;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Realms.Broker;

namespace WampRouter.Tests.Realms;

/// <summary>What stands beside a realm is told of its changes, besides the meta events, and takes the publications that are wanted elsewhere.</summary>
public sealed class NeighbourTests
{
    private RecordingNeighbour _neighbour = null!;
    private Realm _realm = null!;

    [SetUp]
    public void SetUp()
    {
        _neighbour = new RecordingNeighbour();
        _realm = new Realm(TestRouter.OpenRealm, neighbours: _neighbour.AsNeighbours);
    }

    [Test]
    public void Observers_SessionLivesAndLeaves_HearWhatMetaEventsTell()
    {
        var watcher = new BrokerMember(_realm, "watcher");
        watcher.Subscribe("wamp.", """{"match":"prefix"}""");
        _neighbour.Heard.Clear();

        var member = new BrokerMember(_realm, "joe");
        _realm.Announce(member.Member, new FlushBatch());
        member.Subscribe("com.topic");
        member.Send("""[64,2,{},"com.procedure"]""");
        _realm.Leave(member.Member, new FlushBatch());

        Assert.That(_neighbour.Heard, Is.EqualTo(new[]
        {
            "joe joined", "topic com.topic created by joe", "joe subscribed", "procedure com.procedure created by joe", "joe registered",
            "joe unsubscribed", "topic com.topic deleted", "joe unregistered", "procedure com.procedure deleted", "joe left",
        }));
        Assert.That(watcher.Peer.Sent.Where(text => text.StartsWith("[36,", StringComparison.Ordinal)), Has.Exactly(_neighbour.Heard.Count).Items, "one meta event for each");
    }

    [Test]
    public void Outlet_WantedByTopicAndByPatterns_TakesAPublicationOnce()
    {
        _neighbour.Interest.Add(MatchPolicy.Exact, "com.a"u8);
        _neighbour.Interest.Add(MatchPolicy.Prefix, "com."u8);
        _neighbour.Interest.Add(MatchPolicy.Wildcard, ".a"u8);
        var publisher = new BrokerMember(_realm, "joe");

        publisher.Publish("com.a", "both", """{"disclose_me":true}""");
        publisher.Publish("net.a", "wildcard");
        publisher.Publish("net.b", "nobody");

        Assert.That(_neighbour.Taken, Is.EqualTo(new[] { """com.a by joe, disclosed: ["both"]""", """net.a by joe: ["wildcard"]""" }));
    }

    [Test]
    public void Outlet_MetaEventNobodyHereListensTo_IsTakenIfItIsWantedElsewhere()
    {
        _neighbour.Interest.Add(MatchPolicy.Exact, "wamp.subscription.on_create"u8);

        new BrokerMember(_realm, "joe").Subscribe("com.topic");

        Assert.That(_neighbour.Taken, Has.Count.EqualTo(1).And.All.StartsWith("wamp.subscription.on_create by the router: "));
    }

    [Test]
    public void Outlet_PublicationHasSubscribersHereToo_HasTheSameIdForAll()
    {
        _neighbour.Interest.Add(MatchPolicy.Exact, "com.a"u8);
        var subscriber = new BrokerMember(_realm);
        var subscription = subscriber.Subscribe("com.a");

        new BrokerMember(_realm).Publish("com.a", "x");

        Assert.That(subscriber.Peer.Sent[^1], Is.EqualTo($$"""[36,{{subscription}},{{_neighbour.Ids.Single()}},{},["x"]]"""));
    }

    [Test]
    public void Interest_SeveralWantTheSame_StaysUntilTheLastOne([Values(0, 1, 2)] int policy)
    {
        var (interest, match) = (_neighbour.Interest, (MatchPolicy)policy);

        Assert.That(interest.Add(match, "com.a"u8), Is.True);
        Assert.That(interest.Add(match, "com.a"u8), Is.False);
        Assert.That(interest.Remove(match, "com.a"u8), Is.False);
        Assert.That(interest.Covers("com.a"u8), Is.True);
        Assert.That(interest.Remove(match, "com.a"u8), Is.True);
        Assert.That(interest.Covers("com.a"u8), Is.False);
        Assert.That(interest.Remove(match, "com.a"u8), Is.False, "nobody is left");
    }
}
