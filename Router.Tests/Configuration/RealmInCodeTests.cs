using System.Collections;
using System.Reflection;
using System.Text.Json.Serialization;
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
    public void AddPrincipal_OfPassword_IsAUserWithADerivedSecret()
    {
        var realm = new WampRealmOptions("com.shop");
        realm.AddRole("buyer");
        realm.AddPrincipal(WampCraPrincipalOptions.OfPassword("alice", "buyer", "a password", iterations: 1_000));

        var (mistakes, notes) = (Load(realm).Mistakes, Load(realm).Notes);
        var user = Load(realm).Realms.Single().Sessions.Authentication.Find<WampRouter.Sessions.Authentication.WampCraSettings>()!.Principals["alice"];

        Assert.That((mistakes.Count, notes.Count, user.Role, user.Salting!.Iterations), Is.EqualTo((0, 0, "buyer", 1_000)));
        Assert.That(user.Secrets, Is.EqualTo(new[] { WampRouter.Sessions.Authentication.WampCraSecret.Derive("a password", user.Salting) }));
        Assert.That(realm.ToJson(), Does.Not.Contain("a password"));
        Assert.That(() => WampCraPrincipalOptions.OfPassword("alice", "buyer", ""), Throws.ArgumentException);
        Assert.That(() => WampCraPrincipalOptions.OfPassword("alice", "buyer", "x", 999), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void AddPrincipal_BearerTokens_IsAUserWithTheirHashes()
    {
        var (first, second, until) = (WampBearerToken.New(), WampBearerToken.New(), new DateTimeOffset(2100, 1, 1, 0, 0, 0, 500, TimeSpan.FromHours(2)));
        var realm = new WampRealmOptions("com.shop");
        realm.AddRole("buyer");
        var principal = new WampBearerPrincipalOptions("ci", "buyer", first.Hash);
        principal.Tokens.Add(new WampBearerTokenOptions(second.Hash) { Expires = until });
        realm.AddPrincipal(principal);

        var loaded = Load(realm);
        var user = loaded.Realms.Single().Sessions.Authentication.Find<WampRouter.Sessions.Authentication.BearerSettings>()!.Principals["ci"];

        Assert.That((loaded.Mistakes.Count, loaded.Notes.Count, user.Role), Is.EqualTo((0, 0, "buyer")));
        Assert.That(user.Tokens.Select(token => (token.Hash.ToString(), token.Expires)), Is.EqualTo(new[] { (first.Hash, null), (second.Hash, (DateTimeOffset?)until) }));
        Assert.That(user.Tokens[0].Hash.Matches(System.Text.Encoding.UTF8.GetBytes(first.Token)), Is.True);
        Assert.That(first.ToString(), Does.Not.Contain(first.Token));
    }

    [Test]
    public void PropertyOf_EveryKey_IsThePropertyThatIsWrittenSo()
    {
        foreach (var type in RealmTypes(RealmOptionsJson.Default.WampRealmOptions))
        {
            Assert.That(
                type.Properties.Where(property => property.Get is not null).Select(property => CodeWords.PropertyOf(property.Name)),
                Is.EquivalentTo(type.Type.GetProperties().Where(property => property.GetCustomAttribute<JsonIgnoreAttribute>() is null).Select(property => property.Name)),
                type.Type.Name);
        }
    }

    [Test]
    public void Add_NullInAnyList_IsAMistakeThatNamesTheList()
    {
        var realm = Filled();
        var paths = new List<string>();
        AddNulls(realm, "", paths);

        Assert.That(paths, Has.Count.AtLeast(5));
        Assert.That(
            Load(realm).Mistakes.Where(mistake => mistake.Message == "must not be null").Select(mistake => mistake.Path![..mistake.Path!.LastIndexOf('[')]),
            Is.EquivalentTo(paths));
    }

    [Test]
    [CancelAfter(60_000)]
    public void Allow_AHundredThousandRules_TakesNoLongerForTheLastThanForTheFirst(CancellationToken cancellationToken)
    {
        const int Count = 100_000;
        var realm = new WampRealmOptions("com.shop");
        var role = realm.AddRole("buyer");
        for (var i = 0; i < Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            role.Allow($"com.shop.item{i}", call: true);
            role.Allow($"com.shop.item{i}", subscribe: true);
        }

        realm.AllowAnonymous("buyer");

        Assert.That(role.Permissions, Has.Count.EqualTo(Count));
        Assert.That(Load(realm).Realms.Single().Realm.Roles.Single().Permissions, Has.Count.EqualTo(Count).And.All.Property("Allow").EqualTo(Permissions.Call | Permissions.Subscribe));
    }

    [Test]
    public void Allow_RulesAreChangedByHand_StillFindsThem()
    {
        var role = new WampRoleOptions("buyer");
        role.Allow("a", call: true).Allow("b", call: true).Allow("c", call: true);
        role.Permissions.RemoveAt(0);
        role.Permissions[0] = new WampPermissionOptions("d");
        role.Permissions[1].Match = WampUriMatch.Prefix;
        role.Permissions.Insert(0, new WampPermissionOptions("e"));

        role.Allow("a", publish: true).Allow("b", publish: true).Allow("c", WampUriMatch.Prefix, publish: true).Allow("d", publish: true).Allow("e", publish: true);

        Assert.That(
            role.Permissions.Select(rule => $"{rule.Uri} {rule.Match ?? WampUriMatch.Exact} {rule.Allow.Call} {rule.Allow.Publish}"),
            Is.EqualTo(new[] { "e Exact False True", "d Exact False True", "c Prefix True True", "a Exact False True", "b Exact False True" }));
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

    private static IEnumerable<JsonTypeInfo> RealmTypes(JsonTypeInfo type)
    {
        if (type.Kind == JsonTypeInfoKind.Enumerable)
        {
            return RealmTypes(RealmOptionsJson.Default.GetTypeInfo(type.ElementType!)!);
        }

        return type.Kind == JsonTypeInfoKind.Object ? type.Properties.SelectMany(property => RealmTypes(RealmOptionsJson.Default.GetTypeInfo(property.PropertyType)!)).Prepend(type) : [];
    }

    /// <summary>Puts a null into every list, and tells their paths.</summary>
    private static void AddNulls(object options, string path, List<string> paths)
    {
        foreach (var property in options.GetType().GetProperties())
        {
            var (value, at) = (property.GetValue(options), path.Length == 0 ? property.Name : $"{path}.{property.Name}");
            if (value is IList list)
            {
                foreach (var item in list.OfType<object>().Where(item => item is not string))
                {
                    var name = (item.GetType().GetProperty("Name") ?? item.GetType().GetProperty("AuthId"))?.GetValue(item);
                    AddNulls(item, name is null ? $"{at}[0]" : $"{at}[\"{name}\"]", paths);
                }

                list.Add(null);
                paths.Add(at);
            }
            else if (value?.GetType() is { Namespace: nameof(WampRouter), IsClass: true } type && type != typeof(WampLogins))
            {
                AddNulls(value, at, paths);
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
        realm.AddPrincipal(new WampCraPrincipalOptions("alice", "buyer", "secret"));
        realm.AddPrincipal(new WampBearerPrincipalOptions("ci", "buyer", WampBearerToken.New().Hash));
        realm.KeepHistory("com.shop.sold");
        realm.PostEvents("sales", "com.shop.sold", "https://example.com/sold", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        realm.PostCalls("com.shop.price", "https://example.com/price", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        realm.ReceiveEvents("pay", "com.shop.paid", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        Fill(realm);
        realm.Webhooks.Procedures[0].Timeout = TimeSpan.FromSeconds(7);
        realm.Authentication.WampCra!.Principals[0].KeyLength = 32;     // no other number is as small
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
                    : type == typeof(DateTimeOffset) ? new DateTimeOffset(2100, 1, 1, 0, 0, 0, 500, TimeSpan.FromHours(2))
                    : type.IsEnum ? Enum.GetValues(type).GetValue(0)
                    : Convert.ChangeType(5_000, type, null));
            }
        }
    }
}
