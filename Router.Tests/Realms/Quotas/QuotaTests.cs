using WampRouter.Realms;
using WampRouter.Realms.Metrics;
using WampRouter.Realms.Quotas;
using WampRouter.Realms.Settings;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Realms.Broker;
using WampRouter.Tests.Realms.Dealer;
using WampRouter.Tests.Realms.Meta;
using WampRouter.Wire;

namespace WampRouter.Tests.Realms.Quotas;

/// <summary>What sessions make a realm hold counts for each, for its principal and for the realm, and nothing of it is left when they leave.</summary>
public sealed class QuotaTests
{
    private const string Testament = """["com.will",["x"]]""";

    private TestRouter? _router;

    [TearDown]
    public void TearDown() => _router?.Dispose();

    [Test]
    public void Take_MoreThanALevelHas_TakesNothingAtAnyAndNamesTheLimit()
    {
        var quota = Quota(new RealmLimits { MaxDefinitionsPerSession = 4, MaxDefinitionsPerPrincipal = 5, MaxDefinitions = 6 });
        var (first, second, other) = (Enter(quota, "joe"), Enter(quota, "joe"), Enter(quota, "jim"));

        Assert.That(first.Take(Resource.Definitions, 4), Is.Null);
        Assert.That(first.Take(Resource.Definitions, 1)?.Limit, Is.EqualTo("maxDefinitionsPerSession"));
        Assert.That(second.Take(Resource.Definitions, 2)?.Limit, Is.EqualTo("maxDefinitionsPerPrincipal"));
        Assert.That(other.Take(Resource.Definitions, 3)?.Limit, Is.EqualTo("maxDefinitions"));
        Assert.That(quota.Total.Used(Resource.Definitions), Is.EqualTo(4));
        Assert.That(second.Take(Resource.Definitions, 1), Is.Null);
        first.Give(Resource.Definitions, 4);
        Assert.That(other.Take(Resource.Definitions, 4), Is.Null, "what was refused counts nowhere");
    }

    [Test]
    public void Take_ThingsWhoseBytesFindNoRoom_DoNotCountEither()
    {
        var quota = Quota(new RealmLimits { MaxTestamentBytesPerPrincipal = 100 });
        var session = Enter(quota, "joe");

        Assert.That(session.Take(Resource.Testaments, 1, Resource.TestamentBytes, 101)?.Limit, Is.EqualTo("maxTestamentBytesPerPrincipal"));
        Assert.That(quota.Total.Used(Resource.Testaments), Is.Zero);
    }

    [Test]
    public void Leave_WithThingsLeft_GivesThemBackAndCountsNothingMore()
    {
        var quota = Quota(new RealmLimits());
        var session = Enter(quota, "joe");
        session.Take(Resource.Subscriptions, 7);

        quota.Leave("joe", session);
        session.Take(Resource.Subscriptions, 1);
        session.Give(Resource.Subscriptions, 8);

        Assert.That((quota.Total.Used(Resource.Subscriptions), quota.Total.Used(Resource.Sessions), quota.Principals), Is.EqualTo((0, 0, 0)));
    }

    [Test]
    public void Take_AtManyThreads_NeverGoesBeyondTheLimit()
    {
        var quota = Quota(new RealmLimits { MaxHeldCallBytes = 1_000 });
        Parallel.For(0, 8, principal =>
        {
            var session = Enter(quota, $"{principal}");
            for (var i = 0; i < 1_000; i++)
            {
                session.Take(Resource.HeldCallBytes, 3);
                Assert.That(quota.Total.Used(Resource.HeldCallBytes), Is.LessThanOrEqualTo(1_000));
            }
        });

        Assert.That(quota.Total.Used(Resource.HeldCallBytes), Is.EqualTo(999));
    }

    [TestCase("maxSubscriptions")]
    [TestCase("maxSubscriptionsPerPrincipal")]
    [TestCase("maxSubscriptionBytes")]
    [TestCase("maxSubscriptionBytesPerPrincipal")]
    [TestCase("maxRegistrations")]
    [TestCase("maxRegistrationsPerPrincipal")]
    [TestCase("maxRegistrationBytes")]
    [TestCase("maxRegistrationBytesPerPrincipal")]
    [TestCase("maxTestamentBytes")]
    [TestCase("maxTestamentBytesPerPrincipal")]
    [TestCase("maxDefinitions")]
    [TestCase("maxDefinitionsPerPrincipal")]
    [TestCase("maxDefinitionBytes")]
    [TestCase("maxDefinitionBytesPerPrincipal")]
    public void Request_BeyondALimitOfAllSessions_IsRefusedCountedAndLoggedUntilSomebodyLeaves(string limit)
    {
        var request = RequestOf(limit);
        var log = new LogRecorder<Realm>();
        _router = new TestRouter(TestRouter.OpenRealm with { Limits = OneOf(limit) }, realmLogger: log);
        using var refused = new Measured(_router.Meter, "wamp_router.limit.hits");
        var (first, second) = (_router.Join(), _router.Join());

        Assert.That(first.Send(request.Replace("$", "a", StringComparison.Ordinal)).Take().Single(), Does.Not.StartWith("[8,"));
        var answer = second.Send(request.Replace("$", "b", StringComparison.Ordinal)).Take().Single();

        Assert.That(answer, Does.StartWith("[8,").And.Contain(WampErrors.Unavailable).And.Contain($"(limits.{limit} of the realm)"));
        Assert.That(refused.Tags, Is.EqualTo(new[] { $"limit=limits.{limit},realm=realm1" }));
        Assert.That(log.Of(1301).Single(), Does.Contain($"limits.{limit} is reached"));
        first.Disconnect();
        Assert.That(second.Send(request.Replace("$", "b", StringComparison.Ordinal)).Take().Single(), Does.Not.StartWith("[8,"), "there is room again");
    }

    [TestCase("maxSessions")]
    [TestCase("maxSessionsPerPrincipal")]
    public void Hello_BeyondTheLimitOfSessions_IsAborted(string limit)
    {
        _router = new TestRouter(TestRouter.OpenRealm with { Limits = limit == "maxSessions" ? new RealmLimits { MaxSessions = 2 } : new RealmLimits { MaxSessionsPerPrincipal = 2 } });
        using var refused = new Measured(_router.Meter, "wamp_router.limit.hits");
        var first = _router.Join();
        _router.Join();

        Assert.That(Hello(), Does.StartWith("[3,").And.Contain(WampErrors.Unavailable).And.Contain($"limits.{limit}"));
        Assert.That(refused.Tags, Is.EqualTo(new[] { $"limit=limits.{limit},realm=realm1" }));
        first.Disconnect();
        Assert.That(Hello(), Does.StartWith("[2,"));

        string Hello() => _router.Connect().Send("""[1,"realm1",{"roles":{"caller":{}}}]""").Take().Single();
    }

    [Test]
    public void Hello_OfAnotherAddress_HasALimitOfItsOwn()
    {
        _router = new TestRouter(TestRouter.OpenRealm with { Limits = new RealmLimits { MaxSessionsPerPrincipal = 1 } });

        foreach (var address in new[] { "192.0.2.1", "192.0.2.2", "2001:db8::1" })
        {
            _router.Connect(From(address)).Join();
        }

        Assert.That(_router.Connect(From("192.0.2.1")).Send("""[1,"realm1",{"roles":{"caller":{}}}]""").Take().Single(), Does.StartWith("[3,"));
        Assert.That(_router.Connect(From("2001:db8::2")).Send("""[1,"realm1",{"roles":{"caller":{}}}]""").Take().Single(), Does.StartWith("[3,"), "the same network");

        static WampRouter.Sessions.Connections.ConnectionDetails From(string address) => TestPeer.Local(WireFormat.Json) with { RemoteEndPoint = new System.Net.IPEndPoint(System.Net.IPAddress.Parse(address), 1) };
    }

    [TestCase(10, 1_000_000, 1_000_000, "maxHeldCallBytes")]
    [TestCase(1_000_000, 10, 1_000_000, "maxHeldCallBytesPerPrincipal")]
    [TestCase(1_000_000, 1_000_000, 10, "maxHeldCallBytesPerSession")]
    public void Call_InPiecesBeyondTheLimitOfHeldCalls_IsRefused(int all, int principal, int session, string limit)
    {
        _router = new TestRouter(TestRouter.OpenRealm with { Limits = new RealmLimits { MaxHeldCallBytes = all, MaxHeldCallBytesPerPrincipal = principal, MaxHeldCallBytesPerSession = session } });
        _router.Join(DealerRig.Announcing("progressive_call_invocations call_canceling")).Register("com.procedure");

        var answer = _router.Join(DealerRig.Announcing("", caller: "progressive_call_invocations call_canceling")).Send("""[48,1,{"progress":true},"com.procedure"]""").Take().Single();

        Assert.That(answer, Does.StartWith("[8,48,1,").And.Contain($"limits.{limit} "));
    }

    [Test]
    public void Retain_MoreThanAPrincipalMayHave_ItsOwnOldestGiveWay()
    {
        var realm = new Realm(TestRouter.OpenRealm with { Retained = new RetainedSettings { MaxBytesPerPrincipal = 1_000 } });
        var (modest, greedy, reader) = (new BrokerMember(realm, "modest"), new BrokerMember(realm, "greedy"), new BrokerMember(realm, "reader"));
        modest.Publish("com.modest", "m", """{"retain":true}""");
        for (var i = 0; i < 10; i++)
        {
            greedy.Publish($"com.greedy.{i}", $"g{i}", """{"retain":true}""");
        }

        reader.Subscribe("com.", """{"match":"prefix","get_retained":true}""");

        Assert.That(reader.Texts, Is.EqualTo(new[] { "m", "g7", "g8", "g9" }));
    }

    [Test]
    public void Leave_OfEverybodyAfterEverything_LeavesNothingCounted()
    {
        var time = new ManualTime();
        _router = new TestRouter(time: time);
        for (var round = 0; round < 3; round++)
        {
            var (one, other) = (_router.Join(), _router.Join());
            foreach (var peer in new[] { one, other })
            {
                peer.Send("""[32,1,{},"com.topic"]""").Send("""[32,2,{"match":"wildcard"},"com..x"]""").Send("""[34,3,1]""");
                peer.Send("""[64,4,{"invoke":"roundrobin","concurrency":1},"com.procedure"]""").Send("""[64,5,{"match":"prefix","force_reregister":true},"com."]""");
                peer.Send("""[48,16,{},"com.procedure",["x"]]""").Send("""[48,17,{},"com.procedure",["x"]]""").Send("""[48,18,{},"com.procedure",["x"]]""");
                peer.Call("wamp.session.add_testament", Testament);
                peer.Call("wamp.session.add_testament", """["com.will",["y"]],{"scope":"detached"}""");
                peer.Call("wamp.session.flush_testaments", """[],{"scope":"detached"}""");
                peer.Call("wamp.reflect.define", """["com.topic",{"type":"topic"}]""");
                peer.Call("wamp.reflect.define", """["com.topic",{"type":"topic","more":1}]""");
            }

            Assert.That(Enum.GetValues<Resource>().Except([Resource.HistoryReads]).Select(_router.Hosted.Realm.Quota.Total.Used), Is.All.GreaterThan(0));
            one.Disconnect();
            other.Send("""[6,{},"wamp.close.normal"]""");
            Assert.That(Enum.GetValues<Resource>().Select(_router.Hosted.Realm.Quota.Total.Used), Is.All.Zero);
        }

        Assert.That(_router.Hosted.Realm.Quota.Principals, Is.Zero);
    }

    private static RealmQuota Quota(RealmLimits limits) => new(limits);

    private static SessionQuota Enter(RealmQuota quota, string principal)
    {
        Assert.That(quota.TryEnter(principal, out var session, out _), Is.True);
        return session!;
    }

    /// <summary>A request of which the limit leaves room for one.</summary>
    private static string RequestOf(string limit) => limit switch
    {
        _ when limit.StartsWith("maxSubscription", StringComparison.Ordinal) => """[32,1,{},"com.$"]""",
        _ when limit.StartsWith("maxRegistration", StringComparison.Ordinal) => """[64,1,{},"com.$"]""",
        _ when limit.StartsWith("maxTestament", StringComparison.Ordinal) => $$"""[48,1,{},"wamp.session.add_testament",{{Testament}}]""",
        _ => """[48,1,{},"wamp.reflect.define",["com.$",{"type":"topic"}]]""",
    };

    private static RealmLimits OneOf(string limit) => limit switch
    {
        "maxSubscriptions" => new() { MaxSubscriptions = 1 },
        "maxSubscriptionsPerPrincipal" => new() { MaxSubscriptionsPerPrincipal = 1 },
        "maxSubscriptionBytes" => new() { MaxSubscriptionBytes = 1_000 },
        "maxSubscriptionBytesPerPrincipal" => new() { MaxSubscriptionBytesPerPrincipal = 1_000 },
        "maxRegistrations" => new() { MaxRegistrations = 1 },
        "maxRegistrationsPerPrincipal" => new() { MaxRegistrationsPerPrincipal = 1 },
        "maxRegistrationBytes" => new() { MaxRegistrationBytes = 1_000 },
        "maxRegistrationBytesPerPrincipal" => new() { MaxRegistrationBytesPerPrincipal = 1_000 },
        "maxTestamentBytes" => new() { MaxTestamentBytes = 250 },
        "maxTestamentBytesPerPrincipal" => new() { MaxTestamentBytesPerPrincipal = 250 },
        "maxDefinitions" => new() { MaxDefinitions = 1 },
        "maxDefinitionsPerPrincipal" => new() { MaxDefinitionsPerPrincipal = 1 },
        "maxDefinitionBytes" => new() { MaxDefinitionBytes = 30 },
        _ => new() { MaxDefinitionBytesPerPrincipal = 30 },
    };
}
