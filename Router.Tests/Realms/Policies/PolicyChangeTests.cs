using System.Text;
using WampRouter.Delivery;
using WampRouter.Realms;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Peers;
using WampRouter.Realms.Settings;
using WampRouter.Tests.Realms.Broker;
using WampRouter.Wire;

namespace WampRouter.Tests.Realms.Policies;

/// <summary>Another policy comes in the place of the one that holds, while sessions stay.</summary>
public sealed class PolicyChangeTests
{
    private delegate Interruption? Routing(in WampMessage message, FlushBatch batch);

    private Realm _realm = null!;

    [SetUp]
    public void SetUp() => _realm = new Realm(Settings(Permissions.All));

    [Test]
    public void Apply_RightIsLost_TheNextMessageIsRefused()
    {
        var publisher = new BrokerMember(_realm);
        publisher.Send("""[16,1,{"acknowledge":true},"com.topic"]""");

        _realm.Apply(Settings(Permissions.Subscribe));
        publisher.Send("""[16,2,{"acknowledge":true},"com.topic"]""");
        publisher.Send("""[48,3,{},"com.procedure"]""");

        Assert.That(publisher.Peer.Sent[0], Does.StartWith("[17,1,"));
        Assert.That(publisher.Peer.Sent[1], Does.StartWith("[8,16,2,").And.Contain("wamp.error.not_authorized"));
        Assert.That(publisher.Peer.Sent[2], Does.StartWith("[8,48,3,").And.Contain("wamp.error.not_authorized"));
    }

    [Test]
    public void Apply_RightIsGiven_TheNextMessageIsTaken()
    {
        _realm = new Realm(Settings(Permissions.None));
        var publisher = new BrokerMember(_realm);
        publisher.Send("""[16,1,{"acknowledge":true},"com.topic"]""");

        _realm.Apply(Settings(Permissions.Publish));
        publisher.Send("""[16,2,{"acknowledge":true},"com.topic"]""");

        Assert.That(publisher.Peer.Sent.Select(message => message[..4]), Is.EqualTo(new[] { "[8,1", "[17," }));
    }

    [TestCase(PeerFeatures.SubscriberRevocation, 1)]
    [TestCase(PeerFeatures.None, 0)]
    public void Apply_SubscriptionIsForbidden_IsRevokedAndItsSessionToldIfItUnderstands(object features, int told)
    {
        var subscriber = new BrokerMember(_realm, features: (PeerFeatures)features);
        var id = subscriber.Subscribe("com.topic");
        var other = new BrokerMember(_realm, authRole: "other");
        other.Subscribe("com.topic");
        var publisher = new BrokerMember(_realm, authRole: "other");

        var (subscriptions, registrations) = _realm.Apply(Settings(Permissions.All & ~Permissions.Subscribe));
        publisher.Publish("com.topic", "later");

        Assert.That((subscriptions, registrations), Is.EqualTo((1, 0)));
        Assert.That(subscriber.Peer.Sent.Skip(1), Is.EqualTo(Enumerable.Repeat($$"""[35,0,{"subscription":{{id}},"reason":"wamp.error.not_authorized"}]""", told)));
        Assert.That((subscriber.Texts.Count, other.Texts), Is.EqualTo((0, new[] { "later" })));
    }

    [Test]
    public void Apply_PartOfAPatternIsForbidden_EventsOfThatPartDoNotReachIt()
    {
        var subscriber = new BrokerMember(_realm);
        subscriber.Subscribe("com.", """{"match":"prefix"}""");
        var publisher = new BrokerMember(_realm, authRole: "other");
        publisher.Publish("com.secret", "before");

        var (subscriptions, _) = _realm.Apply(Settings(Permissions.All, new PermissionRule { Uri = "com.secret", Allow = Permissions.None }));
        publisher.Publish("com.secret", "after");
        publisher.Publish("com.open", "open");

        Assert.That((subscriptions, subscriber.Texts), Is.EqualTo((0, new[] { "before", "open" })));
    }

    [Test]
    public void Apply_RegistrationIsForbidden_IsRevokedAndCallsFindNobody()
    {
        var callee = new BrokerMember(_realm, features: PeerFeatures.CalleeRevocation);
        callee.Send("""[64,1,{},"com.procedure"]""");
        var caller = new BrokerMember(_realm, authRole: "other");

        var (_, registrations) = _realm.Apply(Settings(Permissions.All & ~Permissions.Register));
        caller.Send("""[48,1,{},"com.procedure"]""");

        Assert.That(registrations, Is.EqualTo(1));
        Assert.That(callee.Peer.Sent[1], Does.StartWith("[67,0,").And.Contain("wamp.error.not_authorized"));
        Assert.That(caller.Peer.Sent.Single(), Does.Contain("no_such_procedure"));
    }

    [Test]
    public void Apply_DisclosureIsForbidden_RegistrationsThatNeedItAreRevoked()
    {
        var callee = new BrokerMember(_realm);
        callee.Send("""[64,1,{"disclose_caller":true},"com.procedure"]""");

        var (_, registrations) = _realm.Apply(Settings(Permissions.All) with { AllowDiscloseMe = false });

        Assert.That(registrations, Is.EqualTo(1));
    }

    [Test]
    public void Apply_RoleIsGone_MayDoNothingAndHasNothing()
    {
        var member = new BrokerMember(_realm, authRole: "other");
        member.Subscribe("com.topic");

        var (subscriptions, _) = _realm.Apply(Settings(Permissions.All) with { Roles = [Role("anonymous", Permissions.All)] });
        member.Send("""[48,7,{},"com.procedure"]""");

        Assert.That(subscriptions, Is.EqualTo(1));
        Assert.That(member.Peer.Sent[^1], Does.StartWith("[8,48,7,").And.Contain("role 'other' may not call"));
        Assert.That(_realm.TryJoin(member.Member.Identity, default, member.Peer, out _, out var refusal), Is.False);
        Assert.That(refusal.Error, Is.EqualTo("wamp.error.no_such_role"));
    }

    [Test]
    public void Apply_LowerLimit_NobodyLosesWhatIsThereAndNobodyGetsMore()
    {
        var subscriber = new BrokerMember(_realm);
        subscriber.Subscribe("com.a");
        subscriber.Subscribe("com.b");

        var (subscriptions, _) = _realm.Apply(Settings(Permissions.All) with { Limits = new RealmLimits { MaxSubscriptionsPerSession = 1, MaxPendingCallsPerSession = 0 } });
        subscriber.Send("""[32,3,{},"com.c"]""");
        subscriber.Send("""[48,4,{},"com.procedure"]""");

        Assert.That((subscriptions, _realm.Broker.Subscriptions), Is.EqualTo((0, 2)));
        Assert.That(subscriber.Peer.Sent[^2], Does.Contain("maxSubscriptionsPerSession"));
        Assert.That(subscriber.Peer.Sent[^1], Does.Contain("maxPendingCallsPerSession"));
    }

    [Test]
    public void Apply_FewerRetainedEvents_TheOldestAreForgotten()
    {
        var publisher = new BrokerMember(_realm);
        foreach (var topic in new[] { "com.a", "com.b", "com.c" })
        {
            publisher.Publish(topic, topic, """{"retain":true}""");
        }

        _realm.Apply(Settings(Permissions.All) with { Retained = new RetainedSettings { MaxEvents = 1 } });
        var subscriber = new BrokerMember(_realm);
        subscriber.Subscribe("com.", """{"match":"prefix","get_retained":true}""");

        Assert.That(subscriber.Texts, Is.EqualTo(new[] { "com.c" }));
    }

    [Test]
    public void Apply_BetweenTheJudgementOfASubscribeAndTheSubscription_ItIsJudgedAgain()
    {
        var subscriber = new BrokerMember(_realm);
        var former = _realm.RoleOf(subscriber.Member);
        _realm.Apply(Settings(Permissions.None));

        Route("""[32,1,{},"com.topic"]""", (in message, batch) => _realm.Broker.Subscribe(subscriber.Member, former, message, batch));

        Assert.That(subscriber.Peer.Sent.Single(), Does.StartWith("[8,32,1,").And.Contain("wamp.error.not_authorized"));
        Assert.That(_realm.Broker.Subscriptions, Is.Zero);
    }

    [Test]
    public void Apply_BetweenTheJudgementOfARegisterAndTheRegistration_ItIsJudgedAgain()
    {
        var callee = new BrokerMember(_realm);
        var former = _realm.RoleOf(callee.Member);
        _realm.Apply(Settings(Permissions.None));

        Route("""[64,1,{},"com.procedure"]""", (in message, batch) => _realm.Dealer.Register(callee.Member, former, message, batch));

        Assert.That(callee.Peer.Sent.Single(), Does.StartWith("[8,64,1,").And.Contain("wamp.error.not_authorized"));
        Assert.That(_realm.Dealer.Registrations.Count, Is.Zero);
    }

    [Test]
    public void Apply_WhileAPublicationIsOnItsWay_PublisherAndReceiversAreJudgedByOnePolicy()
    {
        var subscriber = new BrokerMember(_realm);
        subscriber.Subscribe("com.", """{"match":"prefix"}""");
        var publisher = new BrokerMember(_realm, authRole: "other");
        var former = _realm.RoleOf(publisher.Member);
        _realm.Apply(Settings(Permissions.All, new PermissionRule { Uri = "com.secret", Allow = Permissions.None }));

        Route("""[16,1,{},"com.secret",["judged before"]]""", (in message, batch) => _realm.Broker.Publish(publisher.Member, former, message, batch));
        publisher.Publish("com.secret", "judged after");

        Assert.That(subscriber.Texts, Is.EqualTo(new[] { "judged before" }));
    }

    private static void Route(string json, Routing route)
    {
        Assert.That(MessageReader.TryRead(WireFormat.Json, Encoding.UTF8.GetBytes(json), out var message, out var fault), Is.True, fault);
        Assert.That(route(message, new FlushBatch()), Is.Null);
    }

    private static RealmSettings Settings(Permissions anonymous, params PermissionRule[] more) => new()
    {
        Name = "realm1",
        Roles = [Role("anonymous", anonymous, more), Role("other", Permissions.All)],
    };

    private static RoleSettings Role(string name, Permissions allowed, params PermissionRule[] more) => new()
    {
        Name = name,
        Permissions = [new PermissionRule { Uri = "", Match = MatchPolicy.Prefix, Allow = allowed }, .. more],
    };
}
