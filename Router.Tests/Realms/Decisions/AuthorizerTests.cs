using System.Text;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Decisions;
using WampRouter.Realms.Metrics;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Settings;
using WampRouter.Sessions;
using WampRouter.Sessions.Connections;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Realms.Decisions;

/// <summary>What no rule of a role covers, the realm's authorizer decides: the session that asks waits, in order, and all others go on.</summary>
public sealed class AuthorizerTests
{
    private readonly ManualTime _time = new();
    private ScriptedAuthorizer _authorizer = null!;
    private LogRecorder<Session> _log = null!;
    private TestRouter _router = null!;

    [SetUp]
    public void SetUp() => Start(new RealmSettings { Name = "realm1", Roles = [Role("anonymous")] });

    [TearDown]
    public void TearDown() => _router.Dispose();

    [TestCase("""[16,7,{"acknowledge":true},"com.topic"]""", "Publish", "[17,7,")]
    [TestCase("""[32,7,{},"com.topic"]""", "Subscribe", "[33,7,")]
    [TestCase("""[64,7,{},"com.topic"]""", "Register", "[65,7,")]
    [TestCase("""[48,7,{},"com.topic"]""", "Call", "[8,48,7,{},\"wamp.error.no_such_procedure\"")]
    [TestCase("""[48,7,{},"wamp.session.count"]""", "Call", "[50,7,")]
    public async Task Request_NoRuleCoversIt_WaitsForTheAuthorizer(string request, string action, string answer)
    {
        var peer = _router.Join();

        peer.Send(request);

        Assert.That(peer.Status, Is.EqualTo(ReceiveStatus.Wait));
        Assert.That(peer.Take(), Is.Empty);
        await peer.ResumeAsync();
        Assert.That(peer.Status, Is.EqualTo(ReceiveStatus.Continue));
        Assert.That(peer.Take().Single(), Does.StartWith(answer));
        Assert.That(_authorizer.Asked.Single(), Does.EndWith($" {action} {(request.Contains("session.count") ? "wamp.session.count" : "com.topic")}"));
    }

    [TestCase("""[16,7,{"acknowledge":true},"com.topic"]""", 16)]
    [TestCase("""[32,7,{},"com.topic"]""", 32)]
    [TestCase("""[64,7,{},"com.topic"]""", 64)]
    [TestCase("""[48,7,{},"com.topic"]""", 48)]
    [TestCase("""[48,7,{},"wamp.session.count"]""", 48)]
    public async Task Request_AuthorizerDenies_IsNotAuthorized(string request, int code)
    {
        _authorizer.Say(new Decision(IsAllowed: false));
        var peer = _router.Join();

        await RouteAsync(peer, request);

        Assert.That(peer.Take().Single(), Does.StartWith($"[8,{code},7,{{}},\"{WampErrors.NotAuthorized}\""));
        Assert.That(_log.Lines, Has.One.EndsWith(" denied, the realm's authorizer does not allow it"));
    }

    [Test]
    public void Request_ARuleCoversIt_AuthorizerIsNotAsked()
    {
        Start(new RealmSettings { Name = "realm1", Roles = [Role("anonymous", Rule("com.open", Permissions.Publish), Rule("com.shut", Permissions.None))] });
        var peer = _router.Join();

        peer.Send("""[16,1,{"acknowledge":true},"com.open"]""");
        peer.Send("""[16,2,{"acknowledge":true},"com.shut"]""");

        Assert.That(peer.Take()[1], Does.Contain(WampErrors.NotAuthorized));
        Assert.That(_authorizer.Asked, Is.Empty);
    }

    [TestCase("""[16,1,{"acknowledge":true},"not a uri"]""")]
    [TestCase("""[16,1,{"acknowledge":true},"wamp.topic"]""")]
    [TestCase("""[32,1,{},"not a uri"]""")]
    [TestCase("""[64,1,{},"wamp.procedure"]""")]
    [TestCase("""[48,1,{},"not a uri"]""")]
    public void Request_NobodyCouldMakeIt_AuthorizerIsNotAsked(string request)
    {
        var peer = _router.Join();

        peer.Send(request);

        Assert.That(peer.Take().Single(), Does.StartWith("[8,"));
        Assert.That(_authorizer.Asked, Is.Empty);
    }

    [Test]
    public async Task Request_Asked_SeesWhoAndWithWhatOptions()
    {
        var peer = _router.Connect();
        var session = peer.Join();

        await RouteAsync(peer, """[32,1,{"match":"prefix"},"com."]""");

        var asked = _authorizer.Last!;
        Assert.That((asked.Session.Session, asked.Session.AuthRole, asked.Match, Encoding.UTF8.GetString(asked.Options)), Is.EqualTo((session, "anonymous", MatchPolicy.Prefix, """{"match":"prefix"}""")));
    }

    [Test]
    public async Task Decision_Discloses_ReceiversAreTold()
    {
        _authorizer.Say(new Decision(IsAllowed: true, Discloses: true));
        var (subscriber, callee, other) = (_router.Join(), _router.Join(), _router.Connect());
        var session = other.Join();
        await RouteAsync(subscriber, """[32,1,{},"com.topic"]""");
        await RouteAsync(callee, """[64,1,{},"com.procedure"]""");
        subscriber.Take();
        callee.Take();

        await RouteAsync(other, """[16,1,{},"com.topic"]""");
        await RouteAsync(other, """[48,2,{},"com.procedure"]""");

        Assert.That(subscriber.Take().Single(), Does.Contain($"\"publisher\":{session}"));
        Assert.That(callee.Take().Single(), Does.Contain($"\"caller\":{session}"));
    }

    [Test]
    public async Task Decision_Remembered_HoldsForTheIdentityAndNobodyElse()
    {
        _authorizer.Say(new Decision(IsAllowed: true, IsCached: true));
        var (one, other) = (_router.Join(), _router.Join());
        await RouteAsync(one, """[16,1,{},"com.topic"]""");

        one.Send("""[16,2,{"acknowledge":true},"com.topic"]""");
        Assert.That(one.Take().Single(), Does.StartWith("[17,2,"), "at once");
        await RouteAsync(one, """[32,3,{},"com.topic"]""");
        await RouteAsync(other, """[16,1,{},"com.topic"]""");

        Assert.That(_authorizer.Asked, Has.Length.EqualTo(3), "another action, and another authid");
    }

    [Test]
    public async Task Decision_NotToBeRemembered_IsAskedForAgain()
    {
        var peer = _router.Join();

        await RouteAsync(peer, """[16,1,{},"com.topic"]""");
        await RouteAsync(peer, """[16,2,{},"com.topic"]""");

        Assert.That(_authorizer.Asked, Has.Length.EqualTo(2));
    }

    [Test]
    public async Task Decision_AnotherPolicy_IsForgotten()
    {
        _authorizer.Say(new Decision(IsAllowed: true, IsCached: true));
        var peer = _router.Join();
        await RouteAsync(peer, """[16,1,{},"com.topic"]""");

        _router.Hosted.Realm.Apply(new RealmSettings { Name = "realm1", Roles = [Role("anonymous")] });
        await RouteAsync(peer, """[16,2,{},"com.topic"]""");

        Assert.That(_authorizer.Asked, Has.Length.EqualTo(2));
    }

    [Test]
    public async Task Decision_PolicyChangesWhileItIsAwaited_IsAskedForAgain()
    {
        var peer = _router.Join();
        var first = new TaskCompletionSource<Decision>();
        _authorizer.Answer = (_, _) => new(first.Task);
        peer.Send("""[16,1,{"acknowledge":true},"com.topic"]""");

        _router.Hosted.Realm.Apply(new RealmSettings { Name = "realm1", Roles = [Role("anonymous")] });
        _authorizer.Say(new Decision(IsAllowed: false));
        first.SetResult(new Decision(IsAllowed: true));
        await peer.ResumeAsync();
        Assert.That(peer.Status, Is.EqualTo(ReceiveStatus.Wait));
        await peer.ResumeAsync();

        Assert.That(peer.Take().Single(), Does.Contain(WampErrors.NotAuthorized));
    }

    [Test]
    public async Task Cache_MoreThanItMayHold_StaysWithinItsBound()
    {
        Start(new RealmSettings { Name = "realm1", Roles = [Role("anonymous")], Authorizer = new AuthorizerSettings { MaxCached = 10 } });
        _authorizer.Say(new Decision(IsAllowed: true, IsCached: true));
        for (var i = 0; i < 100; i++)
        {
            await RouteAsync(_router.Join(), $$"""[16,1,{},"com.topic{{i}}"]""");
            Assert.That(_router.Hosted.Realm.CachedDecisions, Is.LessThanOrEqualTo(10));
        }

        Assert.That(_router.Hosted.Realm.CachedDecisions, Is.GreaterThan(0));
    }

    [Test]
    public async Task Authorizer_Throws_RequestIsRefusedAndTheSessionGoesOn()
    {
        _authorizer.Answer = (_, _) => throw new FormatException("anything");
        var peer = _router.Join();

        await RouteAsync(peer, """[16,1,{"acknowledge":true},"com.topic"]""");
        _authorizer.Say(new Decision(IsAllowed: true));
        await RouteAsync(peer, """[16,2,{"acknowledge":true},"com.topic"]""");

        var answers = peer.Take();
        Assert.That(answers[0], Does.StartWith($"[8,16,1,{{}},\"{WampErrors.AuthorizationFailed}\""));
        Assert.That(answers[1], Does.StartWith("[17,2,"));
    }

    [Test]
    public async Task Authorizer_DoesNotAnswer_RequestIsRefusedWhenItsTimeIsOver()
    {
        var canceled = new TaskCompletionSource();
        _authorizer.Answer = async (_, cancellationToken) =>
        {
            cancellationToken.Register(canceled.SetResult);
            return await new TaskCompletionSource<Decision>().Task;
        };
        var peer = _router.Join();
        peer.Send("""[16,1,{"acknowledge":true},"com.topic"]""");
        var resuming = peer.ResumeAsync();

        await _time.WhenWaitedForAsync(TimeSpan.FromSeconds(5)).Soon();
        _time.Advance(TimeSpan.FromSeconds(5));
        await resuming;

        Assert.That(peer.Take().Single(), Does.Contain(WampErrors.AuthorizationFailed));
        await canceled.Task.Soon();
    }

    [Test]
    public async Task Authorizer_TooManyDoNotEnd_TheNextAreRefusedAtOnce()
    {
        Start(new RealmSettings { Name = "realm1", Roles = [Role("anonymous")], Authorizer = new AuthorizerSettings { MaxPending = 1 } });
        var answer = new TaskCompletionSource<Decision>();
        _authorizer.Answer = (_, _) => new(answer.Task);
        var (first, second) = (_router.Join(), _router.Join());
        first.Send("""[16,1,{"acknowledge":true},"com.topic"]""");

        await RouteAsync(second, """[16,1,{"acknowledge":true},"com.topic"]""");
        answer.SetResult(new Decision(IsAllowed: true));
        await first.ResumeAsync();

        Assert.That(second.Take().Single(), Does.Contain(WampErrors.AuthorizationFailed));
        Assert.That(first.Take().Single(), Does.StartWith("[17,1,"));
    }

    [Test]
    public async Task Message_TooLargeToWait_IsRefused()
    {
        Start(new RealmSettings { Name = "realm1", Roles = [Role("anonymous")], Limits = new RealmLimits { MaxHeldCallBytesPerSession = 100 } });
        var peer = _router.Join();

        peer.Send($$"""[16,1,{"acknowledge":true},"com.topic",["{{new string('x', 200)}}"]]""");
        Assert.That(peer.Status, Is.EqualTo(ReceiveStatus.Continue));
        await RouteAsync(peer, """[16,2,{"acknowledge":true},"com.topic",["x"]]""");

        var answers = peer.Take();
        Assert.That(answers[0], Does.StartWith("[8,16,1,").And.Contain("maxHeldCallBytesPerSession"));
        Assert.That(answers[1], Does.StartWith("[17,2,"));
        Assert.That(_router.Hosted.Realm.Quota.Total.Used(Resource.HeldCallBytes), Is.Zero);
    }

    [Test]
    public async Task Goodbye_DuringTheWait_EndsItAtOnceAndNothingIsPublished()
    {
        var subscriber = _router.Join();
        await RouteAsync(subscriber, """[32,1,{},"com.topic"]""");
        subscriber.Take();
        _authorizer.Answer = (_, _) => new(new TaskCompletionSource<Decision>().Task);
        var peer = _router.Connect();
        var session = peer.Join();
        peer.Send("""[16,1,{"acknowledge":true},"com.topic"]""");
        var resuming = peer.ResumeAsync();

        _router.Live.Find(session)!.Goodbye("com.reason", null);
        await resuming;

        Assert.That(peer.Take().Single(), Does.Contain("com.reason"));
        Assert.That(subscriber.Take(), Is.Empty);
    }

    [Test]
    public async Task Event_PatternAllowedByTheAuthorizer_ReachesTopicsThatNoRuleDenies()
    {
        Start(new RealmSettings { Name = "realm1", Roles = [Role("anonymous", Rule("com.secret", Permissions.Publish))] });
        var (subscriber, publisher) = (_router.Join(), _router.Join());
        await RouteAsync(subscriber, """[32,1,{"match":"prefix"},"com."]""");
        subscriber.Take();

        await RouteAsync(publisher, """[16,1,{},"com.open",["x"]]""");
        publisher.Send("""[16,2,{},"com.secret",["y"]]""");

        Assert.That(subscriber.Take().Single(), Does.EndWith("""["x"]]"""));
    }

    [TestCase("""[32,1,{},"com.a"]""", "[33,1,", "[35,0,")]
    [TestCase("""[64,1,{},"com.a"]""", "[65,1,", "[67,0,")]
    public async Task Apply_AuthorizerHasChangedItsMind_WhatItAllowedIsTakenAway(string request, string granted, string revoked)
    {
        var peer = _router.Join("""{"roles":{"subscriber":{"features":{"subscription_revocation":true}},"callee":{"features":{"registration_revocation":true}}}}""");
        await RouteAsync(peer, request);
        Assert.That(peer.Take().Single(), Does.StartWith(granted));
        _router.Hosted.Realm.Apply(new RealmSettings { Name = "realm1", Roles = [Role("anonymous")] });
        Assert.That(() => _authorizer.Asked, Has.Length.EqualTo(2).After(5_000, 10), "it is asked again");
        Assert.That(peer.Take(), Is.Empty, "and allows it again");

        _authorizer.Say(new Decision(IsAllowed: false));
        _router.Hosted.Realm.Apply(new RealmSettings { Name = "realm1", Roles = [Role("anonymous")] });

        Assert.That(() => peer.Take(), Has.Exactly(1).StartsWith(revoked).After(5_000, 10));
    }

    [Test]
    public async Task Testament_TopicThatNoRuleCovers_IsPublishedWhenTheAuthorizerAllowsIt()
    {
        var (subscriber, mortal) = (_router.Join(), _router.Join());
        await RouteAsync(subscriber, """[32,1,{},"com.topic"]""");
        subscriber.Take();
        await RouteAsync(mortal, """[48,1,{},"wamp.session.add_testament",["com.topic",["farewell"],{}]]""");

        mortal.Disconnect();

        Assert.That(() => subscriber.Take(), Has.Exactly(1).EndsWith("""["farewell"]]""").After(5_000, 10));
    }

    [Test]
    public void Session_RoleIsGone_AuthorizerIsNotAsked()
    {
        var peer = _router.Join();
        _router.Hosted.Realm.Apply(new RealmSettings { Name = "realm1", Roles = [Role("other")] });

        peer.Send("""[16,1,{"acknowledge":true},"com.topic"]""");

        Assert.That(peer.Take().Single(), Does.Contain(WampErrors.NotAuthorized));
        Assert.That(_authorizer.Asked, Is.Empty);
    }

    private static RoleSettings Role(string name, params PermissionRule[] rules) => new() { Name = name, Permissions = rules };

    private static PermissionRule Rule(string uri, Permissions allow) => new() { Uri = uri, Allow = allow };

    private static async Task RouteAsync(TestPeer peer, string message)
    {
        peer.Send(message);
        while (peer.Status == ReceiveStatus.Wait)
        {
            await peer.ResumeAsync();
        }
    }

    private void Start(RealmSettings settings)
    {
        _router?.Dispose();
        _authorizer = new ScriptedAuthorizer();
        _log = new LogRecorder<Session>();
        _router = new TestRouter(settings, time: _time, logger: _log, authorizer: _authorizer);
    }
}
