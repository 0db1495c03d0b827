using System.Net;
using System.Text;
using Newtonsoft.Json.Linq;
using WampRouter.Sessions;
using WampRouter.Sessions.Authentication;
using WampRouter.Sessions.Connections;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Sessions.Authentication;

/// <summary>Bearer tokens: one says who its holder is, and nobody learns from a refusal what was wrong.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class BearerTests
{
    private const int Refused = 1203;
    private const string Denied = """[3,{"message":"unknown token, or one that has expired or is another user's"},"wamp.error.authentication_denied"]""";
    private const string NoForm = "what was sent has not the form of a token";
    private const string ChangedMeanwhile = """[3,{"message":"the configuration was changed during the login; log in again"},"wamp.error.authentication_failed"]""";

    private static readonly (string Token, TicketHash Hash) First = BearerToken.Generate();
    private static readonly (string Token, TicketHash Hash) Second = BearerToken.Generate();
    private static readonly (string Token, TicketHash Hash) Brief = BearerToken.Generate();
    private static readonly (string Token, TicketHash Hash) Here = BearerToken.Generate();
    private static readonly (string Token, TicketHash Hash) Unknown = BearerToken.Generate();

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);
    private static readonly IPEndPoint Elsewhere = new(IPAddress.Parse("192.0.2.7"), 1);

    private readonly ManualTime _time = new();
    private readonly LogRecorder<Session> _log = new();
    private TestRouter _router = null!;

    [SetUp]
    public void SetUp() => _router = new TestRouter(
        sessions: Settings(Ci(First.Hash, Second.Hash), User("brief", new KeptToken(Brief.Hash, _time.GetUtcNow() + Lifetime)), User("local", new KeptToken(Here.Hash)) with { LoopbackOnly = true }),
        time: _time,
        logger: _log);

    [TearDown]
    public void TearDown() => _router.Dispose();

    [TestCase("")]
    [TestCase("\"authid\":\"\",")]
    [TestCase("\"authid\":\"ci\",")]
    public void Authenticate_Token_WelcomesItsHolder(string authId)
    {
        foreach (var (token, _) in new[] { First, Second })
        {
            var details = JArray.Parse(Challenge(_router.Connect(), authId).Send($"[5,\"{token}\",{{}}]").Take().Single())[2];

            Assert.That(new[] { "authid", "authrole", "authmethod", "authprovider" }.Select(name => (string?)details[name]), Is.EqualTo(new[] { "ci", "anonymous", "bearer", "static" }));
        }
    }

    [TestCase("unknown", "the realm has no such token")]
    [TestCase("of-another", "the token of another user, 'ci'")]
    [TestCase("of-nobody", "the token of another user, 'ci'")]
    [TestCase("expired", "a token of 'brief' that expired at 1970-01-01T01:00:00+00:00")]
    [TestCase("loopback-only", "the token of 'local', who is a loopback-only user, and the peer is 192.0.2.7")]
    [TestCase("empty", NoForm)]
    [TestCase("no-prefix", NoForm)]
    [TestCase("other-prefix", NoForm)]
    [TestCase("longer", NoForm)]
    [TestCase("shorter", NoForm)]
    [TestCase("base64", NoForm)]
    [TestCase("the-hash", NoForm)]
    [TestCase("huge", NoForm)]
    public void Authenticate_AnythingElse_IsRefusedWithTheSameWordsAndTheLogSaysWhy(string oddity, string detail)
    {
        _time.Advance(Lifetime);
        var (authId, sent) = oddity switch
        {
            "unknown" => ("", Unknown.Token),
            "of-another" => ("\"authid\":\"brief\",", First.Token),
            "of-nobody" => ("\"authid\":\"nobody\",", First.Token),
            "expired" => ("", Brief.Token),
            "loopback-only" => ("", Here.Token),
            "empty" => ("", ""),
            "no-prefix" => ("", First.Token[5..]),
            "other-prefix" => ("", "WAMP_" + First.Token[5..]),
            "longer" => ("", First.Token + "A"),
            "shorter" => ("", First.Token[..^1]),
            "base64" => ("", First.Token[..^1] + "+"),
            "the-hash" => ("", First.Hash.ToString()),
            _ => ("", new string('A', 100_000)),
        };

        var peer = Challenge(_router.Connect(TestPeer.Local(WireFormat.Json) with { RemoteEndPoint = Elsewhere }), authId);
        peer.Send($"[5,\"{sent}\",{{}}]");

        Assert.That(peer.Take(), Is.EqualTo(new[] { Denied }));
        Assert.That(peer.Status, Is.EqualTo(ReceiveStatus.Close));
        Assert.That(_log.Of(Refused).Single(), Does.Contain(detail));
        Assert.That(_log.Lines.Where(line => sent.Length > 0 && line.Contains(sent, StringComparison.Ordinal)), Is.Empty, "no line holds a secret");
    }

    [TestCase(-1, "[2,")]
    [TestCase(0, "[3,")]
    public void Authenticate_TokenThatExpires_IsGoodUntilThen(int ticks, string answer)
    {
        _time.Advance(Lifetime + TimeSpan.FromTicks(ticks));

        Assert.That(Challenge(_router.Connect()).Send($"[5,\"{Brief.Token}\",{{}}]").Take().Single(), Does.StartWith(answer));
    }

    [Test]
    public void Authenticate_LoopbackOnlyUserFromThisMachine_IsWelcome() =>
        Assert.That(Challenge(_router.Connect()).Send($"[5,\"{Here.Token}\",{{}}]").Take().Single(), Does.StartWith("[2,").And.Contain("\"authid\":\"local\""));

    [Test]
    public void Authenticate_Twice_IsAViolation()
    {
        var peer = Login(First);

        Assert.That(peer.Send($"[5,\"{First.Token}\",{{}}]").Take().Single(), Does.StartWith("[3,").And.Contain("wamp.error.protocol_violation"));
    }

    /// <summary>As with generated tickets: nobody guesses 256 bits, and whoever shares an address with a program that has an old token is not to wait for it.</summary>
    [Test]
    public void Authenticate_AfterManyWrongTokensFromTheAddress_DoesNotWait()
    {
        for (var i = 0; i < 100; i++)
        {
            Assert.That(Challenge(_router.Connect()).Send($"[5,\"{Unknown.Token}\",{{}}]").Take().Single(), Is.EqualTo(Denied));
        }

        Login(First);
    }

    [Test]
    public void Apply_ATokenIsTakenAway_ItsSessionStaysAndOnlyTheOtherLetsIn()
    {
        var ci = Login(First);

        _router.Hosted.Apply(TestRouter.OpenRealm, Settings(Ci(Second.Hash)));

        Assert.That(ci.Take(), Is.Empty);
        Assert.That(Challenge(_router.Connect()).Send($"[5,\"{First.Token}\",{{}}]").Take().Single(), Is.EqualTo(Denied));
        Login(Second);
    }

    [Test]
    public void Apply_ATokenIsTakenAwayWhileALoginIsUnderWay_ItLetsNobodyIn()
    {
        var (peer, other) = (Challenge(_router.Connect()), Challenge(_router.Connect()));

        _router.Hosted.Apply(TestRouter.OpenRealm, Settings(Ci(Second.Hash), User("local", new KeptToken(Here.Hash))));

        Assert.That(peer.Send($"[5,\"{First.Token}\",{{}}]").Take().Single(), Is.EqualTo(ChangedMeanwhile));
        Assert.That(other.Send($"[5,\"{Here.Token}\",{{}}]").Take().Single(), Does.StartWith("[2,"), "another user's tokens are as they were");
    }

    [Test]
    public void Apply_AnEarlierEndWhileALoginIsUnderWay_ItLetsNobodyIn()
    {
        var peer = Challenge(_router.Connect());

        _router.Hosted.Apply(TestRouter.OpenRealm, Settings(User("ci", new KeptToken(First.Hash, _time.GetUtcNow()), new KeptToken(Second.Hash))));

        Assert.That(peer.Send($"[5,\"{First.Token}\",{{}}]").Take().Single(), Is.EqualTo(ChangedMeanwhile));
    }

    [Test]
    public void Apply_UserIsGone_ItsSessionEnds()
    {
        var ci = Login(First);

        _router.Hosted.Apply(TestRouter.OpenRealm, Settings(User("cd", new KeptToken(First.Hash))));

        Assert.That(ci.Take().Single(), Does.StartWith("[6,").And.Contain("the realm no longer has this user"));
    }

    [Test]
    public void Generate_EachTime_IsAnotherTokenOfTheFormAndItsFastHash()
    {
        var made = Enumerable.Range(0, 100).Select(_ => BearerToken.Generate()).ToArray();

        Assert.That(made.Select(token => token.Token), Is.Unique.And.All.Match("^wamp_[A-Za-z0-9_-]{43}$"));
        Assert.That(made.Select(token => BearerToken.HasForm(Encoding.UTF8.GetBytes(token.Token))), Is.All.True);
        Assert.That(made.Select(token => (token.Hash.Iterations, token.Hash.Matches(Encoding.UTF8.GetBytes(token.Token)))), Is.All.EqualTo((0, true)));
    }

    [Test]
    public void Describe_CountsTokens()
    {
        Assert.That(Of(Ci(First.Hash)).Describe(), Is.EqualTo("bearer, 1 token"));
        Assert.That(Of(Ci(First.Hash, Second.Hash), User("local", new KeptToken(Here.Hash)) with { LoopbackOnly = true }).Describe(), Is.EqualTo("bearer, 3 tokens, 1 of them from this machine only"));
        Assert.That(Of(Ci(First.Hash, Second.Hash) with { LoopbackOnly = true }).Describe(), Is.EqualTo("bearer, 2 tokens, from this machine only"));
    }

    private static BearerPrincipal Ci(params TicketHash[] hashes) => User("ci", [.. hashes.Select(hash => new KeptToken(hash))]);

    private static BearerPrincipal User(string authId, params KeptToken[] tokens) => new() { AuthId = authId, Role = "anonymous", Tokens = tokens };

    private static BearerSettings Of(params BearerPrincipal[] users) => new() { Principals = users.ToDictionary(user => user.AuthId) };

    private static SessionSettings Settings(params BearerPrincipal[] users) => new() { Authentication = new AuthenticationSettings { Methods = [Of(users)] } };

    private static TestPeer Challenge(TestPeer peer, string authId = "")
    {
        Assert.That(peer.Send($"[1,\"realm1\",{{{authId}\"authmethods\":[\"bearer\"],\"roles\":{{\"caller\":{{}}}}}}]").Take(), Is.EqualTo(new[] { """[4,"bearer",{}]""" }));
        return peer;
    }

    private TestPeer Login((string Token, TicketHash Hash) token)
    {
        var peer = Challenge(_router.Connect()).Send($"[5,\"{token.Token}\",{{}}]");
        Assert.That(peer.Take().Single(), Does.StartWith("[2,"));
        return peer;
    }
}
