using System.Collections;
using System.Reflection;
using System.Text.Json.Serialization.Metadata;
using WampRouter.Configuration;
using WampRouter.Configuration.Documents;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Patterns;

namespace WampRouter.Tests.Configuration;

/// <summary>Code can say of a realm what a file can say, and is judged by the same rules.</summary>
public sealed class RealmInCodeTests
{
    [Test]
    public void WampRealmOptions_EverySettingOfAFile_IsThere() =>
        Assert.That(FindMissing("$", RealmOptionsJson.Default.WampRealmOptions, RealmFile.Describe()), Is.Empty);

    [Test]
    public void WampRealmOptions_ASettingMore_IsFoundMissing() =>
        Assert.That(
            FindMissing("$", RealmOptionsJson.Default.WampRealmOptions, [.. RealmFile.Describe(), new Setting("new", SettingKind.Text)]),
            Is.EqualTo(new[] { "$.new" }));

    [Test]
    public void ToJson_EveryPropertyIsSet_IsARealmFile()
    {
        var realm = Filled();

        Assert.That(JsonSchema.Load(ShippedFiles.Schema).Validate(realm.ToJson()), Is.Empty);
    }

    [Test]
    public void Add_RealmOfCode_SaysWhatAFileWouldSay()
    {
        var realm = new WampRealmOptions("com.shop") { Overflow = WampOverflow.DropEvents, RequestIds = WampRequestIdCheck.Monotonic, UriCheck = WampUriCheck.Strict };
        realm.AddRole("buyer").Allow("com.shop.", WampUriMatch.Prefix, call: true).Allow("com.shop.", WampUriMatch.Prefix, subscribe: true).TrustLevel = 2;
        realm.AllowAnonymous("buyer", loopbackOnly: true);
        realm.KeepHistory("com.shop..sold", WampUriMatch.Wildcard).MaxAge = TimeSpan.FromMinutes(2);
        realm.Limits.MaxSessions = 7;

        var read = Load(realm).Realms.Single();

        var role = read.Realm.Roles.Single();
        Assert.Multiple(() =>
        {
            Assert.That((read.Realm.Name, read.Realm.UriCheck, read.Realm.Limits.MaxSessions), Is.EqualTo(("com.shop", UriCheck.Strict, 7)));
            Assert.That((role.Name, role.TrustLevel), Is.EqualTo(("buyer", 2)));
            Assert.That(role.Permissions.Select(rule => (rule.Uri, rule.Allow)), Is.EqualTo(new[] { ("com.shop.", Permissions.Call | Permissions.Subscribe) }));
            Assert.That(read.Sessions.Authentication.Anonymous, Is.EqualTo(new WampRouter.Sessions.Authentication.AnonymousSettings { Role = "buyer", LoopbackOnly = true }));
            Assert.That((read.Sessions.Overflow, read.Sessions.RequestIds), Is.EqualTo((WampRouter.Sessions.OverflowPolicy.DropEvents, WampRouter.Sessions.RequestIdCheck.Monotonic)));
            Assert.That(read.Realm.History.Select(history => (history.Uri, history.MaxAge)), Is.EqualTo(new[] { ("com.shop..sold", (TimeSpan?)TimeSpan.FromMinutes(2)) }));
        });
    }

    [Test]
    public void Add_Mistakes_AreAllToldByTheNameOfTheRealm()
    {
        var shop = new WampRealmOptions("com.shop");
        shop.AddRole("buyer").Allow("com..shop", call: true);
        shop.AddRole("buyer");
        shop.AllowAnonymous("byer");
        shop.AddPrincipal("bob", "buyer", "plain text");
        shop.KeepHistory("com.shop.sold").MaxAge = TimeSpan.FromMilliseconds(1500);

        var result = Load(shop, new WampRealmOptions("com.empty"));

        Assert.That(result.Mistakes.Select(mistake => mistake.ToString()), Is.EqualTo(new[]
        {
            "AddRealm('com.shop'): $.roles[0].permissions[0].uri: 'com..shop' has an empty component, which stands for any one only with \"match\": \"wildcard\"",
            "AddRealm('com.shop'): $.roles[1].name: role 'buyer' is there twice",
            "AddRealm('com.shop'): $.history[0].maxAgeSeconds: must be a whole number from 1 to 1000000000, not 1.5",
            "AddRealm('com.shop'): $.authentication.anonymous.role: there is no role 'byer'; did you mean 'buyer'?",
            "AddRealm('com.shop'): $.authentication.ticket.principals[0].tickets[0]: not a ticket hash; make one with 'hash-ticket' (a ticket in clear text is refused on purpose)",
            "AddRealm('com.empty'): $.roles: must not be empty",
            "AddRealm('com.empty'): $.authentication: must have at least one of 'anonymous', 'ticket': without a method nobody can join",
        }));
    }

    private static RealmConfigurationResult Load(params WampRealmOptions[] realms)
    {
        var loader = new RealmConfigurationLoader();
        loader.Add(realms);
        return loader.Result;
    }

    private static IEnumerable<string> FindMissing(string path, JsonTypeInfo type, IReadOnlyList<Setting> settings)
    {
        foreach (var setting in settings.Where(setting => setting.Key is not ("comment" or "$schema")))
        {
            var property = type.Properties.FirstOrDefault(property => property.Name == setting.Key);
            var at = $"{path}.{setting.Key}";
            if (property is null)
            {
                yield return at;
            }
            else if (setting.Kind is SettingKind.Object or SettingKind.ObjectList)
            {
                var inner = setting.Kind is SettingKind.Object ? property.PropertyType : property.PropertyType.GetGenericArguments()[0];
                foreach (var missing in FindMissing(at, RealmOptionsJson.Default.GetTypeInfo(inner)!, setting.Members))
                {
                    yield return missing;
                }
            }
        }
    }

    /// <summary>A realm where no property is left as it was.</summary>
    private static WampRealmOptions Filled()
    {
        var realm = new WampRealmOptions("com.shop");
        realm.AddRole("buyer").Allow("com.shop.");
        realm.AllowAnonymous("buyer");
        realm.AddPrincipal("bob", "buyer", WampTicketHash.Of("secret"));
        realm.KeepHistory("com.shop.sold");
        Fill(realm);
        return realm;
    }

    private static void Fill(object options)
    {
        foreach (var property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            if (type.IsAssignableTo(typeof(IEnumerable)) && type != typeof(string))
            {
                foreach (var item in ((IEnumerable)property.GetValue(options)!).OfType<object>().Where(item => item is not string))
                {
                    Fill(item);
                }
            }
            else if (type.Namespace == nameof(WampRouter) && type.IsClass && type != typeof(WampLogins))
            {
                if (property.GetValue(options) is null)
                {
                    property.SetValue(options, Activator.CreateInstance(type));
                }

                Fill(property.GetValue(options)!);
            }
            else if (property.CanWrite)
            {
                property.SetValue(options, type == typeof(bool) ? true
                    : type == typeof(TimeSpan) ? TimeSpan.FromSeconds(5)
                    : type.IsEnum ? Enum.GetValues(type).GetValue(0)
                    : Convert.ChangeType(5_000, type, null));
            }
        }
    }
}
