using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Newtonsoft.Json.Linq;
using WampRouter.Realms;
using WampRouter.Realms.History;
using WampRouter.Storage;
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
    [TestCase("""[1],{"from_time":"yesterday"}""", WampErrors.InvalidArgument)]
    public void GetEvents_WrongArguments_NameTheMistake(string payload, string error) =>
        Assert.That(Call(new BrokerMember(_realm), payload), Does.StartWith($"[8,48,7,{{}},\"{error}\","));

    [Test]
    public void GetEvents_WithoutAHistory_AreNone()
    {
        var member = new BrokerMember(_realm);
        var subscription = member.Subscribe("com.other");

        Assert.That(Call(member, $"[{subscription}]"), Is.EqualTo("[50,7,{},[[]]]"));
    }

    private string Call(BrokerMember member, string payload)
    {
        var json = $$"""[48,7,{},"wamp.subscription.get_events"{{(payload.Length == 0 ? "" : ",")}}{{payload}}]""";
        Assert.That(MessageReader.TryRead(WireFormat.Json, Encoding.UTF8.GetBytes(json), out var call, out var fault), Is.True, fault);
        Assert.That(_realm.Route(member.Member, call, FlushBatch.OfThread), Is.Null);
        return member.Peer.Sent[^1];
    }
}
