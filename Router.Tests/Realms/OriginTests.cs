using System.Text;
using WampRouter.Delivery;
using WampRouter.Realms;
using WampRouter.Realms.Members;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Peers;
using WampRouter.Realms.Settings;
using WampRouter.Storage;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Realms.Broker;
using WampRouter.Wire;

namespace WampRouter.Tests.Realms;

/// <summary>Publications and calls of somebody who is no member of the realm, for whom another router speaks.</summary>
public sealed class OriginTests
{
    private const PeerFeatures Everything = (PeerFeatures)~0;

    private static readonly Origin Ann = new(new MemberIdentity(4711, "ann", "staff", "ticket", "static"), TrustLevel: 3, Elsewhere: "node2");

    private RecordingNeighbour _neighbour = null!;
    private Realm _realm = null!;
    private RecordingPeer _far = null!;
    private Member _link = null!;

    [SetUp]
    public void SetUp() => Use(TestRouter.OpenRealm);

    [Test]
    public void PublishFrom_Disclosed_SubscribersLearnWhoAndHowTrusted()
    {
        var subscriber = new BrokerMember(_realm);
        var subscription = subscriber.Subscribe("com.topic");

        Publish("""[16,1,{"disclose_me":true},"com.topic",["x"]]""", id: 99);

        Assert.That(
            subscriber.Peer.Sent[^1],
            Is.EqualTo($$"""[36,{{subscription}},99,{"publisher":4711,"publisher_authid":"ann","publisher_authrole":"staff","trustlevel":3},["x"]]"""));
    }

    [Test]
    public void PublishFrom_NotDisclosed_SubscribersLearnOnlyTheTrust()
    {
        var subscriber = new BrokerMember(_realm);
        var subscription = subscriber.Subscribe("com.", """{"match":"prefix"}""");

        Publish("""[16,1,{},"com.topic",["x"]]""", id: 99);

        Assert.That(subscriber.Peer.Sent[^1], Is.EqualTo($$"""[36,{{subscription}},99,{"topic":"com.topic","trustlevel":3},["x"]]"""));
    }

    [Test]
    public void PublishFrom_ListsOfReceivers_HoldHereToo()
    {
        var (staff, guest) = (new BrokerMember(_realm, "bob"), new BrokerMember(_realm, "guest"));
        staff.Subscribe("com.topic");
        guest.Subscribe("com.topic");

        Publish("""[16,1,{"eligible_authid":["bob"]},"com.topic",["x"]]""");

        Assert.That(staff.Texts, Is.EqualTo(new[] { "x" }));
        Assert.That(guest.Texts, Is.Empty);
    }

    [Test]
    public void PublishFrom_WantedElsewhere_IsNotSentBack()
    {
        _neighbour.Interest.Add(MatchPolicy.Exact, "com.topic"u8);

        Publish("""[16,1,{},"com.topic",["x"]]""");

        Assert.That(_neighbour.Taken, Is.Empty);
    }

    [Test]
    public void PublishFrom_Retained_ReachesWhoComesLaterAndCountsForItsPublisher()
    {
        Publish("""[16,1,{"retain":true,"disclose_me":true},"com.topic",["x"]]""", id: 99);

        var subscriber = new BrokerMember(_realm);
        var subscription = subscriber.Subscribe("com.topic", """{"get_retained":true}""");

        Assert.That(
            subscriber.Peer.Sent[^1],
            Is.EqualTo($$"""[36,{{subscription}},99,{"publisher":4711,"publisher_authid":"ann","publisher_authrole":"staff","trustlevel":3,"retained":true},["x"]]"""));
    }

    [Test]
    public void PublishFrom_TopicWithAHistory_IsKept()
    {
        Use(TestRouter.OpenRealm with { History = [new HistorySettings { Uri = "com.topic" }] });
        Publish("""[16,1,{},"com.topic",["x"]]""", id: 99);
        var reader = new BrokerMember(_realm);
        var subscription = reader.Subscribe("com.topic");

        reader.Send($$"""[48,2,{},"wamp.subscription.get_events",[{{subscription}}]]""");

        Assert.That(() => reader.Peer.Sent, Has.Exactly(1).Contains("\"publication\":99").After(5_000, 10));
    }

    [TestCase("""[16,1,{},"not a uri"]""", WampErrors.InvalidUri)]
    [TestCase("""[16,1,{"eligible":null},"com.topic"]""", WampErrors.InvalidArgument)]
    [TestCase("""[16,1,{"exclude_me":7},"com.topic"]""", WampErrors.InvalidArgument)]
    public void PublishFrom_CannotBePublished_SaysWhy(string publish, string error) => Assert.That(Publish(publish)?.Error, Is.EqualTo(error));

    [Test]
    public void CallFrom_Disclosed_CalleeLearnsWhoAndTheLinkGetsTheResult()
    {
        var callee = new BrokerMember(_realm, features: Everything);
        callee.Send("""[64,1,{},"com.procedure"]""");

        Call("""[48,1000,{"disclose_me":true},"com.procedure",["x"]]""");
        callee.Send("""[70,1,{},["y"]]""");

        Assert.That(callee.Peer.Sent[^1], Is.EqualTo("""[68,1,1,{"caller":4711,"caller_authid":"ann","caller_authrole":"staff","trustlevel":3},["x"]]"""));
        Assert.That(_far.Sent, Is.EqualTo(new[] { """[50,1000,{},["y"]]""" }));
    }

    [Test]
    public void CallFrom_CalleeReturnsIt_TheNextOneLearnsTheSame()
    {
        var callees = new[] { new BrokerMember(_realm, features: Everything), new BrokerMember(_realm, features: Everything) };
        foreach (var callee in callees)
        {
            callee.Send("""[64,1,{"invoke":"first"},"com.procedure"]""");
        }

        Call("""[48,1000,{"disclose_me":true},"com.procedure"]""");
        callees[0].Send("""[8,68,1,{},"wamp.error.unavailable"]""");

        Assert.That(callees[1].Peer.Sent[^1], Is.EqualTo(callees[0].Peer.Sent[^1]).And.Contains("\"caller\":4711"));
    }

    [Test]
    public void CallFrom_RealmForbidsDisclosureToItsOwn_OriginDecides()
    {
        Use(TestRouter.OpenRealm with { AllowDiscloseMe = false });
        var callee = new BrokerMember(_realm);
        callee.Send("""[64,1,{},"com.procedure"]""");

        Call("""[48,1,{"disclose_me":true},"com.procedure"]""");

        Assert.That(callee.Peer.Sent[^1], Does.Contain("\"caller\":4711"));
    }

    [Test]
    public void CallFrom_NobodyServes_LinkGetsTheError()
    {
        Call("""[48,1000,{},"com.procedure"]""");

        Assert.That(_far.Sent.Single(), Does.StartWith("""[8,48,1000,{},"wamp.error.no_such_procedure","""));
    }

    [Test]
    public void CallFrom_MoreThanASessionMayHave_AreTaken()
    {
        Use(TestRouter.OpenRealm with { Limits = new RealmLimits { MaxPendingCallsPerSession = 1 } });
        var callee = new BrokerMember(_realm);
        callee.Send("""[64,1,{},"com.procedure"]""");

        Call("""[48,1,{},"com.procedure"]""");
        Call("""[48,2,{},"com.procedure"]""");

        Assert.That(_far.Sent, Is.Empty, "nothing is refused");
        Assert.That(callee.Peer.Sent, Has.Count.EqualTo(3));
    }

    [Test]
    public void Leave_LinkIsLost_ItsCallsAreInterruptedAndNobodyIsToldOfASession()
    {
        var callee = new BrokerMember(_realm, features: Everything);
        callee.Send("""[64,1,{},"com.procedure"]""");
        Call("""[48,1000,{},"com.procedure"]""");
        _neighbour.Heard.Clear();

        _realm.Leave(_link, new FlushBatch());

        Assert.That(callee.Peer.Sent[^1], Does.StartWith("[69,1,"), "INTERRUPT");
        Assert.That(_neighbour.Heard, Is.Empty);
    }

    [Test]
    public void Link_NoSession_CountsForNoLimitAndIsSeenByNobody()
    {
        Use(TestRouter.OpenRealm with { Limits = new RealmLimits { MaxSessions = 1 } });
        var member = new BrokerMember(_realm);
        _realm.Announce(member.Member, new FlushBatch());

        member.Send("""[48,1,{},"wamp.session.count"]""");

        Assert.That(member.Peer.Sent[^1], Is.EqualTo("[50,1,{},[1]]"));
    }

    [Test]
    public void Link_AnotherPolicy_MayStillSpeakForThoseElsewhere()
    {
        _realm.Apply(TestRouter.OpenRealm with { Roles = [] });
        Call("""[48,1000,{},"com.procedure"]""");

        Assert.That(_far.Sent.Single(), Does.Contain("wamp.error.no_such_procedure"), "and not not_authorized");
    }

    private void Use(RealmSettings settings)
    {
        _neighbour = new RecordingNeighbour();
        _far = new RecordingPeer();
        _realm = new Realm(settings, histories: new EventHistories(TimeProvider.System, durable: null), neighbours: _neighbour.AsNeighbours);
        _link = _realm.Link("node2", Everything, _far);
    }

    private Refusal? Publish(string json, ulong id = 7)
    {
        Assert.That(MessageReader.TryRead(WireFormat.Json, Encoding.UTF8.GetBytes(json), out var message, out var fault), Is.True, fault);
        return _realm.Broker.PublishFrom(Ann, id, message, new FlushBatch());
    }

    private void Call(string json)
    {
        Assert.That(MessageReader.TryRead(WireFormat.Json, Encoding.UTF8.GetBytes(json), out var message, out var fault), Is.True, fault);
        Assert.That(_realm.Dealer.CallFrom(Ann, _link, message, new FlushBatch()), Is.Null);
    }
}
