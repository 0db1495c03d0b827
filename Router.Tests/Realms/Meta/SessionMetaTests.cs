using System.Net;
using Newtonsoft.Json.Linq;
using WampRouter.Delivery;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Patterns;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Realms.Broker;
using WampRouter.Wire;

namespace WampRouter.Tests.Realms.Meta;

/// <summary>rfc/text/advanced/meta_api_sessions.md</summary>
public sealed class SessionMetaTests
{
    private TestRouter _router = null!;

    [SetUp]
    public void SetUp() => _router = new TestRouter(TestRouter.OpenRealm with { Roles = [.. TestRouter.OpenRealm.Roles, TestRouter.OpenRealm.Roles[0] with { Name = "guest" }] });

    [TearDown]
    public void TearDown() => _router.Dispose();

    [TestCase("", 3)]
    [TestCase("[]", 3)]
    [TestCase("[null]", 3)]
    [TestCase("""[["guest"]]""", 1)]
    [TestCase("""[["guest","anonymous"]]""", 3)]
    [TestCase("""[["nobody"]]""", 0)]
    [TestCase("[[]]", 0)]
    [Shows("session-meta.count", "session-meta.list")]
    public void CountAndList_AnyFilter_NameTheSessionsOfThoseRoles(string payload, int expected)
    {
        var (admin, _) = _router.JoinNamed();
        _router.Join();
        Add("someone", "guest");

        Assert.That((int)admin.CallFor("wamp.session.count", payload), Is.EqualTo(expected));
        Assert.That(admin.CallFor("wamp.session.list", payload).Distinct().Count(), Is.EqualTo(expected));
    }

    [TestCase("wamp.session.count", "[7]")]
    [TestCase("wamp.session.count", "[[7]]")]
    [TestCase("wamp.session.list", """["guest"]""")]
    [TestCase("wamp.session.get", "")]
    [TestCase("wamp.session.get", """["1"]""")]
    [TestCase("wamp.session.get", "[1.5]")]
    [TestCase("wamp.session.kill", "[]")]
    [TestCase("wamp.session.kill_by_authid", "[7]")]
    [TestCase("wamp.session.kill_by_authrole", "")]
    [TestCase("wamp.session.kill_all", """[],{"message":7}""")]
    [Shows("session-meta.invalid-argument")]
    public void Call_WrongArguments_IsInvalidArgument(string procedure, string payload)
    {
        var other = _router.Join();

        Assert.That(_router.Join().Call(procedure, payload), Does.StartWith("""[8,48,7,{},"wamp.error.invalid_argument","""));
        Assert.That(other.Take(), Is.Empty);
    }

    [TestCase("{0}")]
    [TestCase("{0}.0")]
    [Shows("session-meta.get", "session-meta.invalid-argument")]
    public void Get_SessionOfTheRealm_IsDescribed(string idAsSent)
    {
        var admin = _router.Join();
        var other = _router.Connect(TestPeer.Local(WireFormat.Json) with { Transport = "websocket", RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, 4711), IsSecure = true });
        var session = other.Join();

        var details = admin.CallFor("wamp.session.get", $"[{string.Format(System.Globalization.CultureInfo.InvariantCulture, idAsSent, session)}]");

        Assert.Multiple(() =>
        {
            Assert.That((ulong)details["session"]!, Is.EqualTo(session));
            Assert.That((string?)details["authid"], Is.Not.Empty);
            Assert.That((string?)details["authrole"], Is.EqualTo("anonymous"));
            Assert.That((string?)details["authmethod"], Is.EqualTo("anonymous"));
            Assert.That((string?)details["authprovider"], Is.Not.Empty);
            Assert.That(details["transport"]!.ToString(Newtonsoft.Json.Formatting.None), Is.EqualTo("""{"type":"websocket","serializer":"json","secure":true,"peer":"127.0.0.1:4711"}"""));
        });
    }

    [TestCase("wamp.session.get")]
    [TestCase("wamp.session.kill")]
    [Shows("session-meta.no-such-session")]
    public void GetAndKill_SessionThatLeft_IsNoSuchSession(string procedure)
    {
        var admin = _router.Join();
        var (other, session) = _router.JoinNamed();
        other.Disconnect();

        Assert.That(admin.Call(procedure, $"[{session}]"), Does.StartWith("""[8,48,7,{},"wamp.error.no_such_session","""));
    }

    [Test]
    [Shows("session-meta.kill-own")]
    public void Kill_OwnSession_IsNoSuchSession()
    {
        var (admin, session) = _router.JoinNamed();

        Assert.That(admin.Call("wamp.session.kill", $"[{session}]"), Does.StartWith("""[8,48,7,{},"wamp.error.no_such_session","""));
    }

    [TestCase("", """[6,{},"wamp.close.killed"]""")]
    [TestCase(",{}", """[6,{},"wamp.close.killed"]""")]
    [TestCase(""",{"reason":null,"message":null}""", """[6,{},"wamp.close.killed"]""")]
    [TestCase(""" , {"reason":"com.why","message":"bye \"you\""}""", """[6,{"message":"bye \"you\""},"com.why"]""")]
    [Shows("session-meta.kill", "session-meta.kill-defaults")]
    public void Kill_AnotherSession_ItGetsGoodbyeAndIsGone(string keywords, string goodbye)
    {
        var admin = _router.Join();
        var (other, session) = _router.JoinNamed();

        Assert.That(admin.Call("wamp.session.kill", $"[{session}]{keywords}"), Is.EqualTo("[50,7,{}]"));

        Assert.That(other.Take(), Is.EqualTo(new[] { goodbye }));
        Assert.That((int)admin.CallFor("wamp.session.count"), Is.EqualTo(1));
        Assert.That(other.Send("""[48,1,{},"wamp.session.count"]""").Take(), Is.Empty, "nothing follows GOODBYE");
    }

    [TestCase("wamp.session.kill", "[{0}]")]
    [TestCase("wamp.session.kill_by_authid", """["x"]""")]
    [TestCase("wamp.session.kill_by_authrole", """["anonymous"]""")]
    [TestCase("wamp.session.kill_all", "[]")]
    public void Kill_ReasonIsNoUri_IsInvalidUriAndKillsNobody(string procedure, string arguments)
    {
        var admin = _router.Join();
        var (other, session) = _router.JoinNamed();
        arguments = arguments.Replace("{0}", session.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);

        foreach (var reason in new[] { "\"\"", "\"a b\"", "7" })
        {
            Assert.That(admin.Call(procedure, $$"""{{arguments}},{"reason":{{reason}}}"""), Does.StartWith("""[8,48,7,{},"wamp.error.invalid_uri","""));
        }

        Assert.That(other.Take(), Is.Empty);
    }

    [Test]
    [Shows("session-meta.kill-by-authid")]
    public void KillByAuthId_SeveralSessions_AreListedWithoutTheCallers()
    {
        var (admin, own) = _router.JoinNamed();
        var authId = (string)admin.CallFor("wamp.session.get", $"[{own}]")["authid"]!;
        var (same, alsoSame, other) = (Add(authId, "guest"), Add(authId, "anonymous"), Add("other", "guest"));

        var killed = admin.CallFor("wamp.session.kill_by_authid", $$"""["{{authId}}"],{"reason":"com.why"}""");

        Assert.That(killed.Select(id => (ulong)id), Is.EquivalentTo(new[] { same.Session, alsoSame.Session }));
        Assert.That(new[] { same.Peer.Closed, alsoSame.Peer.Closed, other.Peer.Closed }, Is.EqualTo(new[] { "com.why", "com.why", null }));
    }

    [Test]
    [Shows("session-meta.kill-by-authrole")]
    public void KillByAuthRole_SeveralSessions_AreCountedWithoutTheCallers()
    {
        var admin = _router.Join();
        var (same, other) = (_router.Join(), Add("someone", "guest"));

        Assert.That((int)admin.CallFor("wamp.session.kill_by_authrole", """["anonymous"]"""), Is.EqualTo(1));

        Assert.That(same.Take(), Is.EqualTo(new[] { """[6,{},"wamp.close.killed"]""" }));
        Assert.That(other.Peer.Closed, Is.Null);
    }

    [Test]
    [Shows("session-meta.kill-all", "session-meta.kill-all-silent")]
    public void KillAll_EverybodyElseGoes_WithoutEventsOfSessions()
    {
        var admin = _router.Join();
        var (one, two) = (_router.Join(), _router.Join());
        admin.Subscribe("wamp.session.on_leave");

        Assert.That((int)admin.CallFor("wamp.session.kill_all", """[],{"message":"maintenance"}"""), Is.EqualTo(2));

        Assert.That(one.Take().Concat(two.Take()), Is.EqualTo(Enumerable.Repeat("""[6,{"message":"maintenance"},"wamp.close.killed"]""", 2)));
        Assert.That(admin.Take(), Is.Empty);
        Assert.That((int)admin.CallFor("wamp.session.count"), Is.EqualTo(1));
    }

    [Test]
    public void KillAll_SubscriptionsAndRegistrationsThatEnd_AreStillTold()
    {
        var admin = _router.Join();
        var (other, session) = _router.JoinNamed();
        other.Send("""[32,1,{},"com.a"]""").Send("""[64,2,{},"com.b"]""");
        admin.SubscribeTo("prefix", "wamp.subscription.on_unsub");
        admin.SubscribeTo("prefix", "wamp.registration.on_unreg");
        admin.Take();

        admin.Send("""[48,7,{},"wamp.session.kill_all"]""");

        var events = admin.TakeEvents().Select(JArray.Parse).ToArray();
        Assert.That(events.Select(arguments => (ulong)arguments[0]), Is.EqualTo(new[] { session, session }));
    }

    [Test]
    [Shows("session-meta.on-join", "session-meta.on-leave")]
    public void JoinAndLeave_SubscribersAreToldInOrder()
    {
        var observer = _router.Join();
        observer.Subscribe("wamp.session.on_join");
        observer.SubscribeTo("prefix", "wamp.session.on_l");

        var (other, session) = _router.JoinNamed();
        other.Send("""[6,{},"wamp.close.normal"]""");

        var events = observer.TakeEvents();
        Assert.That(events, Has.Count.EqualTo(2));
        var details = JArray.Parse(events[0])[0];
        Assert.That((ulong)details["session"]!, Is.EqualTo(session));
        Assert.That(details["transport"]!["type"]!.ToString(), Is.EqualTo("memory"));
        Assert.That(events[1], Is.EqualTo($$"""[{{session}},"{{details["authid"]}}","anonymous"]"""));
    }

    [Test]
    [Shows("session-meta.after-welcome")]
    public void Join_ItsOwnEvent_ComesAfterWelcomeAndNotToItself()
    {
        var observer = new BrokerMember(_router.Hosted.Realm);
        observer.Subscribe("wamp.session.on_join");
        var joining = _router.Connect();
        IReadOnlyList<string> seenBefore = [];
        observer.Peer.BeforeNext = _ =>
        {
            // The seam: what has been enqueued for the session at the moment the others are told.
            FlushBatch.OfThread.Flush();
            seenBefore = joining.Take();
        };

        joining.Send("""[1,"realm1",{"roles":{"caller":{}}}]""");

        Assert.That(seenBefore.Single(), Does.StartWith("[2,"));
        Assert.That(joining.Take(), Is.Empty);
    }

    [Test]
    [Shows("session-meta.after-welcome")]
    public void Announce_SessionThatLeftMeanwhile_IsNeverHeardOf()
    {
        var observer = new BrokerMember(_router.Hosted.Realm);
        observer.Subscribe("wamp.session.", """{"match":"prefix"}""");
        var batch = new FlushBatch();
        var member = new BrokerMember(_router.Hosted.Realm).Member;

        _router.Hosted.Realm.Leave(member, batch);
        _router.Hosted.Realm.Announce(member, batch);

        Assert.That(observer.Peer.Sent, Has.Count.EqualTo(1), "SUBSCRIBED and nothing else");
        Assert.That((int)_router.Join().CallFor("wamp.session.count"), Is.EqualTo(1));
    }

    [Test]
    [Shows("session-meta.any-loss")]
    public void Leave_OnAnyLoss_SubscribersAreTold()
    {
        var observer = _router.Join();
        observer.Subscribe("wamp.session.on_leave");
        var (lost, first) = _router.JoinNamed();
        var (violating, second) = _router.JoinNamed();
        var (killed, third) = _router.JoinNamed();

        lost.Disconnect();
        violating.Send("[]");
        observer.Send($"[48,2,{{}},\"wamp.session.kill\",[{third}]]");
        killed.Disconnect();
        violating.Disconnect();

        Assert.That(observer.TakeEvents().Select(e => (ulong)JArray.Parse(e)[0]), Is.EqualTo(new[] { first, second, third }));
    }

    [Test]
    [Shows("session-meta.permissions")]
    public void Subscribe_MetaTopicWithoutPermission_IsRefusedAlsoByPattern()
    {
        using var router = new TestRouter(MetaRig.With(new PermissionRule { Uri = "wamp.", Match = MatchPolicy.Prefix, Allow = Permissions.Call }));
        var observer = router.Join();

        Assert.That(observer.Send("""[32,1,{},"wamp.session.on_join"]""").Take().Single(), Does.Contain("wamp.error.not_authorized"));
        observer.SubscribeTo("prefix", "");
        router.Join();

        Assert.That(observer.Take(), Is.Empty);
    }

    [Test]
    [Shows("session-meta.invalid-argument")]
    public void Call_InMessagePack_IsAnsweredInMessagePack()
    {
        var other = _router.JoinNamed();
        var peer = _router.Connect(TestPeer.Local(WireFormat.MessagePack));
        peer.Send([0x93, 0x01, 0xa6, .. "realm1"u8, 0x81, 0xa5, .. "roles"u8, 0x81, 0xa6, .. "caller"u8, 0x80]);
        peer.TakeBytes();

        // The id as a float 64, the way JavaScript encoders write large integers.
        var id = BitConverter.GetBytes((double)other.Session);
        Array.Reverse(id);
        peer.Send([0x95, 0x30, 0x07, 0x80, 0xb0, .. "wamp.session.get"u8, 0x91, 0xcb, .. id]);

        var answer = peer.TakeBytes().Single();
        Assert.That(MessageReader.TryRead(WireFormat.MessagePack, answer, out var result, out _), Is.True);
        Assert.That(result.Code, Is.EqualTo(MessageCode.Result));
        var results = result.Payload.ReadArguments();
        Assert.That(results.TryReadNext(out var details), Is.True);
        Assert.That(details.AsDictionary().TryFind("session"u8, out var session) && session.TryGetId(out var found) && found == other.Session, Is.True);
    }

    private BrokerMember Add(string authId, string role)
    {
        var member = new BrokerMember(_router.Hosted.Realm, authId, role);
        _router.Hosted.Realm.Announce(member.Member, new FlushBatch());
        return member;
    }
}
