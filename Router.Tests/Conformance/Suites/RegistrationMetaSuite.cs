using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>rfc/text/advanced/meta_api_registrations.md</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class RegistrationMetaSuite(Way way, WireFormat format) : AdvancedCallSuite(way, format)
{
    private const string Shared = "\"invoke\":\"roundrobin\"";

    [Test]
    [Shows("registration-meta.feature", "registration-meta.create-then-register", "registration-meta.unregister-then-delete")]
    [Shows("registration-meta.on-create", "registration-meta.on-register", "registration-meta.on-unregister", "registration-meta.on-delete")]
    public async Task RegistrationsOfTwoSessions_ComeAndGo_AreToldInOrder()
    {
        var second = await JoinAsync("second");
        await WatchAsync(Caller);

        await RegisterAsync(Callee, Shared);
        await ExpectEventAsync("on_create", """["$callee",{"id":"$registration","created":"$created","uri":"com.procedure","match":"exact","invoke":"roundrobin"}]""");
        Assert.That(Text("created"), Does.Match(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"), "ISO 8601");
        await ExpectEventAsync("on_register", """["$callee","$registration"]""");
        await RegisterAsync(second, Shared);
        await ExpectEventAsync("on_register", """["$second","$registration"]""");
        await Callee.ExchangeAsync("""[66,2,"$registration"]""", "[67,2]");
        await ExpectEventAsync("on_unregister", """["$callee","$registration"]""");
        await second.DisposeAsync();
        await ExpectEventAsync("on_unregister", """["$second","$registration"]""");
        await ExpectEventAsync("on_delete", """["$second","$registration"]""");
        await Caller.ExpectNothingAsync();
    }

    [Test]
    [Shows("registration-meta.same-realm")]
    public async Task Registration_InAnotherRealm_IsNeitherToldNorListed()
    {
        await WatchAsync(Caller);
        var stranger = await LogInAsync("ann");

        await RegisterAsync(stranger);

        await Caller.ExpectNothingAsync();
        await Caller.ExchangeAsync("""[48,1,{},"wamp.registration.list"]""", """[50,1,{},[{"exact":[],"prefix":[],"wildcard":[]}]]""");
    }

    [Test]
    [Shows("registration-meta.not-to-itself")]
    public async Task Registration_OfTheObserverItself_IsNotToldToIt()
    {
        await WatchAsync(Caller);

        await RegisterAsync(Caller, request: 2);

        await Caller.ExpectNothingAsync();
    }

    [Test]
    [Shows("registration-meta.list")]
    public async Task List_RegistrationsOfEachKind_AreSortedByMatch()
    {
        await RegisterThreeAsync();

        await Caller.ExchangeAsync("""[48,1,{},"wamp.registration.list"]""", """[50,1,{},[{"exact":["$exact"],"prefix":["$prefix"],"wildcard":["$wildcard"]}]]""");
    }

    [TestCase("""["com.app.one"]""", "\"$exact\"")]
    [TestCase("""["com.",{"match":"prefix"}]""", "\"$prefix\"")]
    [TestCase("""["com..one",{"match":"wildcard"}]""", "\"$wildcard\"")]
    [TestCase("""["com.app.one",{"match":"prefix"}]""", "null")]
    [TestCase("""["com.app.two"]""", "null")]
    [Shows("registration-meta.lookup")]
    public async Task Lookup_UriAndMatch_FindsExactlyThatRegistration(string arguments, string found)
    {
        await RegisterThreeAsync();

        await Caller.ExchangeAsync($$"""[48,1,{},"wamp.registration.lookup",{{arguments}}]""", $$"""[50,1,{},[{{found}}]]""");
    }

    [TestCase("com.app.one", "\"$exact\"")]
    [TestCase("com.app.two", "\"$prefix\"")]
    [TestCase("org.app.one", "null")]
    [Shows("registration-meta.match")]
    public async Task Match_Uri_FindsWhatACallWouldReach(string uri, string found)
    {
        await RegisterThreeAsync();

        await Caller.ExchangeAsync($$"""[48,1,{},"wamp.registration.match",["{{uri}}"]]""", $$"""[50,1,{},[{{found}}]]""");
    }

    [Test]
    [Shows("registration-meta.feature", "registration-meta.get", "registration-meta.callees")]
    public async Task GetListAndCount_SharedRegistration_IsDescribed()
    {
        var second = await JoinAsync("second");
        await RegisterAsync(Callee, Shared);
        await RegisterAsync(second, Shared);

        await Caller.ExchangeAsync("""[48,1,{},"wamp.registration.get",["$registration"]]""", """[50,1,{},[{"id":"$registration","created":"*","uri":"com.procedure","match":"exact","invoke":"roundrobin"}]]""");
        await Caller.ExchangeAsync("""[48,2,{},"wamp.registration.list_callees",["$registration"]]""", """[50,2,{},[["$callee","$second"]]]""");
        await Caller.ExchangeAsync("""[48,3,{},"wamp.registration.count_callees",["$registration"]]""", "[50,3,{},[2]]");
    }

    [TestCase("get", "[4711]")]
    [TestCase("list_callees", "[4711]")]
    [TestCase("count_callees", "[4711]")]
    [TestCase("remove_callee", "[4711,1]")]
    [Shows("registration-meta.no-such-registration")]
    public async Task Call_NoRegistrationOfThatId_IsNoSuchRegistration(string procedure, string arguments)
    {
        await Caller.SendAsync($$"""[48,1,{},"wamp.registration.{{procedure}}",{{arguments}}]""");

        await ExpectRefusalAsync(Caller, 1, "no_such_registration");
    }

    [TestCase("get", "[]")]
    [TestCase("lookup", "[7]")]
    [TestCase("lookup", "[\"com.a\",{\"match\":\"regex\"}]")]
    [TestCase("remove_callee", "[1]")]
    [Shows("registration-meta.invalid-argument")]
    public async Task Call_WrongArguments_IsInvalidArgument(string procedure, string arguments)
    {
        await Caller.SendAsync($$"""[48,1,{},"wamp.registration.{{procedure}}",{{arguments}}]""");

        await ExpectRefusalAsync(Caller, 1, "invalid_argument");
    }

    [Test]
    [Shows("registration-meta.invalid-argument")]
    public async Task Match_OfWhatIsNoUri_IsInvalidUri()
    {
        await Caller.SendAsync("""[48,1,{},"wamp.registration.match",["com..a"]]""");

        await ExpectRefusalAsync(Caller, 1, "invalid_uri");
    }

    [Test]
    [Shows("registration-meta.remove-callee")]
    public async Task RemoveCallee_OneOfTwo_LosesItAndTheOtherGoesOn()
    {
        var second = await JoinAsync("second");
        await RegisterAsync(Callee, Shared);
        await RegisterAsync(second, Shared);

        await Caller.ExchangeAsync("""[48,1,{},"wamp.registration.remove_callee",["$registration","$callee","com.why"]]""", "[50,1,{}]");
        await Callee.ExpectAsync("""[67,0,{"registration":"$registration","reason":"com.why"}]""");
        await Caller.SendAsync("""[48,2,{},"wamp.registration.remove_callee",["$registration","$callee"]]""");
        await ExpectRefusalAsync(Caller, 2, "no_such_session");

        await CallAsync(Caller, 3);
        await ExpectInvocationAsync(second);
    }

    private static Task WatchAsync(Peer peer) => peer.ExchangeAsync("""[32,1,{"match":"prefix"},"wamp.registration.on_"]""", """[33,1,"$watch"]""");

    private Task ExpectEventAsync(string name, string arguments) =>
        Caller.ExpectAsync($$"""[36,"$watch","*",{"topic":"wamp.registration.{{name}}"},{{arguments}}]""");

    private async Task RegisterThreeAsync()
    {
        await RegisterAsync(Callee, "", "com.app.one", "exact", 1);
        await RegisterAsync(Callee, "\"match\":\"prefix\"", "com.", "prefix", 2);
        await RegisterAsync(Callee, "\"match\":\"wildcard\"", "com..one", "wildcard", 3);
    }
}
