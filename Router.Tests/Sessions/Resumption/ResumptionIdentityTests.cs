using WampRouter.Sessions.Authentication;
using WampRouter.Sessions.Resumption;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Sessions.Resumption;

/// <summary>docs/resumption.md "Who may": the token alone opens nothing.</summary>
public sealed class ResumptionIdentityTests
{
    private const string Ticket = "the right one";
    private const string Joe = "\"authmethods\":[\"ticket\"],\"authid\":\"joe\"";

    private Dictionary<string, TicketPrincipal> _principals = null!;
    private TestRouter _router = null!;

    [SetUp]
    public void SetUp()
    {
        _ = TicketHash.TryParse($"sha256:{Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Ticket)))}", out var hash, out _);
        _principals = new[] { "joe", "jim" }.ToDictionary(name => name, name => new TicketPrincipal { AuthId = name, Role = "anonymous", Tickets = [hash!] });
        _router = new TestRouter(TestRouter.OpenRealm with { Roles = [TestRouter.OpenRealm.Roles[0], TestRouter.OpenRealm.Roles[0] with { Name = "staff" }] }, TestRouter.Anonymous with
        {
            Authentication = new AuthenticationSettings { Methods = [.. TestRouter.Anonymous.Authentication.Methods, new TicketSettings { Principals = _principals }] },
        });
    }

    [TearDown]
    public void TearDown() => _router.Dispose();

    [Test]
    public void Resume_TheSameUserLoggedInAgain_GoesOn()
    {
        var joe = Join(Joe);
        joe.Lose();

        joe.Resume();

        Assert.That(joe.IsResumed, Is.True);
    }

    [Test]
    public void Resume_TheUserHasAnotherRoleByNow_GetsANewSessionInThatRole()
    {
        var joe = Join(Joe);
        joe.Lose();
        _principals["joe"] = _principals["joe"] with { Role = "staff" };

        joe.Resume();

        Assert.That((joe.IsResumed, (string?)joe.Welcome["authrole"]), Is.EqualTo((false, "staff")));
    }

    [TestCase("\"authmethods\":[\"ticket\"],\"authid\":\"jim\"")]
    [TestCase("\"authmethods\":[\"anonymous\"]")]
    public void Resume_AnotherUserWithTheToken_GetsANewSessionAndHarmsNothing(string login)
    {
        var joe = Join(Joe);
        joe.Lose();

        var thief = new ResumableClient(_router, login) { Ticket = Ticket, Id = joe.Id, Token = joe.Token };
        thief.Resume();
        joe.Resume();

        Assert.Multiple(() =>
        {
            Assert.That(thief.IsResumed, Is.False);
            Assert.That(joe.IsResumed, Is.True);
        });
    }

    [Test]
    public void Resume_AnonymousWithTheTokenOfAUser_IsNotThatUser()
    {
        var anonymous = Join("\"authmethods\":[\"anonymous\"]");
        anonymous.Lose();

        var joe = new ResumableClient(_router, Joe) { Ticket = Ticket, Id = anonymous.Id, Token = anonymous.Token };
        joe.Resume();

        Assert.That(joe.IsResumed, Is.False, "another authmethod");
    }

    [Test]
    public void Token_EachOne_IsNewAndMatchesOnlyItself()
    {
        var (first, second) = (new ResumptionTokens(), new ResumptionTokens());

        Assert.Multiple(() =>
        {
            Assert.That(first.Match(first.Current), Is.True);
            Assert.That(first.Match(second.Current), Is.False);
            Assert.That(first.Match(""), Is.False, "not even while there is none before");
            Assert.That(first.Match(first.Current[..^1]), Is.False);
        });
    }

    private ResumableClient Join(string login)
    {
        var client = new ResumableClient(_router, login) { Ticket = Ticket };
        client.Join(_router.Connect());
        return client;
    }
}
