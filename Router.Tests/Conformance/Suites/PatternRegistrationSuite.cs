using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>rfc/text/advanced/rpc_pattern_based_registration.md</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class PatternRegistrationSuite(Way way, WireFormat format) : AdvancedCallSuite(way, format)
{
    private const string Prefix = "\"match\":\"prefix\"";
    private const string Wildcard = "\"match\":\"wildcard\"";

    [Test]
    [Shows("pattern-registration.feature", "pattern-registration.prefix")]
    public async Task Prefix_Registered_ServesWhatBeginsWithItAndNothingElse()
    {
        await RegisterAsync(Callee, Prefix, "com.myapp.myobject1");

        await ExpectServedAsync("com.myapp.myobject1.myprocedure1", "com.myapp.myobject1-mysubobject1", "com.myapp.myobject1.mysubobject1.myprocedure1", "com.myapp.myobject1");
        await ExpectNotServedAsync("com.myapp.myobject2", "com.myapp.myobject");
    }

    [Test]
    [Shows("pattern-registration.feature", "pattern-registration.wildcard")]
    public async Task Wildcard_Registered_ServesAnyOneComponentInThatPlace()
    {
        await RegisterAsync(Callee, Wildcard, "com.myapp..myprocedure1");

        await ExpectServedAsync("com.myapp.myobject1.myprocedure1", "com.myapp.myobject2.myprocedure1");
        await ExpectNotServedAsync("com.myapp.myobject1.myprocedure1.mysubprocedure1", "com.myapp.myobject1.myprocedure2", "com.myapp2.myobject1.myprocedure1");
    }

    [Test]
    [Shows("pattern-registration.exact")]
    public async Task Exact_IsTheDefault_AndServesItsOwnUriOnly()
    {
        await RegisterAsync(Callee, "", "com.a");

        await CallAsync(Caller, 1, procedure: "com.a");
        await ExpectInvocationAsync(Callee);
        await ExpectNotServedAsync("com.a.b", "com.ab", "com");
    }

    [Test]
    [Shows("pattern-registration.precedence", "pattern-registration.none-matches", "pattern-registration.one-serves", "pattern-registration.wildcard-precedence")]
    public async Task Call_SeveralRegistrationsMatch_TheSpecifiedOneServes()
    {
        (string Uri, string Match)[] registrations =
        [
            ("a1.b2.c3.d4.e55", "\"match\":\"exact\""), ("a1.b2.c3", Prefix), ("a1.b2.c3.d4", Prefix), ("a1.b2..d4.e5", Wildcard),
            ("a1.b2.c33..e5", Wildcard), ("a1.b2..d4.e5..g7", Wildcard), ("a1.b2..d4..f6.g7", Wildcard),
        ];
        for (var i = 1; i <= registrations.Length; i++)
        {
            await RegisterAsync(Callee, registrations[i - 1].Match, registrations[i - 1].Uri, $"rpc{i}", i);
        }

        (string Procedure, int Served)[] examples =
        [
            ("a1.b2.c3.d4.e55", 1), ("a1.b2.c3.d98.e74", 2), ("a1.b2.c3.d4.e325", 3), ("a1.b2.c55.d4.e5", 4), ("a1.b2.c33.d4.e5", 5), ("a1.b2.c88.d4.e5.f6.g7", 6),
        ];
        for (var i = 1; i <= examples.Length; i++)
        {
            await CallAsync(Caller, i, procedure: examples[i - 1].Procedure);
            await Callee.ExpectAsync($$"""[68,{{i}},"$rpc{{examples[i - 1].Served}}",{"...":"*"}]""");
        }

        await Callee.ExpectNothingAsync();
        await ExpectNotServedAsync("a2.b2.c2.d2.e2");
    }

    [TestCase("com.app.", "com.app.one", Prefix)]
    [TestCase("com..one", "com.app.one", Wildcard)]
    [Shows("pattern-registration.procedure")]
    public async Task Invocation_OfAPattern_NamesTheProcedureThatWasCalled(string pattern, string procedure, string match)
    {
        await RegisterAsync(Callee, match, pattern);

        await CallAsync(Caller, 1, "", """["Hello, world!"]""", procedure);

        await ExpectInvocationAsync(Callee, 1, $"\"procedure\":\"{procedure}\"", """["Hello, world!"]""");
        await AnswerAsync(Callee, 1, Caller, 1);
    }

    [Test]
    [Shows("pattern-registration.separate")]
    public async Task Register_TheSameUriInEachWay_AreThreeRegistrations()
    {
        await RegisterAsync(Callee, "", "com.a", "exact", 1);
        await RegisterAsync(Callee, Prefix, "com.a", "prefix", 2);
        await RegisterAsync(Callee, Wildcard, "com.a", "wildcard", 3);

        Assert.That(new[] { Id("exact"), Id("prefix"), Id("wildcard") }, Is.Unique);
        await Callee.ExchangeAsync("""[66,4,"$exact"]""", "[67,4]");
        await CallAsync(Caller, 1, procedure: "com.a");
        await Callee.ExpectAsync("""[68,1,"$prefix",{"procedure":"com.a"}]""");
    }

    [Test]
    [Shows("pattern-registration.no-set-semantics")]
    public async Task Unregister_PartOfABroaderPattern_LeavesThePattern()
    {
        await RegisterAsync(Callee, Prefix, "com.");
        await RegisterAsync(Callee, Prefix, "com.app.", "narrow", 2);

        await Callee.ExchangeAsync("""[66,3,"$narrow"]""", "[67,3]");

        await ExpectServedAsync("com.app.one");
    }

    [TestCase("com..a", Prefix)]
    [TestCase("com.#", Prefix)]
    [TestCase("com. .a", Wildcard)]
    [Shows("pattern-registration.invalid")]
    public async Task Register_NoPattern_IsInvalidUri(string pattern, string match)
    {
        await Callee.SendAsync($$"""[64,1,{{{match}}},"{{pattern}}"]""");

        await ExpectRefusalAsync(Callee, 1, "invalid_uri", MessageCode.Register);
    }

    [TestCase("wamp.", Prefix)]
    [TestCase("wamp", Prefix)]
    [TestCase("wamp..count", Wildcard)]
    [Shows("pattern-registration.reserved")]
    public async Task Register_PatternOfTheRoutersOwnProcedures_IsInvalidUri(string pattern, string match)
    {
        await Callee.SendAsync($$"""[64,1,{{{match}}},"{{pattern}}"]""");

        await ExpectRefusalAsync(Callee, 1, "invalid_uri", MessageCode.Register);
    }

    [TestCase("wam", Prefix)]
    [TestCase("..", Wildcard)]
    [Shows("pattern-registration.reserved")]
    public async Task Call_RoutersOwnProcedure_IsServedByNoPattern(string pattern, string match)
    {
        await RegisterAsync(Callee, match, pattern);

        await ExpectNotServedAsync("wamp.session.counts");
    }

    [TestCase("\"regex\"")]
    [TestCase("7")]
    [Shows("pattern-registration.unknown-match")]
    public async Task Register_UnknownMatch_IsAnInvalidArgument(string match)
    {
        await Callee.SendAsync($$"""[64,1,{"match":{{match}}},"com.a"]""");

        await ExpectRefusalAsync(Callee, 1, "invalid_argument", MessageCode.Register);
    }

    private async Task ExpectServedAsync(params string[] procedures)
    {
        for (var i = 1; i <= procedures.Length; i++)
        {
            await CallAsync(Caller, i, procedure: procedures[i - 1]);
            await ExpectInvocationAsync(Callee, i, $"\"procedure\":\"{procedures[i - 1]}\"");
        }
    }

    private async Task ExpectNotServedAsync(params string[] procedures)
    {
        const int FirstId = 1_000;
        for (var i = 0; i < procedures.Length; i++)
        {
            await CallAsync(Caller, FirstId + i, procedure: procedures[i]);
            await ExpectRefusalAsync(Caller, FirstId + i, "no_such_procedure");
        }

        await Callee.ExpectNothingAsync();
    }
}
