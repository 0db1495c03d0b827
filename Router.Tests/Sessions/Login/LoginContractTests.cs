using System.Text;
using WampRouter.Realms.Settings;
using WampRouter.Sessions;
using WampRouter.Sessions.Authentication;
using WampRouter.Sessions.Connections;
using WampRouter.Sessions.Hello;
using WampRouter.Sessions.Login;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Wire;
using WampRouter.Wire;

namespace WampRouter.Tests.Sessions.Login;

/// <summary>What every authentication method is given, may answer and may take its time for; and what bounds it.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class LoginContractTests
{
    private const int Refused = 1203;
    private const int LeadsNowhere = 1275;
    private const int MethodFailed = 1276;
    private const string Hello = """[1,"realm1",{"roles":{"caller":{}},"authmethods":["scripted"],"authid":"ada"}]""";

    private static readonly AuthenticationStep.Accept Ada = new("ada", "anonymous", "scripted", "test");
    private static readonly AuthenticationStep.Refuse No = new("wamp.error.authentication_denied", "no", "no");

    private readonly LogRecorder<Session> _log = new();
    private readonly ManualTime _time = new();
    private readonly TaskCompletionSource<AuthenticationStep?> _decision = new();
    private readonly List<LoginRequest> _logins = [];
    private CancellationToken _givenUp;
    private TestRouter _router = null!;

    [TearDown]
    public void TearDown() => _router.Dispose();

    [Test]
    public async Task Begin_MethodWaits_TheClientIsChallengedWhenItHasDecided()
    {
        var peer = Connect(Waiting);

        Assert.That((peer.Send(Hello).Status, peer.Take().Count), Is.EqualTo((ReceiveStatus.Wait, 0)));
        _decision.SetResult(new AuthenticationStep.Challenge("scripted", new Scripted((_, _, _) => Ada)));
        await peer.ResumeAsync();
        Assert.That((peer.Status, peer.Take().Single()), Is.EqualTo((ReceiveStatus.Continue, """[4,"scripted",{}]""")));

        Assert.That(peer.Send("""[5,"x",{}]""").Take().Single(), Does.StartWith("[2,"));
    }

    [Test]
    public async Task Begin_MethodWaitsTooLong_TheClientIsToldAndTheMethodMayStop()
    {
        var peer = Connect(Waiting);
        peer.Send(Hello);

        _time.Advance(new WampSessionOptions().HelloTimeout);

        Assert.That(peer.Take().Single(), Is.EqualTo("""[3,{"message":"the login is still being checked; try again: no WELCOME within 10 s"},"wamp.error.timeout"]"""));
        Assert.That((_givenUp.IsCancellationRequested, _logins.Single().IsLate), Is.EqualTo((true, true)));
        _decision.SetResult(Ada);
        await peer.ResumeAsync();
        Assert.That((peer.Status, peer.Take().Count, _router.Hosted.Realm.Members), Is.EqualTo((ReceiveStatus.Close, 0, 0)));
    }

    [Test]
    public void Begin_ClientIsGone_TheMethodMayStop()
    {
        var peer = Connect(Waiting);
        peer.Send(Hello);

        peer.Receiver.PeerIsGone();

        Assert.That((_givenUp.IsCancellationRequested, _logins.Single().IsLate), Is.EqualTo((true, false)));
    }

    [Test]
    public void Challenge_ClientIsGoneWithoutAnAnswer_TheMethodMayStop()
    {
        var peer = Connect(_ => new AuthenticationStep.Challenge("scripted", new Scripted((_, _, _) => Ada)));
        peer.Send(Hello);

        peer.Disconnect();

        Assert.That(_givenUp.IsCancellationRequested, Is.True);
    }

    [Test]
    public async Task Begin_FirstMethodHasNothingForTheClient_TheNextOneIsTried()
    {
        var peer = Connect(Waiting, new AnonymousSettings { Role = "anonymous" });
        peer.Send("""[1,"realm1",{"roles":{"caller":{}},"authmethods":["scripted","anonymous"]}]""");

        _decision.SetResult(null);
        await peer.ResumeAsync();

        Assert.That(peer.Take().Single(), Does.Contain("\"authmethod\":\"anonymous\""));
    }

    [Test]
    public void Begin_MethodFails_TheSessionDoes()
    {
        var peer = Connect(Waiting);
        peer.Send(Hello);

        _decision.SetException(new TimeoutException("the database is asleep"));

        Assert.ThrowsAsync<TimeoutException>(peer.ResumeAsync);
    }

    [Test]
    public void Begin_SessionId_IsTheOneOfWelcome()
    {
        var peer = Connect(_ => Ada);

        var session = peer.Join(details: Hello[12..^1]);

        Assert.That(_logins.Single().Session, Is.EqualTo(session));
    }

    [TestCase(WireFormat.Json)]
    [TestCase(WireFormat.MessagePack)]
    [TestCase(WireFormat.Cbor)]
    [Shows("auth.extras", "auth.two-rounds")]
    public void Extras_AnyFormat_GoBothWays(WireFormat format)
    {
        var heard = new List<string>();
        var peer = Connect(
            login =>
            {
                heard.Add(Json(login.Hello.AuthExtra));
                return Challenge("""{"salt":"\u0000AQI=","n":1}""", (_, first, _) =>
                {
                    heard.Add(Json(first));
                    return Challenge("""{"round":2}""", (_, second, _) =>
                    {
                        heard.Add(Json(second));
                        return Ada with { Extra = Of("""{"team":["a",2],"key":"\u0000AQI="}""") };
                    });
                });
            },
            format);

        Assert.That(Say("""[1,"realm1",{"roles":{"caller":{}},"authmethods":["scripted"],"authextra":{"key":"\u0000AQI=","é":[1,null]}}]"""), Does.Contain("""[4,"scripted",{"salt":"\u0000AQI=","n":1}]"""));
        Assert.That(Say("""[5,"one",{"a":{"b":1.5}}]"""), Does.Contain("""[4,"scripted",{"round":2}]"""));
        Assert.That(Say("""[5,"two",{}]"""), Does.Contain("""
            "authextra":{"team":["a",2],"key":"\u0000AQI="}
            """.Trim()));
        Assert.That(heard, Is.EqualTo(new[] { """{"key":"\u0000AQI=","é":[1,null]}""", """{"a":{"b":1.5}}""", "" }));

        string Say(string message) =>
            Text(format, peer.Send(ReferenceCodec.Encode(format, MessagePattern.Parse(message))).TakeBytes().Single());
    }

    [Test]
    public void Challenge_MoreOftenThanALoginMay_IsRefusedAndTheLogSaysWhy()
    {
        var rounds = 0;
        var peer = Connect(_ => Again());
        peer.Send(Hello);

        string answer;
        do
        {
            answer = peer.Take().Single();
            peer.Send("""[5,"x",{}]""");
        }
        while (answer.StartsWith("[4,", StringComparison.Ordinal));

        Assert.That(rounds, Is.EqualTo(LoginAttempt.MostRounds + 1));
        Assert.That(answer, Does.StartWith("[3,").And.Contain("wamp.error.authentication_failed"));
        Assert.That(_log.Of(MethodFailed).Single(), Does.Contain("'scripted' of realm realm1 has challenged 10 times"));

        AuthenticationStep.Challenge Again()
        {
            rounds++;
            return Challenge("{}", (_, _, _) => Again());
        }
    }

    [Test]
    public void Challenge_WhatTheClientsFormatCannotSay_IsRefusedAndTheLogSaysWhy()
    {
        var peer = Connect(_ => Challenge($"{{\"n\":{new string('9', 400)}}}", (_, _, _) => Ada), WireFormat.MessagePack);

        var answer = Text(WireFormat.MessagePack, peer.Send(ReferenceCodec.Encode(WireFormat.MessagePack, MessagePattern.Parse(Hello))).TakeBytes().Single());

        Assert.That((answer[..3], _log.Of(MethodFailed).Count), Is.EqualTo(("[3,", 1)));
    }

    [Test]
    public void Accept_AnotherRealm_IsTheOneThatIsJoined()
    {
        var peer = Connect(_ => Ada with { Realm = "realm2", AuthRole = "staff" });

        Assert.That(peer.Send(Hello).Take().Single(), Does.Contain("\"realm\":\"realm2\"").And.Contain("\"authrole\":\"staff\""));
        Assert.That((_router.Hosted.Realm.Members, Other.Realm.Members), Is.EqualTo((0, 1)));

        // Its realm does not know the method that let it in, and lets it stay.
        Other.Apply(Realm2, TestRouter.Anonymous);
        Assert.That(peer.Take(), Is.Empty);
        Other.Apply(Realm2 with { Roles = [Realm2.Roles[0]] }, TestRouter.Anonymous);
        Assert.That(peer.Take().Single(), Does.StartWith("[6,").And.Contain("the realm no longer has the role 'staff'"));
    }

    [TestCase("realm3", "staff", "there is no such realm", "wamp.error.no_such_realm")]
    [TestCase("realm2", "boss", "that realm has no such role", "wamp.error.no_such_role")]
    public void Accept_AnotherRealmThatCannotBe_IsRefusedForGoodAndTheLogSaysWhy(string realm, string role, string problem, string error)
    {
        var peer = Connect(_ => Ada with { Realm = realm, AuthRole = role });

        Assert.That(peer.Send(Hello).Take().Single(), Is.EqualTo($$"""[3,{"message":"this login leads to another realm, and {{problem}}"},"{{error}}"]"""));
        Assert.That(_log.Of(LeadsNowhere).Single(), Does.Contain($"leads 'ada' to realm '{realm}' with the role '{role}', and {problem}"));
    }

    [TestCase(16 * 1024, "[2,")]
    [TestCase(16 * 1024 + 1, "[3,")]
    public void Hello_AuthExtraOfManyBytes_IsTakenUpToItsBound(int bytes, string answer)
    {
        var peer = Connect(_ => Ada);

        Assert.That(peer.Send(HelloWith($",\"authextra\":{Extra(bytes)}")).Take().Single(), Does.StartWith(answer));
        Assert.That(_logins, Has.Count.EqualTo(answer == "[2," ? 1 : 0));
        Assert.That(_log.Of(Refused), answer == "[2," ? Is.Empty : Has.One.Contains("wamp.error.payload_size_exceeded").And.One.Contains("HELLO.Details.authextra has 16385 bytes"));
    }

    [TestCase(0, "[2,")]
    [TestCase(1, "[3,")]
    public void Hello_OfManyBytes_IsTakenUpToItsBound(int more, string answer)
    {
        var peer = Connect(_ => Ada);
        const string rest = ",\"x\":\"\"";
        var fixedBytes = Encoding.UTF8.GetByteCount(HelloWith(rest)) - "[1,\"\",]".Length;

        peer.Send(HelloWith($",\"x\":\"{new string('x', HelloRequest.MaxBytes - fixedBytes + more)}\""));

        Assert.That(peer.Take().Single(), Does.StartWith(answer));
        Assert.That(_log.Of(Refused), answer == "[2," ? Is.Empty : Has.One.Contains("this HELLO has 65537 bytes, and 65536 is the most"));
    }

    [TestCase("[1]", "HELLO.Details.authextra must be a dictionary")]
    [TestCase("\"x\"", "HELLO.Details.authextra must be a dictionary")]
    [TestCase("[]", "\"authid\":\"ada\"")]
    [TestCase("null", "\"authid\":\"ada\"")]
    public void Hello_AuthExtraThatIsNoDictionary_IsAViolationUnlessItIsNothing(string extra, string answer) =>
        Assert.That(Connect(_ => Ada).Send(HelloWith($",\"authextra\":{extra}")).Take().Single(), Does.Contain(answer));

    [TestCase(16 * 1024, "[2,")]
    [TestCase(16 * 1024 + 1, "[3,")]
    public void Authenticate_ExtraOfManyBytes_IsTakenUpToItsBound(int bytes, string answer)
    {
        var peer = Connect(_ => Challenge("{}", (_, _, _) => Ada));
        peer.Send(Hello).Take();

        Assert.That(peer.Send($"[5,\"x\",{Extra(bytes)}]").Take().Single(), Does.StartWith(answer));
        Assert.That(_log.Of(Refused), answer == "[2," ? Is.Empty : Has.One.Contains("AUTHENTICATE.Extra has 16385 bytes"));
    }

    [Test]
    public void Logins_AnyEnd_AreCountedByMethodAndOutcome()
    {
        var counted = new List<string>();
        using var listener = new System.Diagnostics.Metrics.MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Name == "wamp_router.logins")
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        var thread = Environment.CurrentManagedThreadId;
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            if (Environment.CurrentManagedThreadId == thread)
            {
                counted.Add(string.Join(" ", tags.ToArray().Select(tag => tag.Value)));
            }
        });
        listener.Start();

        var answers = new Queue<AuthenticationStep>([Ada, No]);
        Connect(_ => answers.Count > 0 ? answers.Dequeue() : Challenge("{}", (_, _, _) => Ada)).Send(Hello);
        _router.Connect().Send(Hello);
        _router.Connect().Send(Hello.Replace("scripted", "unheard-of"));
        _router.Connect().Send(Hello).Disconnect();
        _router.Connect().Send(Hello);
        _time.Advance(new WampSessionOptions().HelloTimeout);

        Assert.That(counted, Is.EqualTo(new[] { "scripted accepted", "scripted refused", "none refused", "scripted gone", "scripted late" }));
    }

    private static RealmSettings Realm2 { get; } = TestRouter.OpenRealm with { Name = "realm2", Roles = [.. new[] { "anonymous", "staff" }.Select(name => TestRouter.OpenRealm.Roles[0] with { Name = name })] };

    private HostedRealm Other { get; set; } = null!;

    private static string HelloWith(string more) => $"[1,\"realm1\",{{\"roles\":{{\"caller\":{{}}}},\"authmethods\":[\"scripted\"]{more}}}]";

    private static string Extra(int bytes) => $"{{\"x\":\"{new string('x', bytes - "{\"x\":\"\"}".Length)}\"}}";

    private static EncodedExtra Of(string json) => new(WireFormat.Json, Encoding.UTF8.GetBytes(json));

    private static string Text(WireFormat format, byte[] message) => MessagePattern.Text(ReferenceCodec.Decode(format, message));

    private static string Json(EncodedExtra? extra) => extra is null ? "" : extra.TryConvert(WireFormat.Json, out var json, out _) ? Encoding.UTF8.GetString(json!.ToArray()) : "?";

    private static AuthenticationStep.Challenge Challenge(string extra, Func<string, EncodedExtra?, CancellationToken, AuthenticationStep> answer) =>
        new("scripted", new Scripted(answer)) { Extra = extra == "{}" ? null : Of(extra) };

    private ValueTask<AuthenticationStep?> Waiting(LoginRequest login) => new(_decision.Task);

    private TestPeer Connect(Func<LoginRequest, AuthenticationStep?> begin, WireFormat format = WireFormat.Json) => Connect(login => new(begin(login)), null, format);

    private TestPeer Connect(Func<LoginRequest, ValueTask<AuthenticationStep?>> begin, MethodSettings? also = null, WireFormat format = WireFormat.Json)
    {
        var method = new ScriptedSettings((login, givenUp) =>
        {
            _logins.Add(login);
            _givenUp = givenUp;
            return begin(login);
        });
        _router = new TestRouter(sessions: new SessionSettings { Authentication = new AuthenticationSettings { Methods = also is null ? [method] : [method, also] } }, time: _time, logger: _log);
        Other = new HostedRealm(Realm2, new SessionSettings(), _router.Logins, _time);
        _router.Context.Replace([_router.Hosted, Other]);
        return _router.Connect(TestPeer.Local(format));
    }

    private sealed record ScriptedSettings(Func<LoginRequest, CancellationToken, ValueTask<AuthenticationStep?>> Begin) : MethodSettings
    {
        public override string Method => "scripted";

        public override bool IsPartlyLoopbackOnly => false;

        public override IAuthenticationMethod Create(MethodServices services) => new ScriptedMethod(Begin);

        public override string Describe() => Method;
    }

    private sealed class ScriptedMethod(Func<LoginRequest, CancellationToken, ValueTask<AuthenticationStep?>> begin) : IAuthenticationMethod
    {
        public string Name => "scripted";

        public ValueTask<AuthenticationStep?> BeginAsync(LoginRequest login, CancellationToken givenUp) => begin(login, givenUp);
    }

    private sealed class Scripted(Func<string, EncodedExtra?, CancellationToken, AuthenticationStep> answer) : IPendingAuthentication
    {
        public ValueTask<AuthenticationStep> AnswerAsync(ReadOnlySpan<byte> signatureUtf8, EncodedExtra? extra, CancellationToken givenUp) =>
            new(answer(Encoding.UTF8.GetString(signatureUtf8), extra, givenUp));
    }
}
