namespace WampRouter.Tests.Configuration;

/// <summary>What is right in a realm file and probably not meant.</summary>
public sealed class RealmNoteTests
{
    [TestCase("com.shop", "prefix", true)]
    [TestCase("com.shop.v1", "prefix", true)]
    [TestCase("com.shop.", "prefix", false)]
    [TestCase("com.shop.order_", "prefix", false, Description = "plainly meant to go on")]
    [TestCase("", "prefix", false)]
    [TestCase("wamp.session.kill", "prefix", false, Description = "the router's own URIs are known")]
    [TestCase("com.shop", "exact", false)]
    [TestCase("com..shop", "wildcard", false)]
    public void Load_EndOfAUri_IsNotedWhereItMayMatchMoreThanMeant(string uri, string match, bool isNoted)
    {
        var notes = Notes($$"""{ "name": "a", "roles": [ { "name": "r", "permissions": [ { "uri": "{{uri}}", "match": "{{match}}", "allow": {} } ] } ], "authentication": { "anonymous": { "role": "r" } } }""");

        Assert.That(notes, isNoted ? Is.EqualTo(new[] { $"a.json:1:68: $.roles[0].permissions[0].uri: also matches URIs that go on without a dot, such as '{uri}2'; what is below it begins with '{uri}.'" }) : Is.Empty);
    }

    [TestCase("com..secret", "", "prefix", true)]
    [TestCase("com..secret", "com.", "prefix", true)]
    [TestCase("com..secret", "co", "prefix", true)]
    [TestCase("com..secret", "com.a.", "prefix", false, Description = "com.b.secret is left")]
    [TestCase("com..secret", "common.", "prefix", false)]
    [TestCase("..secret", "com.", "prefix", false)]
    [TestCase("..secret", "", "prefix", true)]
    [TestCase("com..secret", "com.a.secret", "exact", false)]
    [TestCase("com.secret", "com.secret", "exact", true, Description = "a pattern without a wildcard")]
    [TestCase("com..secret", "...", "wildcard", false, Description = "the more specific of two wildcards comes first")]
    public void Load_WildcardRule_IsNotedWhereAnotherAlwaysComesFirst(string wildcard, string uri, string match, bool isNoted)
    {
        var notes = Notes($$"""
            { "name": "a", "authentication": { "anonymous": { "role": "r" } }, "roles": [ { "name": "r", "permissions": [
            { "uri": "{{wildcard}}", "match": "wildcard", "allow": {} },
            { "uri": "{{uri}}", "match": "{{match}}", "allow": { "call": true } } ] } ] }
            """).Where(note => !note.Contains("also matches", StringComparison.Ordinal)).ToArray();

        Assert.That(notes, !isNoted ? Is.Empty : Is.EqualTo(new[]
        {
            match == "exact" ? $"a.json:2:10: $.roles[0].permissions[0].uri: never decides: the rule for '{uri}' comes first, because it is exact; leave this one out"
                : $"a.json:2:10: $.roles[0].permissions[0].uri: never decides: the rule for the prefix '{uri}' covers all that it matches, and prefixes come before wildcards; let exact rules or longer prefixes say it, or take shorter ones away",
        }));
    }

    [Test]
    public void Load_WildcardRuleAndPrefixesOfOtherRoles_AreNotNoted() =>
        Assert.That(
            Notes("""
                { "name": "a", "authentication": { "anonymous": { "role": "r" }, "ticket": { "principals": [ { "authid": "joe", "role": "s", "tickets": [ "sha256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" ] } ] } },
                  "roles": [ { "name": "r", "permissions": [ { "uri": "com..x", "match": "wildcard", "allow": {} } ] }, { "name": "s", "permissions": [ { "uri": "", "match": "prefix", "allow": {} } ] } ] }
                """),
            Is.Empty);

    [Test]
    public void Load_HistoryOfAPrefixThatEndsWithinAComponent_IsNoted() =>
        Assert.That(
            Notes("""{ "name": "a", "roles": [ { "name": "r" } ], "authentication": { "anonymous": { "role": "r" } }, "history": [ { "uri": "com.a", "match": "prefix" } ] }"""),
            Has.Exactly(1).Items.And.Some.StartsWith("a.json:1:120: $.history[0].uri: also matches"));

    [Test]
    public void Load_RolesThatSomebodyAndNobodyHas_NotesTheLatter() =>
        Assert.That(
            Notes("""
                {
                  "name": "a", "roles": [ { "name": "r" }, { "name": "s" }, { "name": "t" } ],
                  "authentication": { "anonymous": { "role": "r" }, "ticket": { "principals": [ { "authid": "joe", "role": "s", "tickets": [ "sha256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" ] } ] } }
                }
                """),
            Is.EqualTo(new[] { "a.json:2:71: $.roles[2].name: nobody has this role: no user, and no anonymous session" }));

    [TestCase("frontent", "there is no role 'frontent'; did you mean 'frontend'?")]
    [TestCase("xyz", "there is no role 'xyz'; the roles here are 'frontend'")]
    public void Load_UnknownRoleBesideOneThatIsThereTwice_NamesItOnce(string role, string problem)
    {
        using var directory = new RealmDirectory().With("a.json", $$"""{ "name": "a", "roles": [ { "name": "frontend" }, { "name": "frontend" } ], "authentication": { "anonymous": { "role": "{{role}}" } } }""");

        Assert.That(directory.Mistakes(), Has.Exactly(2).Items.And.Some.EndsWith(problem));
        Assert.That(directory.Load().Notes, Is.Empty, "what is wrong comes first");
    }

    [TestCase("AAECAwQFBgcICQoLDA0ODw==", false)]
    [TestCase("salt123", true)]
    [TestCase("AAECAwQFBgcICQoLDA0O", true)]
    public void Salt_UnlikeThoseOfDecoys_IsNoted(string salt, bool isNoted)
    {
        var notes = Notes($$"""{ "name": "a", "roles": [ { "name": "r" } ], "authentication": { "wampcra": { "principals": [ { "authid": "joe", "role": "r", "salt": "{{salt}}", "secrets": [ "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" ] } ] } } }""");

        Assert.That(notes, isNoted ? Has.Length.EqualTo(1).And.One.Contains("$.authentication.wampcra.principals[0].salt: is not like those that the router makes up") : Is.Empty);
    }

    [TestCase("2020-01-01T00:00:00Z", true)]
    [TestCase("2020-01-01T00:00:00.5+02:00", true)]
    [TestCase("9999-01-01T00:00:00Z", false)]
    public void Expires_IsOver_IsNoted(string expires, bool isNoted)
    {
        var notes = Notes($$"""{ "name": "a", "roles": [ { "name": "r" } ], "authentication": { "bearer": { "principals": [ { "authid": "ci", "role": "r", "tokens": [ { "hash": "sha256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "expires": "{{expires}}" } ] } ] } } }""");

        Assert.That(notes, isNoted ? Has.Length.EqualTo(1).And.One.EndsWith("$.authentication.bearer.principals[0].tokens[0].expires: is over: nobody can log in with this token any more") : Is.Empty);
    }

    private static string[] Notes(string file)
    {
        using var directory = new RealmDirectory().With("a.json", file);
        var result = directory.Load();
        Assert.That(result.Mistakes, Is.Empty);
        return [.. result.Notes.Select(note => note.ToString().Replace(directory.Path + "/", "", StringComparison.Ordinal))];
    }
}
