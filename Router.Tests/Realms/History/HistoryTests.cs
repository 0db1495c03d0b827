using System.Text;
using WampRouter.Delivery;
using WampRouter.Realms;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Events;
using WampRouter.Realms.History;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Peers;
using WampRouter.Realms.Settings;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Realms.Broker;
using WampRouter.Tests.Storage;
using WampRouter.Wire;

namespace WampRouter.Tests.Realms.History;

/// <summary>rfc/text/advanced/pubsub_event_history.md: what is recorded, and who gets it.</summary>
public sealed class HistoryTests
{
    private const ulong Auth = 1;
    private const ulong Log = 2;

    private ManualTime _time = null!;
    private ScriptedHistories _histories = null!;
    private Realm _realm = null!;
    private BrokerMember _publisher = null!;

    [SetUp]
    public void SetUp()
    {
        _time = new ManualTime();
        _histories = new ScriptedHistories();
        var open = TestRouter.OpenRealm.Roles[0];
        var reader = new RoleSettings
        {
            Name = "reader",
            Permissions = [BrokerRig.Rule("com.log", MatchPolicy.Prefix, Permissions.Subscribe), BrokerRig.Rule("com.log.auth", MatchPolicy.Exact, Permissions.None)],
        };
        _realm = new Realm(
            TestRouter.OpenRealm with
            {
                Roles = [open, reader, new RoleSettings { Name = "nobody" }],
                History = [new HistorySettings { Uri = "com.log.auth" }, new HistorySettings { Uri = "com.log", Match = MatchPolicy.Prefix }],
            },
            _time,
            _histories);
        _publisher = new BrokerMember(_realm, "boss");
    }

    [Test]
    [Shows("history.by-subscription", "history.unsubscribed-topics")]
    public async Task Publish_NobodySubscribed_IsInTheHistoryOfEachSubscriptionThatMatches()
    {
        _publisher.Publish("com.log.auth", "1");
        _publisher.Publish("com.log.basket", "2");
        _publisher.Publish("com.other", "3");

        Assert.That(await ReadAsync(Auth), Is.EqualTo(new[] { "1" }));
        Assert.That(await ReadAsync(Log), Is.EqualTo(new[] { "1", "2" }));
    }

    [Test]
    [Shows("history.dummy-subscription")]
    public void Subscribe_SubscriptionWithAHistory_IsTheSameForAllAndStays()
    {
        var first = new BrokerMember(_realm);
        Assert.That(first.Subscribe("com.log", """{"match":"prefix"}"""), Is.EqualTo(Log));

        first.Send($"[34,2,{Log}]");
        _realm.Leave(first.Member, new FlushBatch());

        Assert.That(_realm.Broker.Subscriptions, Is.EqualTo(2));
        Assert.That(new BrokerMember(_realm).Subscribe("com.log", """{"match":"prefix"}"""), Is.EqualTo(Log));
    }

    [TestCase("""{"exclude":[4711]}""", 0)]
    [TestCase("""{"eligible":[4711]}""", 0)]
    [TestCase("""{"exclude_authid":["joe"]}""", 1)]
    [TestCase("""{"exclude_me":false}""", 1)]
    [Shows("history.sessions-named")]
    public void Publish_ReceiversNamedBySession_IsNotRecorded(string options, int recorded)
    {
        _publisher.Publish("com.log.auth", "1", options);

        Assert.That(_histories.Opened[0].Events, Has.Count.EqualTo(recorded));
    }

    [Test]
    public void Publish_Refused_IsNotRecorded()
    {
        new BrokerMember(_realm, authRole: "nobody").Publish("com.log.auth", "1");

        Assert.That(_histories.Opened[0].Events, Is.Empty);
    }

    [Test]
    [Shows("history.names-and-roles")]
    public async Task ReadHistory_ListsOfNamesAndRoles_AreAppliedToTheRequester()
    {
        _publisher.Publish("com.log.basket", "all");
        _publisher.Publish("com.log.basket", "joe", """{"eligible_authid":["joe"]}""");
        _publisher.Publish("com.log.basket", "no readers", """{"exclude_authrole":["reader"]}""");

        Assert.That(await ReadAsync(Log, "joe"), Is.EqualTo(new[] { "all", "joe", "no readers" }));
        Assert.That(await ReadAsync(Log, "jim", "reader"), Is.EqualTo(new[] { "all" }));
    }

    [Test]
    [Shows("history.denied-topics")]
    public async Task ReadHistory_PatternOverATopicTheRoleMayNotSubscribeTo_LeavesItOut()
    {
        _publisher.Publish("com.log.auth", "secret");
        _publisher.Publish("com.log.basket", "open");

        Assert.That(await ReadAsync(Log, "jim", "reader"), Is.EqualTo(new[] { "open" }));
    }

    [Test]
    [Shows("history.not-authorized")]
    public void FindHistory_NotAllowedUnknownOrWithoutHistory_SaysSo()
    {
        var nobody = new BrokerMember(_realm, authRole: "nobody");
        var plain = _publisher.Subscribe("com.plain");

        Assert.That(RefusalOf(nobody, Log)?.Error, Is.EqualTo("wamp.error.not_authorized"));
        Assert.That(RefusalOf(_publisher, 4711)?.Error, Is.EqualTo("wamp.error.no_such_subscription"));
        Assert.That(RefusalOf(_publisher, plain)?.Error, Is.EqualTo("wamp.error.history_unavailable"));
    }

    [Test]
    public void Publish_DurableTopic_IsAcknowledgedWhenEveryHistoryHasItSafe()
    {
        _histories.IsDurable = true;

        _publisher.Publish("com.log.auth", "1", """{"acknowledge":true}""");
        Assert.That(_publisher.Peer.Sent, Is.Empty);
        _histories.Opened[1].CompleteAll(isStored: true);
        Assert.That(_publisher.Peer.Sent, Is.Empty);
        _histories.Opened[0].CompleteAll(isStored: true);

        Assert.That(_publisher.Peer.Sent.Single(), Does.StartWith("[17,1,"));
    }

    [Test]
    [Shows("history.not-stored")]
    public void Publish_EventCannotBeWritten_ThePublisherIsToldNotToPublishItAgain()
    {
        var subscriber = new BrokerMember(_realm);
        subscriber.Subscribe("com.log.basket");
        _histories.IsDurable = true;

        _publisher.Publish("com.log.basket", "1", """{"acknowledge":true}""");
        _histories.Opened[1].CompleteAll(isStored: false);

        Assert.That(_publisher.Peer.Sent.Single(), Does.StartWith("[8,16,1,{},\"wamp.error.published_not_stored\"").And.Contain("twice"));
        Assert.That(subscriber.Texts, Is.EqualTo(new[] { "1" }));
    }

    [TestCase("com.log.basket", Description = "the history of a pattern")]
    [TestCase("com.log.auth", Description = "the history of the topic itself")]
    public void Publish_HistoryHasNoRoom_IsRefusedAndReachesNobody(string topic)
    {
        var subscriber = new BrokerMember(_realm);
        subscriber.Subscribe(topic);
        _histories.IsFull = true;

        _publisher.Publish(topic, "1", """{"acknowledge":true}""");

        Assert.That(_publisher.Peer.Sent.Single(), Does.StartWith("[8,16,1,{},\"wamp.error.unavailable\""));
        Assert.That(subscriber.Texts, Is.Empty);
    }

    [Test]
    public void WriteTo_StoredInAnotherSerializer_ReadsAsTheSpecificationHasIt()
    {
        _publisher.Send("""[16,1,{"disclose_me":true},"com.log.basket",[1,[2]],{"a":{}}]""");
        _publisher.Send("""[16,2,{},"com.log.basket"]""");
        var writer = new MessageWriter(new WireEncoding(WireFormat.Json, Framing.RawSocket));
        writer.Begin(MessageCode.Result, elements: 2);

        var page = new HistoryPage(new RecordingPeer(), subscription: 7, maxBytes: 1_000_000);
        Assert.That(_histories.Opened[1].Events.Select(page.TryTake), Is.All.True);
        page.WriteTo(writer);
        writer.End();

        var events = Newtonsoft.Json.Linq.JArray.Parse(Encoding.UTF8.GetString(writer.Body))[1];
        Assert.That(events[0]!["details"]!.ToString(Newtonsoft.Json.Formatting.None), Does.StartWith("{\"topic\":\"com.log.basket\",\"publisher\":"));
        Assert.That(events[0]!["args"]!.ToString(Newtonsoft.Json.Formatting.None), Is.EqualTo("[1,[2]]"));
        Assert.That(events[0]!["kwargs"]!.ToString(Newtonsoft.Json.Formatting.None), Is.EqualTo("{\"a\":{}}"));
        Assert.That((ulong)events[0]!["subscription"]!, Is.EqualTo(7));
        Assert.That((ulong)events[0]!["publication"]!, Is.EqualTo(_histories.Opened[1].Events[0].Publication));
        Assert.That(events[0]!["timestamp"], Is.Not.Null);
        Assert.That(((Newtonsoft.Json.Linq.JObject)events[1]!).Properties().Select(property => property.Name), Is.EqualTo(new[] { "timestamp", "subscription", "publication", "details" }));
    }

    [Test]
    [Shows("history.times-as-told")]
    public void Publish_AtAnyTick_IsKeptWithTheTimeThatReadersAreTold()
    {
        _time.Advance(TimeSpan.FromTicks(12_345_678));

        _publisher.Publish("com.log.auth", "1");

        var time = _histories.Opened[0].Events.Single().Time;
        Assert.That(EventHistoryQuery.Format(time), Is.EqualTo("1970-01-01T00:00:01.234567Z"));
        Assert.That(time, Is.EqualTo(DateTimeOffset.UnixEpoch.AddTicks(12_345_670)));
    }

    private async Task<IEnumerable<string>> ReadAsync(ulong subscription, string authId = "someone", string authRole = "anonymous")
    {
        var query = new EventHistoryQuery();
        var requester = new BrokerMember(_realm, authId, authRole).Member;
        Assert.That(_realm.Broker.FindHistory(requester, _realm.RoleOf(requester), subscription, query, out var history), Is.Null);
        return (await history!.ReadAllAsync(query)).Events.Select(stored => Encoding.UTF8.GetString(stored.Arguments)[2..^2]);
    }

    private Refusal? RefusalOf(BrokerMember requester, ulong subscription) => _realm.Broker.FindHistory(requester.Member, _realm.RoleOf(requester.Member), subscription, new EventHistoryQuery(), out _);

    /// <summary>Histories whose disk is in the test's hands.</summary>
    private sealed class ScriptedHistories : IEventHistories
    {
        public List<ScriptedHistory> Opened { get; } = [];

        public bool IsDurable { get; set; }

        public bool IsFull { get; set; }

        public IEventHistory Open(string realm, HistorySettings settings)
        {
            var history = new ScriptedHistory(this);
            Opened.Add(history);
            return history;
        }
    }

    private sealed class ScriptedHistory(ScriptedHistories all) : IEventHistory
    {
        private readonly List<IAppendReceipt> _receipts = [];

        public List<StoredEvent> Events { get; } = [];

        public void Apply(HistorySettings settings)
        {
        }

        public void Dispose()
        {
        }

        public HistoryVolume Volume => new(Events.Count, Events.Sum(stored => stored.MemoryInBytes));

        public bool TryAppend(StoredEvent stored, IAppendReceipt? receipt)
        {
            if (all.IsFull)
            {
                return false;
            }

            Events.Add(stored);
            if (all.IsDurable && receipt is not null)
            {
                receipt.Expect();
                _receipts.Add(receipt);
            }

            return true;
        }

        public Task ReadAsync(HistoryReading reading)
        {
            reading.Locate(0, Events.Count - 1);
            for (var place = 0; reading.LooksOn; place++)
            {
                if (reading.Wants(Events[place].Time, Events[place].Topic, Events[place].Receivers))
                {
                    reading.Take(place, Events[place]);
                }
                else
                {
                    reading.Pass(place);
                }
            }

            return Task.CompletedTask;
        }

        public void CompleteAll(bool isStored) => _receipts.ForEach(receipt => receipt.Complete(isStored, new FlushBatch()));
    }
}
