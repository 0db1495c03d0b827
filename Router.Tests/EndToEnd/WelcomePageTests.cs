using System.Text.Json.Nodes;
using WampRouter.Tests.EndToEnd.LoggingIn;

namespace WampRouter.Tests.EndToEnd;

/// <summary>The router's own page in Chromium, used as a user would.</summary>
[TestFixture(RouterBuild.Dotnet)]
[TestFixture(RouterBuild.NativeAot)]
public sealed class WelcomePageTests(RouterBuild build) : RunningRouter(build, LoggingInTests.WriteTo)
{
    private JsonNode _seen = new JsonObject();

    [OneTimeSetUp]
    public async Task UsePage() => _seen = await Script.RunAsync("welcome-page", Router.Page.AbsoluteUri);

    [Test]
    public void Page_Opened_JoinsRealm1AndShowsItsOwnGreeting()
    {
        Assert.That(_seen.Text("joined"), Does.StartWith("In realm realm1 as ").And.EndsWith("role anonymous"));
        Assert.That(_seen.Text("greeting"), Does.Contain("com.example.page.hello"));
    }

    [Test]
    public void Page_Opened_FetchesNothingButItselfAndBreaksNoPolicy()
    {
        Assert.That(_seen["fetched"]!.AsArray().Select(url => url!.ToString()), Is.All.EqualTo(Router.Page.AbsoluteUri));
        Assert.That(_seen["complaints"]!.AsArray(), Is.Empty);
    }

    [Test]
    public void CallForm_OwnProcedure_ShowsResult() => Assert.That(_seen.Text("result"), Does.StartWith("\"Hello\", 42\n"));

    [Test]
    public void CallForm_BrokenJson_SaysWhatIsRight() => Assert.That(_seen.Text("mistake"), Does.StartWith("Named arguments must be a JSON object"));

    [Test]
    public void CallForm_UnknownProcedure_ShowsError() => Assert.That(_seen.Text("noProcedure"), Does.StartWith("wamp.error.no_such_procedure: "));

    [Test]
    public void PublishForm_OtherWindowSubscribed_ShowsEventThere()
    {
        Assert.That(_seen.Text("event"), Does.EndWith("com.example.test.news \"Hello, everybody\", degrees = 21.5"));
    }

    [Test]
    public void OwnProcedure_OfferedByEveryWindow_AnswersWhenOneIsClosed()
    {
        Assert.That(_seen.Text("neighbourNote"), Is.EqualTo("This page offers com.example.page.echo, as every window of it does in this realm: one of them returns what it is given."));
        Assert.That(_seen.Text("afterNeighbourLeft"), Does.StartWith("\"Hello\", 42\n"));
    }

    [Test]
    public void SubscribeForm_MatchPrefix_ShowsEventsWithTheirOwnTopic()
    {
        Assert.That(_seen.Text("pattern"), Does.StartWith("com.example.other. (prefix)"));
        Assert.That(_seen.Text("patternEvent"), Does.Contain("com.example.other.topic \"Hello, everybody\""));
    }

    [Test]
    public void SubscribeForm_Asterisk_SaysThatItIsNoWildcard() => Assert.That(_seen.Text("asterisk"), Does.StartWith("* is no wildcard in WAMP: ").And.Contain("choose match prefix"));

    [Test]
    public void Wire_EveryMessage_IsShownButNoTicket()
    {
        Assert.That(_seen["wire"]!.AsArray().Take(9).Select(name => name!.ToString()), Is.EquivalentTo(
            ["HELLO", "WELCOME", "REGISTER", "REGISTERED", "SUBSCRIBE", "SUBSCRIBED", "PUBLISH", "PUBLISHED", "EVENT"]));
        Assert.That(_seen["showsTicket"]!.GetValue<bool>(), Is.False);
    }

    [Test]
    public void LoginForm_WrongTicket_ShowsReasonAndText() => Assert.That(_seen.Text("wrongTicket"), Does.Match(@"^\w.* \(wamp\.error\.authentication_\w+\)$"));

    [Test]
    public void LoginForm_RightTicket_JoinsWithRole()
    {
        Assert.That(_seen.Text("left"), Is.EqualTo("You left"));
        Assert.That(_seen.Text("loggedIn"), Is.EqualTo("In realm secured as browser, role frontend"));
        Assert.That(_seen["notPermitted"]![0]!.ToString(), Does.StartWith("This page cannot offer com.example.page.echo here (wamp.error.not_authorized: role 'frontend' may not register"));
        Assert.That(_seen["notPermitted"]![1]!.ToString(), Does.StartWith("This page cannot say hello here (wamp.error.not_authorized: role 'frontend' may not publish to"));
        Assert.That(_seen.Text("preset"), Is.Empty);
    }

    [Test]
    public void LoginForm_SecretOrPassword_SignsTheChallenge()
    {
        var wampcra = _seen["wampcra"]!;

        Assert.That((wampcra.Text("salted"), wampcra.Text("plain")), Is.EqualTo(("In realm shop as alice, role frontend", "In realm shop as gate, role frontend")));
        Assert.That((wampcra.Text("wrongSecret"), wampcra.Text("noSecret")), Is.EqualTo(("unknown authid or wrong signature (wamp.error.authentication_denied)", "unknown authid or wrong signature (wamp.error.authentication_denied)")));
        Assert.That(wampcra["note"]!.GetValue<bool>(), Is.False, "this page is secure");
    }

    [Test]
    public void Wire_OfASignedLogin_ShowsThatOneWasSentAndNeitherTheSecretNorFormerUsers() =>
        AssertJson.AreEqual(_seen["wampcra"]!["shows"], JsonNode.Parse("[[true, false, false], [true, false, false]]"));

    [Test]
    public void Page_AnotherRealmOrUserJoins_ShowsNothingOfTheFormer()
    {
        var (before, after) = (_seen["before"]!, _seen["afterAnother"]!);

        Assert.That((before.Text("result"), before["events"]!.GetValue<bool>()), Is.EqualTo((_seen.Text("noProcedure"), true)));
        Assert.That(before.Text("published"), Does.StartWith("Published at "));
        Assert.That(before.Text("first"), Does.StartWith("[1,\"realm1\","));
        Assert.That((after.Text("result"), after.Text("published"), after["events"]!.GetValue<bool>()), Is.EqualTo(("", "", false)));
        Assert.That(after.Text("first"), Does.StartWith("[1,\"secured\","));
    }
}

/// <summary>The page's own life: what it offers, whether it comes back, whether it is there.</summary>
[Category("EndToEnd")]
[TestFixture(RouterBuild.Dotnet)]
[TestFixture(RouterBuild.NativeAot)]
public sealed class WelcomePageLifeTests(RouterBuild build)
{
    [Test]
    public async Task Page_RouterRestarts_ComesBackWithItsSubscriptions()
    {
        var router = await RouterProcess.StartAsync(build, LabRealm.WriteTo);
        await using var script = ChildProcess.Start(BuiltFiles.Script("welcome-page-restart"), [router.Page.AbsoluteUri]);
        await script.PrintedAsync("joined");
        await using var next = await router.RestartAsync();
        await script.PrintedAsync("waiting");

        var seen = await Script.ReportOfAsync(script, "welcome-page-restart");

        Assert.That(seen.Text("waiting"), Does.Contain("1012").And.Contain("Trying again in"));
        Assert.That(seen["canGiveUp"]!.GetValue<bool>(), Is.True);
        Assert.That(seen.Text("back"), Does.StartWith("In realm discreet"));
        Assert.That(seen.Text("kept"), Does.Contain("opened this page"), "it is the same user in the same realm");
        Assert.That(seen.Text("event"), Does.Contain("com.example.test.news"));
        AssertJson.AreEqual(seen["offered"], JsonNode.Parse("""["discreet", "realm1"]"""));
        Assert.That(seen.Text("openRealms"), Does.Contain("discreet, realm1").And.Not.Contain("secured").And.Not.Contain("lab"));
    }

    [Test]
    public async Task Page_NotSecure_OffersNoWampCraAndSaysWhy()
    {
        await using var router = await RouterProcess.StartAsync(build);

        var seen = await Script.RunAsync("welcome-page-insecure", router.Page.AbsoluteUri);

        Assert.That((seen["isSecure"]!.GetValue<bool>(), seen["isOffered"]!.GetValue<bool>(), seen["isTicketOffered"]!.GetValue<bool>()), Is.EqualTo((false, false, true)));
        Assert.That(seen.Text("note"), Does.Contain("open this page by https://, or on the router's own machine by localhost"));
        Assert.That(seen["complaints"]!.AsArray(), Is.Empty);
    }

    [Test]
    public async Task Page_VisitorFromElsewhere_IsToldOfNoRealmForThisMachine()
    {
        await using var router = await RouterProcess.StartAsync(build, LabRealm.WriteTo);
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Add("X-Real-IP", "203.0.113.7");

        var html = await client.GetStringAsync(router.Page);

        Assert.That(html, Does.Contain("data-realms=\"discreet\"").And.Not.Contain("secured"));
    }

    [Test]
    public async Task Page_SwitchedOff_IsNotThere()
    {
        await using var router = await RouterProcess.StartAsync(build, settings: "--WampRouter:WelcomePage=false");
        using var client = new HttpClient();

        using var response = await client.GetAsync(router.Page);

        Assert.That(response.StatusCode, Is.EqualTo(System.Net.HttpStatusCode.NotFound));
        Assert.That(router.ToString(), Does.Not.Contain("in a browser"));
    }
}
