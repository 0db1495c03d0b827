using Microsoft.Extensions.Logging;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Patterns;
using WampRouter.Sessions;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Sessions;

/// <summary>What the log says of requests that are refused, or cannot mean what their author thinks.</summary>
public sealed class NotedRequestTests
{
    private const int Noted = 1210;
    private const int NoMore = 1211;

    private static readonly RoleSettings Role = new()
    {
        Name = "anonymous",
        Permissions =
        [
            new PermissionRule { Uri = "com.open.", Match = MatchPolicy.Prefix, Allow = Permissions.All },
            new PermissionRule { Uri = "com.open.shut", Allow = Permissions.None },
            new PermissionRule { Uri = "com.mute.", Match = MatchPolicy.Prefix, Allow = Permissions.Subscribe },
        ],
    };

    private LogRecorder<Session> _log = null!;
    private TestRouter _router = null!;

    [SetUp]
    public void SetUp()
    {
        _log = new LogRecorder<Session>();
        _router = new TestRouter(
            TestRouter.OpenRealm with { Roles = [Role], AllowDiscloseMe = false }, TestRouter.Anonymous with { Resumption = new() { Window = TimeSpan.FromMinutes(1) } }, logger: _log);
    }

    [TearDown]
    public void TearDown() => _router.Dispose();

    [TestCase("""[16,1,{},"com.typo"]""", "publish to 'com.typo' denied, no rule of the role covers it; the client asked for no acknowledgement and was not told")]
    [TestCase("""[16,1,{"acknowledge":true},"com.typo"]""", "publish to 'com.typo' denied, no rule of the role covers it")]
    [TestCase("""[16,1,{"acknowledge":true},"com.mute.x"]""", "publish to 'com.mute.x' denied, the role's rule for the prefix 'com.mute.' does not allow it")]
    [TestCase("""[32,1,{},"com.typo"]""", "subscribe to 'com.typo' denied, no rule of the role covers it")]
    [TestCase("""[32,1,{"match":"prefix"},"com."]""", "subscribe to 'com.' denied, no rule of the role covers all of it")]
    [TestCase("""[64,1,{"match":"prefix"},"com.open."]""", "register 'com.open.' denied, the role's rule for 'com.open.shut' does not allow a part of it")]
    [TestCase("""[64,1,{"match":"prefix"},"com.mute.x"]""", "register 'com.mute.x' denied, the role's rule for the prefix 'com.mute.' does not allow it")]
    [TestCase("""[48,1,{},"com.typo"]""", "call 'com.typo' denied, no rule of the role covers it")]
    [TestCase("""[48,1,{},"wamp.session.kill"]""", "call 'wamp.session.kill' denied, no rule of the role covers it")]
    [TestCase("""[16,1,{"disclose_me":true},"com.open.x"]""", "publish to 'com.open.x' refused, this realm does not allow disclose_me (its setting allowDiscloseMe); the client asked for no acknowledgement and was not told")]
    public void Request_ThatIsDenied_IsLoggedWithWhoAndWhy(string message, string text)
    {
        var peer = _router.Connect();
        var id = peer.Join();

        peer.Send(message).Send(message).Send(message);

        var line = _log.Entries.Single(entry => entry.Event.Id == Noted);
        Assert.That(line.Level, Is.EqualTo(LogLevel.Information));
        Assert.That(line.Text, Does.Match($@"^test: session {id} \([^,]+, role anonymous\): {System.Text.RegularExpressions.Regex.Escape(text)}$"));
    }

    [Test]
    public void Publish_UnacknowledgedToWhatIsNoUri_IsLogged()
    {
        _router.Join().Send("""[16,1,{},"com.open. x"]""");

        Assert.That(Lines(Noted).Single(), Does.Contain("PUBLISH refused, 'com.open. x' is no URI: it has a space").And.EndsWith("was not told"));
    }

    [TestCase("""[32,1,{},"com.open.*"]""", "subscribe to 'com.open.*' was taken, but '*' is no wildcard in WAMP and stands for itself: for a pattern it would be 'com.open.' with the option match 'prefix'")]
    [TestCase("""[32,1,{"match":"prefix"},"com.open.*"]""", "subscribe to 'com.open.*' was taken, but '*'")]
    [TestCase("""[64,1,{},"com.open.*.x"]""", "register 'com.open.*.x' was taken, but '*' is no wildcard in WAMP and stands for itself: for a pattern it would be 'com.open..x' with the option match 'wildcard'")]
    public void Request_WithAnAsterisk_IsTakenAndLoggedOnce(string message, string text)
    {
        var peer = _router.Join();

        peer.Send(message).Send(message.Replace(",1,", ",2,", StringComparison.Ordinal));

        Assert.That(peer.Take()[0], Does.Match("^\\[(33|65),1,"));
        Assert.That(Lines(Noted).Single(), Does.Contain(text));
    }

    [Test]
    public void Request_ThatIsFine_IsNotLogged()
    {
        _router.Join().Send("""[32,1,{},"com.open.x"]""").Send("""[64,2,{},"com.open.x"]""").Send("""[16,3,{},"com.open.x"]""").Send("""[48,4,{},"com.open.y"]""");

        Assert.That(Lines(Noted), Is.Empty);
    }

    [Test]
    public void Requests_OfManyUris_AreLoggedUpToABoundInEachSession()
    {
        var peer = _router.Join();

        Refuse(peer);
        Assert.That((Lines(Noted).Count, Lines(NoMore).Count), Is.EqualTo((NotedRequests.Most, 1)));

        peer.Send("""[6,{},"wamp.close.normal"]""").Take();
        peer.Join();
        Refuse(peer);
        Assert.That((Lines(Noted).Count, Lines(NoMore).Count), Is.EqualTo((2 * NotedRequests.Most, 2)));
    }

    [Test]
    public void Request_InASessionThatCanBeResumed_IsLoggedToo()
    {
        ResumableClient.Join(_router).Peer.Send("""[16,1,{},"com.typo"]""");

        Assert.That(Lines(Noted).Single(), Does.Contain("publish to 'com.typo' denied"));
    }

    private static void Refuse(TestPeer peer)
    {
        for (var i = 1; i <= NotedRequests.Most + 5; i++)
        {
            peer.Send($$"""[16,{{i}},{},"com.typo{{i}}"]""");
        }
    }

    private IReadOnlyList<string> Lines(int id) => [.. _log.Entries.Where(entry => entry.Event.Id == id).Select(entry => entry.Text)];
}
