using System.Net;
using WampRouter.Realms.Settings;
using WampRouter.Sessions;
using WampRouter.Sessions.Authentication;
using WampRouter.Sessions.Connections;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Sessions;

/// <summary>The settings of a realm change while its sessions stay: those who could not join any more get GOODBYE, everybody else notices nothing.</summary>
public sealed class LoginPolicyTests
{
    private const int EndedByConfiguration = 1254;
    private const string ChangedMeanwhile = """[3,{"message":"the configuration was changed during the login; log in again"},"wamp.error.authentication_failed"]""";

    private static readonly RealmSettings Realm = TestRouter.OpenRealm with { Roles = [.. new[] { "anonymous", "staff", "guest" }.Select(name => TestRouter.OpenRealm.Roles[0] with { Name = name })] };

    private static readonly (string Ticket, TicketHash Hash) First = TicketHash.Generate();
    private static readonly (string Ticket, TicketHash Hash) Second = TicketHash.Generate();

    private LogRecorder<Session> _log = null!;
    private TestRouter _router = null!;

    [SetUp]
    public void SetUp()
    {
        _log = new LogRecorder<Session>();
        _router = new TestRouter(Realm, Settings("staff", First), logger: _log);
    }

    [TearDown]
    public void TearDown() => _router.Dispose();

    [Test]
    public void Apply_UserIsGone_ItsSessionEndsAndTheReasonIsTold()
    {
        var (ada, anonymous) = (Login(First), _router.Join());

        var effect = _router.Hosted.Apply(Realm, TestRouter.Anonymous with { Authentication = With(new TicketSettings { Principals = new Dictionary<string, TicketPrincipal>() }) });

        Assert.That((effect.Sessions, ada.Take().Single(), anonymous.Take().Count), Is.EqualTo((1, """[6,{"message":"the realm no longer has this user"},"wamp.close.killed"]""", 0)));
        Assert.That(_log.Of(EndedByConfiguration).Single(), Does.Contain("(ada, staff) of realm1 is ended with wamp.close.killed: the realm no longer has this user"));
    }

    [Test]
    public void Apply_UserHasAnotherRole_ItsSessionEnds()
    {
        var ada = Login(First);

        _router.Hosted.Apply(Realm, Settings("guest", First));

        Assert.That(ada.Take().Single(), Does.StartWith("[6,").And.Contain("this user has the role 'guest' now"));
    }

    [Test]
    public void Apply_RoleIsGone_ItsSessionsEnd()
    {
        var (ada, anonymous) = (Login(First), _router.Join());

        var effect = _router.Hosted.Apply(Realm with { Roles = [Realm.Roles[0], Realm.Roles[2]] }, Settings("guest", First));

        Assert.That((effect.Sessions, anonymous.Take().Count), Is.EqualTo((1, 0)));
        Assert.That(ada.Take().Single(), Does.Contain("the realm no longer has the role 'staff'"));
    }

    [Test]
    public void Apply_AnotherTicket_TheSessionStaysAndOnlyTheNewTicketLetsIn()
    {
        var ada = Login(First);

        _router.Hosted.Apply(Realm, Settings("staff", Second));
        ada.Send("""[32,1,{},"com.topic"]""");
        var (former, latter) = (Authenticate(First), Authenticate(Second));

        Assert.That(ada.Take().Single(), Does.StartWith("[33,1,"));
        Assert.That((former.Take().Single()[..3], latter.Take().Single()[..3]), Is.EqualTo(("[3,", "[2,")));
    }

    [Test]
    public void Apply_MethodIsGone_SessionsByItEndAndGrantedOnesStay()
    {
        var anonymous = _router.Join();
        var granted = _router.Connect(TestPeer.Local(WireFormat.Json) with { Granted = new GrantedLogin("app", "staff", "anonymous", "test") });
        granted.Join();

        var effect = _router.Hosted.Apply(Realm, new SessionSettings());

        Assert.That((effect.Sessions, granted.Take().Count), Is.EqualTo((1, 0)));
        Assert.That(anonymous.Take().Single(), Does.Contain("the realm no longer offers the authentication method 'anonymous'"));
    }

    [Test]
    public void Apply_WhileALoginIsUnderWay_ItIsJudgedByTheLastPolicy()
    {
        var peer = Challenge();

        _router.Hosted.Apply(Realm, TestRouter.Anonymous);
        peer.Send($"[5,\"{First.Ticket}\",{{}}]");

        Assert.That(peer.Take().Single(), Is.EqualTo(ChangedMeanwhile));
        Assert.That(_router.Hosted.Realm.Members, Is.Zero);
    }

    [Test]
    public void Apply_TicketIsAnotherWhileALoginIsUnderWay_TheFormerOneLetsNobodyIn()
    {
        var (former, latter) = (Challenge(), Challenge());

        _router.Hosted.Apply(Realm, Settings("staff", Second));
        former.Send($"[5,\"{First.Ticket}\",{{}}]");
        latter.Send($"[5,\"{Second.Ticket}\",{{}}]");

        Assert.That(former.Take().Single(), Is.EqualTo(ChangedMeanwhile));
        Assert.That(latter.Take().Single(), Does.Contain("wamp.error.authentication_denied"), "it is judged by what was right when it came; the next login counts");
        Assert.That(_router.Hosted.Realm.Members, Is.Zero);
    }

    [Test]
    public void Apply_SomethingElseWhileALoginIsUnderWay_ItCounts()
    {
        var peer = Challenge();

        _router.Hosted.Apply(Realm, Settings("staff", First) with { RequestIds = RequestIdCheck.Monotonic });
        peer.Send($"[5,\"{First.Ticket}\",{{}}]");

        Assert.That(peer.Take().Single(), Does.StartWith("[2,"));
    }

    [TestCase("192.0.2.7", 1)]
    [TestCase("127.0.0.1", 0)]
    public void Apply_UserIsForThisMachineOnlyNow_EndsSessionsFromElsewhere(string address, int ended)
    {
        var info = TestPeer.Local(WireFormat.Json) with { RemoteEndPoint = new IPEndPoint(IPAddress.Parse(address), 1) };
        var (user, anybody) = (_router.Connect(info), _router.Connect(info));
        user.Send("""[1,"realm1",{"roles":{"subscriber":{}},"authmethods":["ticket"],"authid":"ada"}]""");
        user.Send($"[5,\"{First.Ticket}\",{{}}]");
        anybody.Join();
        user.Take();

        var effect = _router.Hosted.Apply(Realm, new SessionSettings
        {
            Authentication = new()
            {
                Methods =
                [
                    new AnonymousSettings { Role = "anonymous", LoopbackOnly = true },
                    new TicketSettings { Principals = new Dictionary<string, TicketPrincipal> { ["ada"] = new() { AuthId = "ada", Role = "staff", Tickets = [First.Hash], LoopbackOnly = true } } },
                ],
            },
        });

        Assert.That(effect.Sessions, Is.EqualTo(2 * ended));
        Assert.That(user.Take(), ended == 0 ? Is.Empty : Has.One.Contains("this user may come from the router's own machine only"));
        Assert.That(anybody.Take(), ended == 0 ? Is.Empty : Has.One.Contains("anonymous sessions may come from the router's own machine only"));
    }

    [Test]
    public void Apply_RequestIdsAreStrictNow_TheNextMessageIsJudgedSo()
    {
        var peer = _router.Join();
        peer.Send("""[32,77,{},"com.topic"]""");

        _router.Hosted.Apply(Realm, TestRouter.Anonymous with { RequestIds = RequestIdCheck.Monotonic });
        peer.Send("""[32,99,{},"com.other"]""");

        Assert.That(peer.Take().Select(message => message[..4]), Is.EqualTo(new[] { "[33,", "[3,{" }));
    }

    private static SessionSettings Settings(string role, (string Ticket, TicketHash Hash) ticket) => TestRouter.Anonymous with
    {
        Authentication = With(new TicketSettings { Principals = new Dictionary<string, TicketPrincipal> { ["ada"] = new() { AuthId = "ada", Role = role, Tickets = [ticket.Hash] } } }),
    };

    private static AuthenticationSettings With(MethodSettings method) => new() { Methods = [.. TestRouter.Anonymous.Authentication.Methods, method] };

    private TestPeer Challenge()
    {
        var peer = _router.Connect();
        peer.Send("""[1,"realm1",{"roles":{"subscriber":{}},"authmethods":["ticket"],"authid":"ada"}]""");
        Assert.That(peer.Take().Single(), Does.StartWith("[4,"));
        return peer;
    }

    private TestPeer Authenticate((string Ticket, TicketHash Hash) ticket) => Challenge().Send($"[5,\"{ticket.Ticket}\",{{}}]");

    private TestPeer Login((string Ticket, TicketHash Hash) ticket)
    {
        var peer = Authenticate(ticket);
        Assert.That(peer.Take().Single(), Does.StartWith("[2,"));
        return peer;
    }
}
