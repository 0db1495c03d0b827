using System.Text;
using WampRouter.Delivery;
using WampRouter.Realms;
using WampRouter.Realms.Broker;
using WampRouter.Realms.Members;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Settings;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Realms.Broker;

/// <summary>What the rest of the router may ask of a broker: to be told of changes, to look, to publish.</summary>
public sealed class BrokerSeamTests
{
    private Realm _realm = null!;
    private RecordingObserver _observer = null!;

    private RealmNeighbours Observers => new() { Subscriptions = [_observer] };

    [SetUp]
    public void SetUp()
    {
        _observer = new RecordingObserver();
        _realm = new Realm(TestRouter.OpenRealm, new ManualTime(), neighbours: Observers);
    }

    [Test]
    public void Observer_SessionsComeAndGo_HearsOfItInTheSpecifiedOrder()
    {
        var (first, second) = (new BrokerMember(_realm, "first"), new BrokerMember(_realm, "second"));

        var subscription = first.Subscribe("com.topic");
        first.Subscribe("com.topic");
        second.Subscribe("com.topic");
        first.Send($"[34,9,{subscription}]");
        _realm.Broker.Revoke(second.Session, subscription, "com.why", new FlushBatch());

        Assert.That(_observer.Taken(), Is.EqualTo(new[]
        {
            "create com.topic first", "subscribe com.topic first", "subscribe com.topic second",
            "unsubscribe com.topic first", "unsubscribe (revoked) com.topic second", "delete com.topic second",
        }));
    }

    [Test]
    public void Observer_SessionLeaves_HearsOfEachOfItsSubscriptions()
    {
        var member = new BrokerMember(_realm, "first");
        member.Subscribe("com.a");
        member.Subscribe("com.", """{"match":"prefix"}""");
        _observer.Taken();

        _realm.Leave(member.Member, new FlushBatch());

        Assert.That(_observer.Taken(), Is.EqualTo(new[] { "unsubscribe com.a first", "delete com.a first", "unsubscribe com. first", "delete com. first" }));
    }

    [Test]
    public void Observer_Subscribing_HearsOfItAfterTheAnswerIsEnqueued()
    {
        var member = new BrokerMember(_realm);
        _observer.OnNext = () => Assert.That(member.Peer.Sent, Has.Count.EqualTo(1));

        member.Subscribe("com.topic");

        Assert.That(_observer.OnNext, Is.Null);
    }

    [Test]
    public void Observer_SubscriptionWithAHistory_IsCreatedAndDeletedWithItsSubscribers()
    {
        var histories = new WampRouter.Storage.EventHistories(TimeProvider.System, durable: null);
        _realm = new Realm(TestRouter.OpenRealm with { History = [new HistorySettings { Uri = "com.topic" }] }, histories: histories, neighbours: Observers);
        var member = new BrokerMember(_realm, "first");

        member.Send($"[34,9,{member.Subscribe("com.topic")}]");

        Assert.That(_observer.Taken(), Is.EqualTo(new[] { "create com.topic first", "subscribe com.topic first", "unsubscribe com.topic first", "delete com.topic first" }));
    }

    [Test]
    public void Queries_SeveralSubscriptions_AreFoundByIdByUriAndByTopic()
    {
        var (first, second) = (new BrokerMember(_realm), new BrokerMember(_realm));
        var exact = first.Subscribe("com.a");
        var prefix = second.Subscribe("com.", """{"match":"prefix"}""");
        var wildcard = second.Subscribe(".b", """{"match":"wildcard"}""");
        second.Subscribe("com.a");
        var broker = _realm.Broker;

        Assert.Multiple(() =>
        {
            Assert.That(broker.ListSubscriptions().Select(s => s.Id), Is.EquivalentTo(new[] { exact, prefix, wildcard }));
            Assert.That(broker.FindSubscription(MatchPolicy.Prefix, "com."u8)?.Id, Is.EqualTo(prefix));
            Assert.That(broker.FindSubscription(MatchPolicy.Exact, "com."u8), Is.Null);
            Assert.That(broker.FindSubscription(wildcard)?.Uri, Is.EqualTo(".b"u8.ToArray()));
            Assert.That(broker.FindSubscription(4711), Is.Null);
            Assert.That(broker.MatchSubscriptions("com.a"u8).Select(s => s.Id), Is.EqualTo(new[] { exact, prefix }));
            Assert.That(broker.MatchSubscriptions("net.b"u8).Select(s => s.Id), Is.EqualTo(new[] { wildcard }));
            Assert.That(broker.MatchSubscriptions("net.c"u8), Is.Empty);
            Assert.That(broker.FindSubscription(exact)!.Subscribers.ToArray().Select(s => s.Member), Is.EqualTo(new[] { first.Member, second.Member }));
            Assert.That(broker.FindSubscription(exact)!.Created, Is.EqualTo(DateTimeOffset.UnixEpoch));
        });
    }

    [Test]
    public void PublishInternal_SubscribersOfATopicOfTheRouter_GetIt()
    {
        using var router = new TestRouter();
        var json = router.Join();
        var id = json.Subscribe("wamp.test.on_change");
        var pattern = json.SubscribeTo("prefix", "wamp.test.");
        var pack = router.Connect(TestPeer.Local(WireFormat.MessagePack));
        pack.Send([0x93, 0x01, 0xA6, .. "realm1"u8, 0x81, 0xA5, .. "roles"u8, 0x81, 0xAA, .. "subscriber"u8, 0x80]);
        pack.Send([0x94, 0x20, 0x01, 0x80, 0xB3, .. "wamp.test.on_change"u8]);
        pack.TakeBytes();
        json.Take();

        Publish(router.Hosted.Realm, except: null);

        var events = json.Take();
        Assert.That(events[0], Does.StartWith($"[36,{id},").And.EndWith(",{},[7,\"é\"]]"));
        Assert.That(events[1], Does.StartWith($"[36,{pattern},").And.EndWith(",{\"topic\":\"wamp.test.on_change\"},[7,\"é\"]]"));
        Assert.That(pack.TakeBytes().Single(), Has.Length.GreaterThan(6).And.Matches<byte[]>(bytes => bytes.AsSpan().EndsWith((ReadOnlySpan<byte>)[0x80, 0x92, 7, 0xA2, 0xC3, 0xA9])));
    }

    [Test]
    public void PublishInternal_ExceptASession_ThatOneGetsNone()
    {
        var (cause, other) = (new BrokerMember(_realm), new BrokerMember(_realm));
        cause.Subscribe("wamp.test.on_change");
        other.Subscribe("wamp.test.on_change");

        Publish(_realm, cause.Member);

        Assert.That(cause.Peer.Sent, Has.Count.EqualTo(1));
        Assert.That(other.Peer.Sent, Has.Count.EqualTo(2));
    }

    [Test]
    public void PublishInternal_NobodyListens_WritesNothing() =>
        _realm.Broker.Publications.PublishInternal("wamp.test.on_change"u8, 0, (_, _) => Assert.Fail("there is nobody to write for"), new FlushBatch());

    private static void Publish(Realm realm, Member? except)
    {
        var batch = FlushBatch.OfThread;
        realm.Broker.Publications.PublishInternal(
            "wamp.test.on_change"u8,
            "é",
            static (writer, text) =>
            {
                writer.BeginList(2);
                writer.WriteInteger(7);
                writer.WriteText(text);
                writer.EndList();
            },
            batch,
            except);
        batch.Flush();
    }

    private sealed class RecordingObserver : ISubscriptionObserver
    {
        private readonly List<string> _heard = [];

        public Action? OnNext { get; set; }

        public string[] Taken()
        {
            string[] taken = [.. _heard];
            _heard.Clear();
            return taken;
        }

        public void OnCreate(Member member, Subscription subscription, FlushBatch batch) => Note("create", member, subscription);

        public void OnSubscribe(Member member, Subscription subscription, FlushBatch batch) => Note("subscribe", member, subscription);

        public void OnUnsubscribe(Member member, Subscription subscription, bool isRevoked, FlushBatch batch) => Note(isRevoked ? "unsubscribe (revoked)" : "unsubscribe", member, subscription);

        public void OnDelete(Member member, Subscription subscription, FlushBatch batch) => Note("delete", member, subscription);

        private void Note(string what, Member member, Subscription subscription)
        {
            var next = OnNext;
            OnNext = null;
            next?.Invoke();
            _heard.Add($"{what} {Encoding.UTF8.GetString(subscription.Uri)} {member.Identity.AuthId}");
        }
    }
}
