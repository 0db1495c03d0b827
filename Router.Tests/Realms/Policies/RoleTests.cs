using System.Text;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Policies;
using WampRouter.Realms.Settings;
using WampRouter.Tests.Conformance;

namespace WampRouter.Tests.Realms.Policies;

public sealed class RoleTests
{
    private static readonly Role Role = Ready(
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
        });

    [TestCase("com.other", Permissions.Call, Description = "the short prefix")]
    [TestCase("com.app.x", Permissions.Publish, Description = "the longer prefix")]
    [TestCase("com.app.exact", Permissions.Subscribe, Description = "exact beats prefix")]
    [TestCase("com.app.exactly", Permissions.Publish)]
    [TestCase("com.x.any", Permissions.Call, Description = "prefix beats wildcard")]
    [TestCase("net.a.end", Permissions.Subscribe, Description = "the wildcard literal further to the left")]
    [TestCase("net.b.end", Permissions.Register)]
    [TestCase("net.a.x", Permissions.Subscribe)]
    [TestCase("net.a.x.y", Permissions.Undecided, Description = "as many components as the pattern, no more")]
    [TestCase("net.a", Permissions.Undecided)]
    [TestCase("org.mid.x", Permissions.Publish)]
    [TestCase("org.mid", Permissions.Undecided)]
    [TestCase("org", Permissions.Undecided, Description = "no rule: only an authorizer could allow it")]
    [Shows("authz.feature")]
    public void Decide_SeveralRules_TheMostSpecificDecidesAlone(string uri, object expected) =>
        Assert.That(Role.Decide(Encoding.UTF8.GetBytes(uri)).Permissions, Is.EqualTo(expected));

    [Test]
    public void Decide_RuleNotToBeCached_SaysSo()
    {
        var role = Ready(new RoleSettings { Name = "r", Permissions = [Rule("com.", MatchPolicy.Prefix, Permissions.Call) with { Cache = false }] });

        Assert.That(role.Decide("com.a"u8), Is.EqualTo((Permissions.Call, false)));
    }

    [TestCase("com.", MatchPolicy.Prefix, Permissions.None, Description = "a longer prefix and an exact rule below it allow other things")]
    [TestCase("com.b", MatchPolicy.Prefix, Permissions.Call, Description = "nothing else below it; prefix beats wildcard")]
    [TestCase("com.app.x", MatchPolicy.Prefix, Permissions.Publish)]
    [TestCase("com.app.e", MatchPolicy.Prefix, Permissions.None, Description = "an exact rule below it")]
    [TestCase("co", MatchPolicy.Prefix, Permissions.None, Description = "wider than any rule")]
    [TestCase("com..x", MatchPolicy.Wildcard, Permissions.None, Description = "com.app.x is for publishers")]
    [TestCase("com.b.", MatchPolicy.Wildcard, Permissions.Call)]
    [TestCase("com.app..x", MatchPolicy.Wildcard, Permissions.Publish)]
    [TestCase("net..end", MatchPolicy.Wildcard, Permissions.None, Description = "net.a.end is for subscribers")]
    [TestCase("net.a.", MatchPolicy.Wildcard, Permissions.Subscribe)]
    [TestCase("net.", MatchPolicy.Prefix, Permissions.None, Description = "no wildcard covers a prefix")]
    [TestCase("..", MatchPolicy.Wildcard, Permissions.None)]
    [TestCase("edu.a.b.c", MatchPolicy.Prefix, Permissions.Undecided, Description = "no rule has to do with it")]
    [Shows("authz.register")]
    public void DecideWhole_SeveralRules_AllowsWhatIsAllowedForAllOfIt(string pattern, object match, object expected) =>
        Assert.That(Role.DecideWhole(Encoding.UTF8.GetBytes(pattern), (MatchPolicy)match), Is.EqualTo(expected));

    [TestCase("com.", MatchPolicy.Prefix, Permissions.Call, Description = "whatever the rules below it say")]
    [TestCase("com.app.e", MatchPolicy.Prefix, Permissions.Publish)]
    [TestCase("co", MatchPolicy.Prefix, Permissions.Undecided, Description = "wider than any rule")]
    [TestCase("com..x", MatchPolicy.Wildcard, Permissions.Call)]
    [TestCase("net.", MatchPolicy.Prefix, Permissions.Undecided, Description = "no wildcard covers a prefix")]
    [TestCase("..", MatchPolicy.Wildcard, Permissions.Undecided)]
    public void DecidePattern_SeveralRules_TheOneThatCoversItDecides(string pattern, object match, object expected) =>
        Assert.That(Role.DecidePattern(Encoding.UTF8.GetBytes(pattern), (MatchPolicy)match), Is.EqualTo(expected));

    [TestCase("com.a", MatchPolicy.Exact, "com.a", MatchPolicy.Exact, true)]
    [TestCase("com.a", MatchPolicy.Exact, "com.b", MatchPolicy.Exact, false)]
    [TestCase("com.a", MatchPolicy.Exact, "com", MatchPolicy.Prefix, true)]
    [TestCase("com", MatchPolicy.Exact, "com.", MatchPolicy.Prefix, false)]
    [TestCase("com.a", MatchPolicy.Exact, ".a", MatchPolicy.Wildcard, true)]
    [TestCase("com.a", MatchPolicy.Exact, "..a", MatchPolicy.Wildcard, false)]
    [TestCase("com.", MatchPolicy.Prefix, "com.app", MatchPolicy.Prefix, true)]
    [TestCase("com.app", MatchPolicy.Prefix, "com.apt", MatchPolicy.Prefix, false)]
    [TestCase("", MatchPolicy.Prefix, "com..x", MatchPolicy.Wildcard, true)]
    [TestCase("com.", MatchPolicy.Prefix, "com", MatchPolicy.Wildcard, false)]
    [TestCase("com.ap", MatchPolicy.Prefix, "com.app.", MatchPolicy.Wildcard, true)]
    [TestCase("com.ap", MatchPolicy.Prefix, "..x", MatchPolicy.Wildcard, true)]
    [TestCase("com.app.x", MatchPolicy.Prefix, "com..y", MatchPolicy.Wildcard, false)]
    [TestCase("org.", MatchPolicy.Prefix, "com..", MatchPolicy.Wildcard, false)]
    [TestCase("com..x", MatchPolicy.Wildcard, ".a.", MatchPolicy.Wildcard, true)]
    [TestCase("com..x", MatchPolicy.Wildcard, ".a.y", MatchPolicy.Wildcard, false)]
    [TestCase("com.", MatchPolicy.Wildcard, "com..", MatchPolicy.Wildcard, false)]
    public void Overlap_OfTwoPatterns_IsTheSameEitherWayRound(string first, object firstMatch, string second, object secondMatch, bool expected)
    {
        Assert.That(PatternOverlap.Exists(first, (MatchPolicy)firstMatch, second, (MatchPolicy)secondMatch), Is.EqualTo(expected));
        Assert.That(PatternOverlap.Exists(second, (MatchPolicy)secondMatch, first, (MatchPolicy)firstMatch), Is.EqualTo(expected));
    }

    private static Role Ready(RoleSettings role) => new RealmPolicy(new RealmSettings { Name = "realm1", Roles = [role] }).RoleOf(role.Name);

    private static PermissionRule Rule(string uri, MatchPolicy match, Permissions allow) => new() { Uri = uri, Match = match, Allow = allow };
}
