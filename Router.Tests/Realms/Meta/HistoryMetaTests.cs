using System.Text;
using Newtonsoft.Json.Linq;
using WampRouter.Delivery;
using WampRouter.Realms;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Metrics;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Settings;
using WampRouter.Storage;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Realms.Broker;
using WampRouter.Tests.Wire;
using WampRouter.Wire;

namespace WampRouter.Tests.Realms.Meta;

/// <summary>rfc/text/advanced/pubsub_event_history.md, as clients ask for it.</summary>
public sealed class HistoryMetaTests
{
    private const ulong Kept = 1;

    private EventHistories _histories = null!;
    private TestMeters _meters = null!;
    private RealmInstruments _instruments = null!;
    private Realm _realm = null!;

    [SetUp]
    public void SetUp()
    {
        _meters = new TestMeters();
        _instruments = new RealmInstruments(_meters.Router);
        _histories = new EventHistories(new ManualTime(), durable: null);
        _realm = new Realm(TestRouter.OpenRealm with { History = [new HistorySettings { Uri = "com.kept" }] }, new ManualTime(), _histories, instruments: _instruments);
    }

    [TearDown]
    public void TearDown() => _meters.Dispose();

    [TestCase("[1]", new[] { 1, 2, 3 })]
    [TestCase("[1.0],{}", new[] { 1, 2, 3 })]
    [TestCase("""[1],{"reverse":true,"limit":2}""", new[] { 3, 2 })]
    [TestCase("[1,2]", new[] { 1, 2 })]
    [TestCase("[1,null]", new[] { 1, 2, 3 })]
    [TestCase("""[1,2],{"limit":1}""", new[] { 1 })]
    public void GetEvents_OfATopicWithAHistory_ReturnsThem(string payload, int[] expected)
    {
        var member = new BrokerMember(_realm);
        foreach (var text in new[] { "1", "2", "3" })
        {
            member.Publish("com.kept", text);
        }

        var result = JArray.Parse(Call(member, payload));

        Assert.That((int)result[0], Is.EqualTo(50), result.ToString());
        Assert.That(result[3][0]!.Select(stored => (int)stored["args"]![0]!), Is.EqualTo(expected));
        Assert.That(result[3][0]!.Select(stored => (ulong)stored["subscription"]!), Is.All.EqualTo(Kept));
    }

    [TestCase("[4711]", WampErrors.NoSuchSubscription)]
    [TestCase("", WampErrors.InvalidArgument)]
    [TestCase("""[1],{"limit":-1}""", WampErrors.InvalidArgument)]
    [TestCase("[1,0]", WampErrors.InvalidArgument)]
    [TestCase("""[1,"10"]""", WampErrors.InvalidArgument)]
    [TestCase("""[1],{"after_publication":4711}""", WampErrors.InvalidArgument)]
    [TestCase("""[1],{"from_time":"yesterday"}""", WampErrors.InvalidArgument)]
    public void GetEvents_WrongArguments_NameTheMistake(string payload, string error) =>
        Assert.That(Call(new BrokerMember(_realm), payload), Does.StartWith($"[8,48,7,{{}},\"{error}\","));

    [Test]
    public void GetEvents_MoreThanOneResultHolds_IsReadPageByPageInBothDirections()
    {
        var member = Publish(new RealmLimits { MaxHistoryResultBytes = 1_024 }, events: 20);

        foreach (var (reverse, condition) in new[] { (false, "after_publication"), (true, "before_publication") })
        {
            var (read, keywords, pages) = (new List<int>(), $$"""{"reverse":{{(reverse ? "true" : "false")}}""", 0);
            JArray result;
            var more = "";
            do
            {
                var answer = Call(member, $"[1],{keywords}{more}}}");
                Assert.That(answer, Has.Length.LessThan(1_024 + 64));
                result = JArray.Parse(answer);
                Assert.That(result, Has.Count.EqualTo(4), "one positional result, as ever");
                read.AddRange(result[3][0]!.Select(stored => (int)stored["args"]![0]!));
                more = $",\"{condition}\":{result[3][0]!.Last()["publication"]}";
                pages++;
            }
            while ((bool?)result[2]["_more"] is true);

            Assert.That(read, Is.EqualTo(reverse ? Enumerable.Range(0, 20).Reverse() : Enumerable.Range(0, 20)));
            Assert.That(pages, Is.GreaterThan(3));
        }
    }

    [Test]
    public void GetEvents_TheLimitIsReachedFirst_DoesNotSayThatThereIsMore()
    {
        var member = Publish(new RealmLimits { MaxHistoryResultBytes = 1_024 }, events: 20);

        Assert.That(Call(member, """[1],{"limit":1}"""), Does.StartWith("[50,7,{},"));
    }

    [TestCase(false, new long[] { 1, 2 })]
    [TestCase(true, new long[] { 3, 2 })]
    [Shows("history.limit")]
    public void GetEvents_EventsThatTheReadersSerializerCannotExpressInTheMiddle_TakeNothingOfTheLimit(bool reverse, long[] expected)
    {
        using var router = new TestRouter(TestRouter.OpenRealm with { History = [new HistorySettings { Uri = "com.mixed" }] }, histories: _histories);
        var publisher = router.Join();
        foreach (var argument in new[] { "1", "1e400", "1e400", "2", "1e400", "123456789012345678901234567890", "3" })
        {
            publisher.Send($$"""[16,1,{},"com.mixed",[{{argument}}]]""");
        }

        var reader = router.Connect(TestPeer.Local(WireFormat.MessagePack));
        reader.Send(Packed("""[1,"realm1",{"roles":{"caller":{}}}]""")).TakeBytes();
        reader.Send(Packed($$"""[48,1,{},"wamp.subscription.get_events",[1],{"limit":2,"reverse":{{(reverse ? "true" : "false")}}}]"""));

        var result = (object?[])ReferenceCodec.Decode(WireFormat.MessagePack, reader.TakeBytes().Single())!;
        var events = ((object?[])((object?[])result[3]!)[0]!).Cast<Dictionary<string, object?>>();
        Assert.That(events.Select(found => Convert.ToInt64(((object?[])found["args"]!)[0], System.Globalization.CultureInfo.InvariantCulture)), Is.EqualTo(expected));
    }

    [Test]
    public void GetEvents_FirstEventIsLargerThanAResult_IsGivenAllTheSame()
    {
        var member = Publish(new RealmLimits { MaxHistoryResultBytes = 1_024 }, events: 1, text: "1" + new string('0', 5_000));
        member.Publish("com.kept", "2");

        var result = JArray.Parse(Call(member, "[1]"));

        Assert.That((result[3][0]!.Count(), (bool?)result[2]["_more"]), Is.EqualTo((1, true)));
    }

    [Test]
    public void GetEvents_ByACallerThatDoesNotRead_HoldsWhatItsOutboxHoldsAndItIsTold()
    {
        using var router = new TestRouter(TestRouter.OpenRealm with { History = [new HistorySettings { Uri = "com.kept" }] }, histories: _histories);
        var publisher = router.Join();
        for (var i = 0; i < 100; i++)
        {
            publisher.Publish("com.kept", new string('x', 60_000));
        }

        var reader = new TestPeer(router.Sessions, outboxBytes: 4 * 1024 * 1024, pauseWriterThreshold: 1);
        reader.Send("""[1,"realm1",{"roles":{"caller":{}}}]""");
        for (var request = 1; request <= 400; request++)
        {
            reader.Send($"[48,{request},{{}},\"wamp.subscription.get_events\",[1]]");
            Assert.That(publisher.CallFor("wamp.session.count").ToString(), Is.EqualTo("2"));
        }

        Assert.That(reader.Aborted, Is.False, "it is not lost for having asked too much");
        var answers = new List<string>();
        while (reader.Take() is { Count: > 0 } some)
        {
            answers.AddRange(some);
        }

        Assert.That(answers, Has.Count.EqualTo(401));
        Assert.That(answers.Count(answer => answer.StartsWith("[50,", StringComparison.Ordinal)), Is.InRange(2, 4));
        Assert.That(answers[^1], Does.StartWith("[8,48,400,{},\"wamp.error.unavailable\"").And.Contain("does not read"));
    }

    [Test]
    [Shows("history.none-kept")]
    public void GetEvents_WithoutAHistory_SaysSo()
    {
        var member = new BrokerMember(_realm);
        var subscription = member.Subscribe("com.other");

        Assert.That(Call(member, $"[{subscription}]"), Does.StartWith("[8,48,7,{},\"wamp.error.history_unavailable\",[\"no history is kept"));
    }

    [Test]
    [Shows("history.permission")]
    public void GetEvents_OfARoleThatMayOnlySubscribeAndAskForThem_NeedsNothingElse()
    {
        var reader = new RoleSettings
        {
            Name = "reader",
            Permissions = [BrokerRig.Rule("com.kept", MatchPolicy.Exact, Permissions.Subscribe), BrokerRig.Rule("wamp.subscription.get_events", MatchPolicy.Exact, Permissions.Call)],
        };
        _realm = new Realm(TestRouter.OpenRealm with { Roles = [reader], History = [new HistorySettings { Uri = "com.kept" }] }, new ManualTime(), _histories, instruments: _instruments);
        var member = new BrokerMember(_realm, authRole: "reader");

        Assert.That(Call(member, $"[{member.Subscribe("com.kept")}]"), Is.EqualTo("[50,7,{},[[]]]"));
        member.Send("""[48,8,{},"wamp.subscription.lookup",["com.kept"]]""");
        Assert.That(member.Peer.Sent[^1], Does.StartWith("[8,48,8,{},\"wamp.error.not_authorized\""));
    }

    [Test]
    public void GetEvents_OfATopicThatMayNotBeSubscribedTo_IsLoggedAndCountedAsEveryRefusalIs()
    {
        var (reader, writer) = (Role("reader", "wamp.subscription.get_events", Permissions.Call), Role("writer", "com.kept", Permissions.Subscribe));
        _realm = new Realm(TestRouter.OpenRealm with { Roles = [reader, writer], History = [new HistorySettings { Uri = "com.kept" }] }, new ManualTime(), _histories, instruments: _instruments);
        var subscription = new BrokerMember(_realm, authRole: "writer").Subscribe("com.kept");
        var member = new BrokerMember(_realm, authRole: "reader");
        using var refused = new Measured(_meters.Router, "wamp_router.request.refusals");

        Assert.That(Call(member, $"[{subscription}]"), Does.StartWith("[8,48,7,{},\"wamp.error.not_authorized\",[\"role 'reader' may not subscribe to 'com.kept'"));

        Assert.That(member.Peer.Notes.Single(), Does.Contain("'wamp.subscription.get_events'").And.Contain("may not subscribe to 'com.kept'"));
        Assert.That(refused.Sum, Is.EqualTo(1));

        static RoleSettings Role(string name, string uri, Permissions allow) => new() { Name = name, Permissions = [BrokerRig.Rule(uri, MatchPolicy.Exact, allow)] };
    }

    [Test]
    public void GetEvents_RefusedWhenItWasRead_IsCounted()
    {
        var member = Publish(new RealmLimits(), events: 1);
        using var refused = new Measured(_meters.Router, "wamp_router.request.refusals");

        Assert.That(Call(member, $$"""[{{member.Subscribe("com.kept")}}],{"from_publication":1}"""), Does.Contain("names an event that is not in this history"));

        Assert.That(refused.Sum, Is.EqualTo(1));
    }

    private BrokerMember Publish(RealmLimits limits, int events, string? text = null)
    {
        _realm = new Realm(TestRouter.OpenRealm with { History = [new HistorySettings { Uri = "com.kept" }], Limits = limits }, new ManualTime(), _histories, instruments: _instruments);
        var member = new BrokerMember(_realm);
        for (var i = 0; i < events; i++)
        {
            member.Publish("com.kept", text ?? $"{i}");
        }

        return member;
    }

    private string Call(BrokerMember member, string payload)
    {
        var json = $$"""[48,7,{},"wamp.subscription.get_events"{{(payload.Length == 0 ? "" : ",")}}{{payload}}]""";
        Assert.That(MessageReader.TryRead(WireFormat.Json, Encoding.UTF8.GetBytes(json), out var call, out var fault), Is.True, fault);
        Assert.That(_realm.Route(member.Member, call, FlushBatch.OfThread), Is.Null);
        return member.Peer.Sent[^1];
    }

    private static byte[] Packed(string json) => ReferenceCodec.Encode(WireFormat.MessagePack, ReferenceCodec.Decode(WireFormat.Json, Encoding.UTF8.GetBytes(json)));
}
