using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Newtonsoft.Json.Linq;
using WampRouter.Realms;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.History;
using WampRouter.Storage;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Realms.Broker;
using WampRouter.Wire;

namespace WampRouter.Tests.Realms.Meta;

/// <summary>rfc/text/advanced/pubsub_event_history.md, as clients ask for it.</summary>
public sealed class HistoryMetaTests
{
    private const ulong Kept = 1;

    private EventHistories _histories = null!;
    private Realm _realm = null!;

    [SetUp]
    public void SetUp()
    {
        _histories = new EventHistories(TestContext.CurrentContext.WorkDirectory, new ManualTime(), NullLogger<EventHistories>.Instance);
        _realm = new Realm(TestRouter.OpenRealm with { History = [new HistorySettings { Uri = "com.kept" }] }, new ManualTime(), _histories);
    }

    [TearDown]
    public void TearDown() => _histories.Dispose();

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
        _realm = new Realm(TestRouter.OpenRealm with { Roles = [reader], History = [new HistorySettings { Uri = "com.kept" }] }, new ManualTime(), _histories);
        var member = new BrokerMember(_realm, authRole: "reader");

        Assert.That(Call(member, $"[{member.Subscribe("com.kept")}]"), Is.EqualTo("[50,7,{},[[]]]"));
        member.Send("""[48,8,{},"wamp.subscription.lookup",["com.kept"]]""");
        Assert.That(member.Peer.Sent[^1], Does.StartWith("[8,48,8,{},\"wamp.error.not_authorized\""));
    }

    private string Call(BrokerMember member, string payload)
    {
        var json = $$"""[48,7,{},"wamp.subscription.get_events"{{(payload.Length == 0 ? "" : ",")}}{{payload}}]""";
        Assert.That(MessageReader.TryRead(WireFormat.Json, Encoding.UTF8.GetBytes(json), out var call, out var fault), Is.True, fault);
        Assert.That(_realm.Route(member.Member, call, FlushBatch.OfThread), Is.Null);
        return member.Peer.Sent[^1];
    }
}
