using System.Text;
using WampRouter.Realms;
using WampRouter.Realms.Authorization;

namespace WampRouter.Tests.Realms.Authorization;

public sealed class RoleTests
{
    private static readonly Role Role = new(
        new RoleSettings
        {
            Name = "role",
            Permissions =
            [
                Rule("com.", MatchPolicy.Prefix, Permissions.Call),
                Rule("com.app.", MatchPolicy.Prefix, Permissions.Publish),
                Rule("com.app.exact", MatchPolicy.Exact, Permissions.Subscribe),
                Rule("com..any", MatchPolicy.Wildcard, Permissions.Register),
                Rule("net..end", MatchPolicy.Wildcard, Permissions.Register),
                Rule("net.a.", MatchPolicy.Wildcard, Permissions.Subscribe),
                Rule(".mid.", MatchPolicy.Wildcard, Permissions.Publish),
            ],
        },
        index: 0);

    [TestCase("com.other", Permissions.Call, Description = "the short prefix")]
    [TestCase("com.app.x", Permissions.Publish, Description = "the longer prefix")]
    [TestCase("com.app.exact", Permissions.Subscribe, Description = "exact beats prefix")]
    [TestCase("com.app.exactly", Permissions.Publish)]
    [TestCase("com.x.any", Permissions.Call, Description = "prefix beats wildcard")]
    [TestCase("net.a.end", Permissions.Subscribe, Description = "the wildcard literal further to the left")]
    [TestCase("net.b.end", Permissions.Register)]
    [TestCase("net.a.x", Permissions.Subscribe)]
    [TestCase("net.a.x.y", Permissions.None, Description = "as many components as the pattern, no more")]
    [TestCase("net.a", Permissions.None)]
    [TestCase("org.mid.x", Permissions.Publish)]
    [TestCase("org.mid", Permissions.None)]
    [TestCase("org", Permissions.None, Description = "no rule, no permission")]
    public void Decide_SeveralRules_TheMostSpecificDecidesAlone(string uri, object expected) =>
        Assert.That(Role.Decide(Encoding.UTF8.GetBytes(uri)).Permissions, Is.EqualTo(expected));

    [Test]
    public void Decide_RuleNotToBeCached_SaysSo()
    {
        var role = new Role(new RoleSettings { Name = "r", Permissions = [Rule("com.", MatchPolicy.Prefix, Permissions.Call) with { Cache = false }] }, 0);

        Assert.That(role.Decide("com.a"u8), Is.EqualTo((Permissions.Call, false)));
    }

    private static PermissionRule Rule(string uri, MatchPolicy match, Permissions allow) => new() { Uri = uri, Match = match, Allow = allow };
}
