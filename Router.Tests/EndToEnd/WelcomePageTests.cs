using System.Text.Json.Nodes;

namespace WampRouter.Tests.EndToEnd;

/// <summary>The router's own page in Chromium, used as a user would.</summary>
[TestFixture(RouterBuild.Dotnet)]
[TestFixture(RouterBuild.NativeAot)]
public sealed class WelcomePageTests(RouterBuild build) : RunningRouter(build)
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
        Assert.That(_seen.Text("neighbourNotes"), Does.Contain("wamp.error.procedure_already_exists"));
    }

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
        Assert.That(_seen.Text("notPermitted"), Does.Contain("Cannot offer com.example.page.echo: wamp.error.not_authorized"));
    }
}
