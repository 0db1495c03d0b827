using System.Text;
using System.Text.RegularExpressions;
using WampRouter.Configuration;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Patterns;
using WampRouter.Sessions.Authentication;

namespace WampRouter.Tests.Configuration;

/// <summary>What a fresh clone serves.</summary>
public sealed partial class ShippedConfigurationTests
{
    private readonly RealmConfigurationResult _shipped = RealmConfigurationLoader.Load(ShippedFiles.Realms);

    [Test]
    public void Load_ShippedRealms_AreRight()
    {
        Assert.That(_shipped.Mistakes, Is.Empty);
        Assert.That(_shipped.Realms.Select(realm => realm.Realm.Name), Is.EqualTo(new[] { "realm1", "secured" }));
    }

    [Test]
    public void Realm1_Anonymous_MayDoEverythingOnThisMachineOnly()
    {
        var realm = Realm("realm1");
        var anonymous = realm.Sessions.Authentication.Anonymous!;

        Assert.That(anonymous.LoopbackOnly, Is.True);
        Assert.That(realm.Realm.Roles.Single(role => role.Name == anonymous.Role).Permissions, Is.EqualTo(new[]
        {
            new PermissionRule { Uri = "", Match = MatchPolicy.Prefix, Allow = Permissions.All },
        }));
    }

    [Test]
    public void Secured_EveryUser_IsADemoOnThisMachineOnly()
    {
        var authentication = Realm("secured").Sessions.Authentication;

        Assert.That(authentication.Anonymous, Is.Null);
        Assert.That(authentication.Find<TicketSettings>()!.Principals.Values.Select(principal => principal.LoopbackOnly), Is.All.True);
        Assert.That(authentication.Find<TicketSettings>()!.Principals.Keys, Is.EquivalentTo(new[] { "sensor", "procedures", "browser" }));
    }

    [Test]
    public void Secured_TicketsInTheComments_AreTheRightOnes()
    {
        var principals = Realm("secured").Sessions.Authentication.Find<TicketSettings>()!.Principals;
        var documented = Documented().Matches(File.ReadAllText(Path.Combine(ShippedFiles.Realms, "secured.json")))
            .ToDictionary(match => match.Groups["authid"].Value, match => match.Groups["ticket"].Value);

        Assert.That(documented.Keys, Is.EquivalentTo(principals.Keys));
        Assert.That(principals.Values.Where(principal => !principal.Tickets.Single().Matches(Encoding.UTF8.GetBytes(documented[principal.AuthId]))), Is.Empty);
    }

    private RealmConfiguration Realm(string name) => _shipped.Realms.Single(realm => realm.Realm.Name == name);

    [GeneratedRegex("\"authid\": \"(?<authid>[^\"]*)\",[^}]*\"comment\": \"DEMO, ticket: (?<ticket>[^ \"]*)")]
    private static partial Regex Documented();
}
