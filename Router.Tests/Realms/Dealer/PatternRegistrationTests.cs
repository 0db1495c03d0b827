using WampRouter.Realms.Authorization;
using WampRouter.Realms.Patterns;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Realms.Dealer;

/// <summary>rfc/text/advanced/rpc_pattern_based_registration.md, through real sessions.</summary>
public sealed class PatternRegistrationTests
{
    private const string Prefix = "\"match\":\"prefix\"";
    private const string Wildcard = "\"match\":\"wildcard\"";

    private TestRouter _router = null!;
    private TestPeer _caller = null!;
    private TestPeer _callee = null!;

    [SetUp]
    public void SetUp()
    {
        _router = new TestRouter();
        _caller = _router.Join();
        _callee = _router.Join();
    }

    [TearDown]
    public void TearDown() => _router.Dispose();

    // The examples of the specification, under "Calls matching multiple registrations".
    [TestCase("a1.b2.c3.d4.e55", 1)]
    [TestCase("a1.b2.c3.d98.e74", 2)]
    [TestCase("a1.b2.c3.d4.e325", 3)]
    [TestCase("a1.b2.c55.d4.e5", 4)]
    [TestCase("a1.b2.c33.d4.e5", 5)]
    [TestCase("a1.b2.c88.d4.e5.f6.g7", 6)]
    [Shows("pattern-registration.precedence", "pattern-registration.wildcard-precedence")]
    public void Call_SeveralRegistrationsMatch_TheSpecifiedOneServes(string procedure, int registration)
    {
        RegisterTheExamples();

        _caller.Call(1, procedure);

        Assert.That((int)_callee.TakeOne()[2], Is.EqualTo(registration));
    }

    [Test]
    [Shows("pattern-registration.none-matches")]
    public void Call_NoRegistrationMatches_IsRefused()
    {
        RegisterTheExamples();

        Assert.That(_caller.Call(1, "a2.b2.c2.d2.e2").Take().Single(), Does.Contain("wamp.error.no_such_procedure"));
    }

    [TestCase("com.myapp.myobject1.myprocedure1", true)]
    [TestCase("com.myapp.myobject1-mysubobject1", true)]
    [TestCase("com.myapp.myobject1", true)]
    [TestCase("com.myapp.myobject2", false)]
    [TestCase("com.myapp.myobject", false)]
    [Shows("pattern-registration.prefix")]
    public void Call_PrefixRegistration_MatchesAsAString(string procedure, bool matches)
    {
        _callee.Register("com.myapp.myobject1", Prefix);

        _caller.Call(1, procedure);

        Assert.That(_callee.Take(), Has.Count.EqualTo(matches ? 1 : 0));
    }

    [TestCase("com.myapp.myobject1.myprocedure1", true)]
    [TestCase("com.myapp.myobject1.myprocedure1.mysubprocedure1", false)]
    [TestCase("com.myapp.myobject1.myprocedure2", false)]
    [TestCase("com.myapp2.myobject1.myprocedure1", false)]
    [Shows("pattern-registration.wildcard")]
    public void Call_WildcardRegistration_MatchesWholeComponents(string procedure, bool matches)
    {
        _callee.Register("com.myapp..myprocedure1", Wildcard);

        _caller.Call(1, procedure);

        Assert.That(_callee.Take(), Has.Count.EqualTo(matches ? 1 : 0));
    }

    [Test]
    [Shows("pattern-registration.procedure")]
    public void Call_PatternRegistration_NamesTheProcedureToTheCallee()
    {
        _callee.Register("com.", Prefix);
        _caller.Call(1, "com.procedure", payload: "[1]");

        Assert.That(_callee.Take(), Is.EqualTo(new[] { """[68,1,1,{"procedure":"com.procedure"},[1]]""" }));
        Assert.That(_callee.Send("[70,1,{}]").Take(), Is.Empty);
        Assert.That(_caller.Take(), Is.EqualTo(new[] { "[50,1,{}]" }));
    }

    [Test]
    [Shows("pattern-registration.separate")]
    public void Register_SameUriWithEachMatch_StandsSideBySide()
    {
        var ids = new[] { _callee.Register("com.a"), _callee.Register("com.a", Prefix, 2), _callee.Register("com.a", Wildcard, 3) };

        Assert.That(ids.Distinct().Count(), Is.EqualTo(3));
        Assert.That(_router.Join().Send("""[64,1,{"match":"prefix"},"com.a"]""").Take().Single(), Does.Contain("wamp.error.procedure_already_exists"));
    }

    [Test]
    [Shows("pattern-registration.changes", "pattern-registration.no-set-semantics")]
    public void Call_WhileRegistrationsComeAndGo_TheBestOfTheMomentServes()
    {
        var served = new List<string>();
        var request = 0;
        void Call()
        {
            _caller.Call(++request, "com.a.b");
            served.AddRange(_callee.Take().Select(invocation => invocation.Split(',')[2]));
            served.AddRange(_caller.Take().Select(_ => "none"));
        }

        Call();
        var wildcard = _callee.Register("com..b", Wildcard, 1);
        Call();
        Call();
        var prefix = _callee.Register("com.", Prefix, 2);
        Call();
        var longer = _callee.Register("com.a", Prefix, 3);
        Call();
        var exact = _callee.Register("com.a.b", request: 4);
        Call();
        foreach (var (registration, unregister) in new[] { (exact, 5), (longer, 6), (prefix, 7), (wildcard, 8) })
        {
            _callee.Send($"[66,{unregister},{registration}]").Take();
            Call();
        }

        Assert.That(served, Is.EqualTo(new[] { "none", $"{wildcard}", $"{wildcard}", $"{prefix}", $"{longer}", $"{exact}", $"{longer}", $"{prefix}", $"{wildcard}", "none" }));
    }

    [Test]
    public void Register_SharedPattern_FollowsThePolicy()
    {
        var second = _router.Join();
        _callee.Register("com.", Prefix + ",\"invoke\":\"roundrobin\"");
        second.Register("com.", Prefix + ",\"invoke\":\"roundrobin\"");

        _caller.Call(1, "com.a").Call(2, "com.b");

        Assert.That(_callee.Take(), Has.Count.EqualTo(1));
        Assert.That(second.Take(), Has.Count.EqualTo(1));
    }

    [Test]
    public void ForceReregister_Pattern_RevokesThatPatternOnly()
    {
        _callee.Register("com.a");
        var old = _callee.Register("com.a", Prefix, 2);

        var second = _router.Join();
        second.Register("com.a", Prefix + ",\"force_reregister\":true");
        _caller.Call(1, "com.ab").Call(2, "com.a");

        Assert.That(second.Take(), Has.Count.EqualTo(1));
        Assert.That(_callee.Take(), Has.Count.EqualTo(1));
        Assert.That(_callee.Send($"[66,3,{old}]").Take().Single(), Does.Contain("wamp.error.no_such_registration"));
    }

    [TestCase("wam", Prefix)]
    [TestCase("..", Wildcard)]
    [Shows("pattern-registration.reserved")]
    public void Call_ReservedProcedure_IsServedByNoPattern(string pattern, string match)
    {
        _callee.Register(pattern, match);

        Assert.That(_caller.Call(1, "wamp.session.counts").Take().Single(), Does.Contain("wamp.error.no_such_procedure"));
    }

    [TestCase("com..a", Prefix)]
    [TestCase("com.#", Prefix)]
    [TestCase("com. .a", Wildcard)]
    [TestCase("wamp.", Prefix)]
    [TestCase("wamp..a", Wildcard)]
    [Shows("pattern-registration.invalid", "pattern-registration.reserved")]
    public void Register_BadPattern_IsRefused(string pattern, string match) =>
        Assert.That(_callee.Send($$"""[64,1,{{{match}}},"{{pattern}}"]""").Take().Single(), Does.StartWith("[8,64,1,{},\"wamp.error.invalid_uri\""));

    [Test]
    [Shows("pattern-registration.unknown-match")]
    public void Register_UnknownMatch_IsAnInvalidArgument() =>
        Assert.That(_callee.Send("""[64,1,{"match":"regex"},"com.a"]""").Take().Single(), Does.Contain("wamp.error.invalid_argument"));

    // What the role may register: com.app.* by prefix, com.*.status by wildcard, com.one exactly.
    [TestCase("com.app.x", Prefix, true)]
    [TestCase("com.app.", Prefix, true)]
    [TestCase("com.app.x..y", Wildcard, true)]
    [TestCase("com..status", Wildcard, true)]
    [TestCase("com.a.status", Wildcard, true)]
    [TestCase("com.", Prefix, false)]
    [TestCase("com.one", Prefix, false)]
    [TestCase("com.a.status", Prefix, false)]
    [TestCase("..status", Wildcard, false)]
    [Shows("pattern-registration.permission")]
    public void Register_Pattern_NeedsAPermissionThatCoversAllOfIt(string pattern, string match, bool allowed)
    {
        PermissionRule Rule(string uri, MatchPolicy policy) => new() { Uri = uri, Match = policy, Allow = Permissions.Register };
        using var router = new TestRouter(TestRouter.OpenRealm with
        {
            Roles = [new RoleSettings { Name = "anonymous", Permissions = [Rule("com.app.", MatchPolicy.Prefix), Rule("com..status", MatchPolicy.Wildcard), Rule("com.one", MatchPolicy.Exact)] }],
        });

        var answer = router.Join().Send($$"""[64,1,{{{match}}},"{{pattern}}"]""").Take().Single();

        Assert.That(answer, allowed ? Does.StartWith("[65,1,") : Does.Contain("wamp.error.not_authorized"));
    }

    private void RegisterTheExamples()
    {
        (string Uri, string Match)[] examples =
        [
            ("a1.b2.c3.d4.e55", ""), ("a1.b2.c3", Prefix), ("a1.b2.c3.d4", Prefix), ("a1.b2..d4.e5", Wildcard),
            ("a1.b2.c33..e5", Wildcard), ("a1.b2..d4.e5..g7", Wildcard), ("a1.b2..d4..f6.g7", Wildcard),
        ];
        for (var i = 0; i < examples.Length; i++)
        {
            Assert.That(_callee.Register(examples[i].Uri, examples[i].Match, i + 1), Is.EqualTo(i + 1));
        }
    }
}
