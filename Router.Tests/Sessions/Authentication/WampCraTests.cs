using System.Net;
using System.Security.Cryptography;
using System.Text;
using Newtonsoft.Json.Linq;
using WampRouter.Sessions;
using WampRouter.Sessions.Authentication;
using WampRouter.Sessions.Connections;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Sessions.Authentication;

/// <summary>WAMP-CRA: the secret never travels, a signature counts for one challenge only, and nobody learns which users there are.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class WampCraTests
{
    private const string Denied = """[3,{"message":"unknown authid or wrong signature"},"wamp.error.authentication_denied"]""";

    /// <summary>128 bits in Base64.</summary>
    private const string Unguessable = "9ZhvUMgXvCpGX8ZbqAUYkA";

    private static readonly WampCraSalting Salting = new("AAECAwQFBgcICQoLDA0ODw==", 1_000, 32);

    private static readonly IPEndPoint Elsewhere = new(IPAddress.Parse("192.0.2.7"), 1);

    private readonly ManualTime _time = new();
    private TestRouter _router = null!;

    [SetUp]
    public void SetUp() => _router = RouterWith(User("ada", "first", "second"), Salted("sal", "password"), User("local", "known to all") with { LoopbackOnly = true });

    [TearDown]
    public void TearDown() => _router.Dispose();

    [Test]
    [Shows("wampcra.feature", "wampcra.challenge", "wampcra.challenge-json", "wampcra.challenge-members", "wampcra.signature")]
    public async Task Challenge_KnownUser_SaysWhatWelcomeWillSay()
    {
        _time.Advance(TimeSpan.FromMilliseconds(1_234));
        var peer = _router.Connect();

        var challenge = Challenge(peer, "ada", out var extra);
        var welcome = JArray.Parse(await AnswerAsync(peer, challenge, "first"));

        var members = JObject.Parse(challenge);
        Assert.That(members.Properties().Select(member => member.Name), Is.EquivalentTo(new[] { "authid", "authrole", "authmethod", "authprovider", "nonce", "timestamp", "session" }));
        Assert.That(((string?)members["authid"], (string?)members["authmethod"], (string?)members["timestamp"]!.ToString(Newtonsoft.Json.Formatting.None)), Is.EqualTo(("ada", "wampcra", "\"1970-01-01T00:00:01.234Z\"")));
        Assert.That((ulong)members["session"]!, Is.EqualTo((ulong)welcome[1]).And.GreaterThan(0));
        Assert.That(new[] { "authid", "authrole", "authmethod", "authprovider" }.Select(name => (string?)members[name]), Is.EqualTo(new[] { "authid", "authrole", "authmethod", "authprovider" }.Select(name => (string?)welcome[2][name])));
        Assert.That(extra.Count, Is.EqualTo(1), "nothing of salt");
    }

    [TestCase("first")]
    [TestCase("second")]
    public async Task Answer_AnyOfTheUsersSecrets_IsWelcome(string secret)
    {
        var peer = _router.Connect();

        Assert.That(await AnswerAsync(peer, Challenge(peer, "ada", out _), secret), Does.StartWith("[2,"));
    }

    [Test]
    [Shows("wampcra.salted")]
    public async Task Answer_SaltedUser_DerivesItsKeyByWhatTheChallengeSays()
    {
        var peer = _router.Connect();
        var challenge = Challenge(peer, "sal", out var extra);

        var key = Rfc2898DeriveBytes.Pbkdf2("password", Encoding.UTF8.GetBytes((string)extra["salt"]!), (int)extra["iterations"]!, HashAlgorithmName.SHA256, (int)extra["keylen"]!);

        Assert.That(await AnswerAsync(peer, challenge, Convert.ToBase64String(key)), Does.StartWith("[2,"));
    }

    /// <summary>RFC 7914 section 11 for PBKDF2-HMAC-SHA256.</summary>
    [TestCase("passwd", "salt", 1, "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783")]
    [TestCase("Password", "NaCl", 80_000, "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d")]
    public void Derive_Vector_IsTheKeyInBase64(string password, string salt, int iterations, string key)
    {
        var bytes = Convert.FromHexString(key);

        Assert.That(WampCraSecret.Derive(password, new WampCraSalting(salt, iterations, bytes.Length)).Reveal(), Is.EqualTo(Convert.ToBase64String(bytes)));
    }

    /// <summary>RFC 4231 section 4.3.</summary>
    [Test]
    public void HasSigned_Vector_IsItsHmacInBase64AndNothingElse()
    {
        var signature = Convert.ToBase64String(Convert.FromHexString("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
        var secret = WampCraSecret.Of("Jefe");

        Assert.That(secret.HasSigned("what do ya want for nothing?"u8, Encoding.ASCII.GetBytes(signature)), Is.True);
        Assert.That(secret.HasSigned("what do ya want for nothing!"u8, Encoding.ASCII.GetBytes(signature)), Is.False);
    }

    [TestCase("empty")]
    [TestCase("without-padding")]
    [TestCase("url-safe")]
    [TestCase("stray-bits")]
    [TestCase("newline")]
    [TestCase("hex")]
    [TestCase("huge")]
    [TestCase("of-another-challenge")]
    [TestCase("by-another-user")]
    [TestCase("by-the-salt")]
    public async Task Answer_AnythingElse_IsRefusedWithTheSameWords(string oddity)
    {
        var earlier = Challenge(_router.Connect(), "ada", out _);
        string challenge, right;
        TestPeer peer;
        do
        {
            peer = _router.Connect();
            challenge = Challenge(peer, "ada", out _);
            right = Sign(challenge, "first");
        }
        while (oddity == "url-safe" && right.AsSpan().IndexOfAny('+', '/') < 0);       // one that the other alphabet spells differently

        var signature = oddity switch
        {
            "empty" => "",
            "without-padding" => right.TrimEnd('='),
            "url-safe" => right.Replace('+', '-').Replace('/', '_'),
            "stray-bits" => $"{right[..42]}{(char)(right[42] + 1)}=",
            "newline" => right + "\\n",
            "hex" => Convert.ToHexStringLower(Convert.FromBase64String(right)),
            "huge" => new string('A', 100_000),
            "of-another-challenge" => Sign(earlier, "first"),
            "by-another-user" => Sign(challenge, "known to all"),
            _ => Sign(challenge, Salting.Salt),
        };

        Assert.That(await SendAsync(peer, $"[5,\"{signature}\",{{}}]"), Is.EqualTo(Denied));
    }

    [Test]
    public async Task Answer_Twice_CountsOnce()
    {
        var peer = _router.Connect();
        var challenge = Challenge(peer, "ada", out _);
        await AnswerAsync(peer, challenge, "first");

        Assert.That(await AnswerAsync(peer, challenge, "first"), Does.StartWith("[3,").And.Contain("wamp.error.protocol_violation"));
    }

    [Test]
    public void Challenge_SameUserAgain_IsAnother()
    {
        var challenges = Enumerable.Range(0, 3).Select(_ => Challenge(_router.Connect(), "ada", out var _)).ToArray();

        Assert.That(challenges.Select(challenge => (string)JObject.Parse(challenge)["nonce"]!), Is.Unique);
        Assert.That(challenges.Select(challenge => (ulong)JObject.Parse(challenge)["session"]!), Is.Unique);
    }

    [TestCase("nobody", false)]
    [TestCase("local", true)]
    [Shows("wampcra.users-not-told")]
    public async Task Challenge_UserThatDoesNotExist_LooksLikeOneThatDoes(string authId, bool fromElsewhere)
    {
        using var router = RouterWith(Salted("sal", "password"), User("local", "known to all") with { LoopbackOnly = true }, Salted("sol", "other"));
        var info = TestPeer.Local(WireFormat.Json) with { RemoteEndPoint = fromElsewhere ? Elsewhere : new IPEndPoint(IPAddress.Loopback, 1) };
        var known = Shape(Challenge(router.Connect(info), "sal", out var extraOfKnown), extraOfKnown);
        if (!fromElsewhere)
        {
            // Here the unsalted one can be imitated as well.
            authId = Enumerable.Range(0, 1_000).Select(i => $"{authId}{i}").First(name => Challenge(router.Connect(info), name, out var extra) is not null && extra.Count > 1);
        }

        var peer = router.Connect(info);
        var challenge = Challenge(peer, authId, out var extraOfUnknown);
        _ = Challenge(router.Connect(info), authId, out var again);
        _ = Challenge(router.Connect(info), authId + "'", out var other);

        Assert.That(Shape(challenge, extraOfUnknown), Is.EqualTo(known));
        Assert.That((string?)again["salt"], Is.EqualTo((string?)extraOfUnknown["salt"]), "a salt that changes tells that nobody has it");
        Assert.That((string?)other["salt"], Is.Not.EqualTo((string?)extraOfUnknown["salt"]));
        Assert.That(await AnswerAsync(peer, challenge, "known to all"), Is.EqualTo(Denied));
    }

    [Test]
    [Shows("wampcra.users-not-told")]
    public void Challenge_UsersThatDoNotExist_AreAsDifferentAsThoseThatDo()
    {
        using var router = RouterWith([.. Enumerable.Range(0, 30).Select(i => i < 10 ? Salted($"user{i}", "x") : User($"user{i}", "x"))]);

        var salted = Enumerable.Range(0, 300).Count(i => Challenge(router.Connect(), $"nobody{i}", out var extra) is not null && extra.ContainsKey("salt"));

        Assert.That(salted, Is.InRange(30, 200), "a third of 300, more or less");
    }

    [Test]
    public void Challenge_UserThatDoesNotExist_StaysTheSameWhileOthersCome()
    {
        var before = Saltings();

        _router.Hosted.Apply(TestRouter.OpenRealm, Settings(User("ada", "first"), Salted("sal", "password"), User("local", "x") with { LoopbackOnly = true }, User("new", "x")));

        var same = before.Zip(Saltings()).Count(pair => pair.First == pair.Second);
        Assert.That(same, Is.GreaterThan(50), "of 100; one user in four is new");

        string?[] Saltings() => [.. Enumerable.Range(0, 100).Select(i => Challenge(_router.Connect(), $"nobody{i}", out var extra) is null ? null : (string?)extra["salt"])];
    }

    [TestCase(false, "[2,")]
    [TestCase(true, "[3,")]
    public async Task Answer_LoopbackOnlyUser_IsWelcomeFromThisMachineOnly(bool fromElsewhere, string answer)
    {
        var peer = _router.Connect(TestPeer.Local(WireFormat.Json) with { RemoteEndPoint = fromElsewhere ? Elsewhere : new IPEndPoint(IPAddress.Loopback, 1) });

        Assert.That(await AnswerAsync(peer, Challenge(peer, "local", out _), "known to all"), Does.StartWith(answer));
    }

    [TestCase("", "wamp.error.authentication_denied")]
    [TestCase("\"authid\":\"\",", "wamp.error.authentication_denied")]
    [TestCase("\"authid\":\"LONG\",", "wamp.error.authentication_denied")]
    [Shows("wampcra.authid")]
    public void Hello_WithoutAnAuthIdThatCanBe_IsRefused(string authId, string error)
    {
        var answer = _router.Connect().Send($"[1,\"realm1\",{{{authId.Replace("LONG", new string('a', 1025))}\"authmethods\":[\"wampcra\"],\"roles\":{{\"caller\":{{}}}}}}]").Take().Single();

        Assert.That(answer, Does.StartWith("[3,").And.Contain(error));
    }

    [Test]
    public async Task Apply_AnotherSecret_TheSessionStaysAndOnlyTheNewSecretLetsIn()
    {
        var ada = _router.Connect();
        await AnswerAsync(ada, Challenge(ada, "ada", out _), "first");

        _router.Hosted.Apply(TestRouter.OpenRealm, Settings(User("ada", Unguessable)));

        var (former, latter) = (_router.Connect(), _router.Connect());
        Assert.That(ada.Take(), Is.Empty);
        Assert.That(await AnswerAsync(former, Challenge(former, "ada", out _), "first"), Is.EqualTo(Denied));
        Assert.That(await AnswerAsync(latter, Challenge(latter, "ada", out _), Unguessable), Does.StartWith("[2,"));
    }

    [TestCase("ada", "192.0.2.8")]
    [TestCase("nobody", "192.0.2.7")]
    public async Task Answer_AfterAWrongOneOfTheNameOrAddressWhereASecretMayBeGuessed_Waits(string authId, string address)
    {
        var there = TestPeer.Local(WireFormat.Json) with { RemoteEndPoint = Elsewhere };
        var (former, latter) = (_router.Connect(there with { RemoteEndPoint = new IPEndPoint(IPAddress.Parse(address), 1) }), _router.Connect(there));
        await AnswerAsync(former, Challenge(former, authId, out _), "wrong");
        var challenge = Challenge(latter, "ada", out _);

        latter.Send($"[5,\"{Sign(challenge, "first")}\",{{}}]");
        _time.Advance(TimeSpan.FromMilliseconds(249));
        Assert.That((latter.Status, latter.Take().Count), Is.EqualTo((ReceiveStatus.Wait, 0)));

        _time.Advance(TimeSpan.FromMilliseconds(1));
        await latter.ResumeAsync();
        Assert.That(latter.Take().Single(), Does.StartWith("[2,"));
    }

    [Test]
    public void Answer_AfterAWrongOneWhereNoSecretCanBeGuessed_DoesNotWait()
    {
        using var router = RouterWith(User("ada", Unguessable));
        var (former, latter) = (router.Connect(), router.Connect());
        Assert.That(former.Send($"[5,\"{Sign(Challenge(former, "ada", out _), "wrong")}\",{{}}]").Take().Single(), Is.EqualTo(Denied));

        Assert.That(latter.Send($"[5,\"{Sign(Challenge(latter, "ada", out _), Unguessable)}\",{{}}]").Take().Single(), Does.StartWith("[2,"));
    }

    [Test]
    public async Task Apply_UserIsGone_ItsSessionEnds()
    {
        var ada = _router.Connect();
        await AnswerAsync(ada, Challenge(ada, "ada", out _), "first");

        _router.Hosted.Apply(TestRouter.OpenRealm, Settings(User("bob", "x")));

        Assert.That(ada.Take().Single(), Does.StartWith("[6,").And.Contain("the realm no longer has this user"));
    }

    private static WampCraPrincipal User(string authId, params string[] secrets) => new() { AuthId = authId, Role = "anonymous", Secrets = [.. secrets.Select(WampCraSecret.Of)] };

    private static WampCraPrincipal Salted(string authId, string password) =>
        new() { AuthId = authId, Role = "anonymous", Secrets = [WampCraSecret.Derive(password, Salting)], Salting = Salting };

    private static SessionSettings Settings(params WampCraPrincipal[] users) =>
        new() { Authentication = new AuthenticationSettings { Methods = [new WampCraSettings { Principals = users.ToDictionary(user => user.AuthId) }] } };

    private static string Sign(string challenge, string secret) => Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(challenge)));

    private static string Challenge(TestPeer peer, string authId, out JObject extra)
    {
        var message = JArray.Parse(peer.Send($"[1,\"realm1\",{{\"authmethods\":[\"wampcra\"],\"authid\":\"{authId}\",\"roles\":{{\"caller\":{{}}}}}}]").Take().Single());
        Assert.That(((int)message[0], (string?)message[1]), Is.EqualTo((4, "wampcra")));
        extra = (JObject)message[2];
        return (string)extra["challenge"]!;
    }

    private static Task<string> AnswerAsync(TestPeer peer, string challenge, string secret) => SendAsync(peer, $"[5,\"{Sign(challenge, secret)}\",{{}}]");

    private static async Task<string> SendAsync(TestPeer peer, string message)
    {
        peer.Send(message);
        if (peer.Status == ReceiveStatus.Wait)
        {
            await peer.ResumeAsync();
        }

        return peer.Take().Single();
    }

    /// <summary>What of a challenge is the same for all users that are alike.</summary>
    private static string Shape(string challenge, JObject extra)
    {
        var members = JObject.Parse(challenge);
        var lengths = string.Join(",", members.Properties().Select(member => $"{member.Name}:{(member.Name is "nonce" or "timestamp" ? $"{((string)member.Value!).Length}" : member.Name is "authid" or "session" ? "" : (string?)member.Value)}"));
        return $"{lengths} {string.Join(",", extra.Properties().Select(member => $"{member.Name}:{(member.Name == "salt" ? $"{((string)member.Value!).Length}" : member.Name == "challenge" ? "" : (string?)member.Value)}"))}";
    }

    private TestRouter RouterWith(params WampCraPrincipal[] users) => new(sessions: Settings(users), time: _time);
}
