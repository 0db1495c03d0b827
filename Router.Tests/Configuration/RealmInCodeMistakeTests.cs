using WampRouter.Configuration;

namespace WampRouter.Tests.Configuration;

/// <summary>Mistakes in a realm of code are told in words of code: the call, the property, and what to write there.</summary>
public sealed class RealmInCodeMistakeTests
{
    [Test]
    public void Add_Mistakes_AreAllToldByCallAndProperty()
    {
        var shop = new WampRealmOptions("com.shop");
        shop.AddRole("buyer").Allow("com..shop", call: true);
        shop.AddRole("buyer");
        shop.AllowAnonymous("byer");
        shop.AddPrincipal("bob", "buyer", "plain text");
        shop.KeepHistory("com.shop.sold").MaxAge = TimeSpan.FromMilliseconds(1500);

        shop.KeepHistory("com.shop.bought").MaxAge = TimeSpan.FromTicks(1);
        var again = new WampRealmOptions("com.empty") { Overflow = (WampOverflow)9 };
        again.AllowAnonymous(again.AddRole("a").Allow("com.*", call: true).Allow("", call: true).Name);

        var result = Load(shop, new WampRealmOptions("com.empty"), again);

        Assert.That(result.Mistakes.Select(mistake => mistake.ToString()), Is.EqualTo(new[]
        {
            "AddRealm(\"com.shop\"): Roles[\"buyer\"].Permissions[0].Uri: 'com..shop' has an empty component, which stands for any one only with WampUriMatch.Wildcard",
            "AddRealm(\"com.shop\"): Roles[\"buyer\"].Name: role 'buyer' is there twice",
            "AddRealm(\"com.shop\"): History[0].MaxAge: must be a whole number of seconds from 1 to 1000000000, not 1.5",
            "AddRealm(\"com.shop\"): History[1].MaxAge: must be a whole number of seconds from 1 to 1000000000, not 0.0000001",
            "AddRealm(\"com.shop\"): Authentication.Anonymous.Role: there is no role 'byer'; did you mean 'buyer'?",
            "AddRealm(\"com.shop\"): Authentication.Ticket.Principals[\"bob\"].Tickets[0]: not a ticket hash; make one with 'hash-ticket' (a ticket in clear text is refused on purpose)",
            "AddRealm(\"com.empty\"): Roles: must not be empty",
            "AddRealm(\"com.empty\"): Authentication: must have at least one of 'Anonymous', 'Ticket', 'WampCra', 'Bearer': without a method nobody can join, and there are no Logins either",
            "AddRealm(\"com.empty\"), call 2 of this name: Name: realm 'com.empty' is defined already by AddRealm(\"com.empty\")",
            "AddRealm(\"com.empty\"), call 2 of this name: Roles[\"a\"].Permissions[0].Uri: 'com.*' is no pattern here; write \"com.\", WampUriMatch.Prefix",
            "AddRealm(\"com.empty\"), call 2 of this name: Roles[\"a\"].Permissions[1].Uri: must not be empty; only WampUriMatch.Prefix takes an empty URI, which stands for all",
            "AddRealm(\"com.empty\"), call 2 of this name: Overflow: must be one of 'Disconnect', 'DropEvents', not 9",
        }));
    }

    [Test]
    public void Add_HalfOfASurrogatePairInAnyName_IsAMistakeAndNobodyBecomesSomebodyElse()
    {
        var realm = new WampRealmOptions("com.shop");
        realm.AddRole("buyer").Allow("com.\ud800", call: true);
        realm.AddRole("\udc00x");
        realm.AddRole("\ud83d\ude00").Allow("com.\ud83d\ude00", call: true);
        realm.AllowAnonymous("\udc01x");
        realm.AddPrincipal("bob\ud800", "buyer", WampTicketHash.Of("secret"));
        realm.AddPrincipal("bob\ud801", "buyer", "\ud800");
        realm.KeepHistory("a\ud800b");

        var mistakes = Load(realm, new WampRealmOptions("com.\ud800")).Mistakes;

        Assert.That(mistakes.Where(mistake => mistake.Message == "holds half of a surrogate pair, which is no character").Select(mistake => $"{mistake.Source} {mistake.Path}"), Is.EqualTo(new[]
        {
            "AddRealm(\"com.shop\") Roles[\"buyer\"].Permissions[0].Uri",
            "AddRealm(\"com.shop\") Roles[1].Name",
            "AddRealm(\"com.shop\") History[0].Uri",
            "AddRealm(\"com.shop\") Authentication.Anonymous.Role",
            "AddRealm(\"com.shop\") Authentication.Ticket.Principals[0].AuthId",
            "AddRealm(\"com.shop\") Authentication.Ticket.Principals[1].AuthId",
            "AddRealm(\"com.shop\") Authentication.Ticket.Principals[1].Tickets[0]",
            "AddRealm(\"com.\uFFFD\") Name",
        }));
        Assert.That(mistakes.Count(mistake => mistake.Source == "AddRealm(\"com.shop\")"), Is.EqualTo(7), "nothing else is wrong there");
        Assert.That(() => WampTicketHash.Of("secret\ud800"), Throws.ArgumentException);
    }

    [Test]
    public void Add_NameThatIsTooLong_IsAMistake()
    {
        var realm = new WampRealmOptions("com.shop");
        realm.AddRole(new string('é', 512));
        realm.AllowAnonymous(realm.AddRole(new string('é', 512) + "a").Name);

        Assert.That(Load(realm).Mistakes.Select(mistake => mistake.Message), Is.EqualTo(new[] { "is too long: 1024 bytes is the most, and it has 1025" }));
    }

    [Test]
    public void Add_RealmThatIsLargerThanAnyFile_IsAMistakeAsItWouldBeInAFile()
    {
        var realm = new WampRealmOptions("com.shop");
        var role = realm.AddRole("buyer");
        realm.AllowAnonymous("buyer");
        for (var i = 0; i < 17; i++)
        {
            role.Permissions.Add(new WampPermissionOptions(new string('a', 1024 * 1024)));
        }

        Assert.That(Load(realm).Mistakes.Select(mistake => mistake.ToString()), Is.EqualTo(new[] { "AddRealm(\"com.shop\"): is larger than 16 MiB as a realm file, the most a realm may have" }));
    }

    private static RealmConfigurationResult Load(params WampRealmOptions[] realms)
    {
        var loader = new RealmConfigurationLoader();
        loader.Add(realms);
        return loader.Result;
    }
}
