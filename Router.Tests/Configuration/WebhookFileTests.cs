using WampRouter.Configuration;
using WampRouter.Http.Webhooks;

namespace WampRouter.Tests.Configuration;

/// <summary>What a realm file may say of webhooks, and what is a mistake.</summary>
public sealed class WebhookFileTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Delivery = $$"""{ "name": "sales", "topic": "com.sold", "url": "https://example.com/a", "secrets": [ "{{Secret}}" ] }""";

    [Test]
    public void Read_OnlyWhatMustBe_HasTheDefaultsOfTheClass()
    {
        var read = Load($"\"deliveries\": [ {Delivery} ]").Realms.Single().Webhooks.Deliveries.Single();

        Assert.That(read, Is.EqualTo(new DeliverySettings { Name = "sales", Topic = "com.sold", Url = new Uri("https://example.com/a"), Secrets = read.Secrets }));
    }

    [Test]
    public void Read_ProceduresAndReceivers_HaveTheDefaultsOfTheirClasses()
    {
        var read = Load($$"""
            "procedures": [ { "procedure": "com.price", "url": "https://example.com/a", "secrets": [ "{{Secret}}" ] } ],
            "receivers": [ { "name": "pay", "topic": "com.paid", "secrets": [ "{{Secret}}" ] }, { "name": "hub", "topic": "com.pushed", "signature": "github", "secrets": [ "any" ] } ]
            """).Realms.Single().Webhooks;

        Assert.That(read.Procedures.Single(), Is.EqualTo(new ForwardSettings { Procedure = "com.price", Url = new Uri("https://example.com/a"), Secrets = read.Procedures[0].Secrets }));
        Assert.That(read.Receivers[0], Is.EqualTo(new ReceiverSettings { Name = "pay", Topic = "com.paid", Secrets = read.Receivers[0].Secrets }));
        Assert.That(read.Receivers[1].Signature, Is.EqualTo(SignatureScheme.Github));
    }

    [TestCase("https://example.com/a", "example.com/a", "url: must be a URL such as 'https://example.com/hook'")]
    [TestCase("https://example.com/a", "ftp://example.com/a", "url: must be a URL such as 'https://example.com/hook'")]
    [TestCase("https://example.com/a", "https://me:secret@example.com/a", "url: must have no user name or password in it")]
    [TestCase("https://example.com/a", "https://example.com/a#b", "url: must have no '#' in it")]
    [TestCase("\"name\": \"sales\"", "\"name\": \"a/b\"", "name: 'a/b' is not valid: letters, digits")]
    [TestCase("\"name\": \"sales\"", "\"name\": \"..\"", "name: '..' is not valid")]
    [TestCase("com.sold", "com. sold", "topic: 'com. sold' is not valid")]
    [TestCase("com.sold", "wamp.nothing", "topic: nothing is ever published to 'wamp.nothing'")]
    [TestCase(Secret, "whsec_AAAA", "secrets[0]: must be 'whsec_' and 24 to 64 random bytes in Base64")]
    [TestCase($"[ \"{Secret}\" ]", "[]", "secrets: must not be empty")]
    [TestCase("\"name\": \"sales\"", "\"name\": \"sales\", \"concurrency\": 0", "concurrency: must be a whole number from 1 to 10000, not 0")]
    [TestCase("\"name\": \"sales\"", "\"name\": \"sales\", \"retryforSeconds\": 0", "unknown key 'retryforSeconds'; did you mean 'retryForSeconds'?")]
    public void Read_Mistake_IsTold(string what, string by, string mistake)
    {
        var mistakes = Load($"\"deliveries\": [ {Delivery.Replace(what, by, StringComparison.Ordinal)} ]").Mistakes;

        Assert.That(mistakes.Select(found => found.ToString()), Has.One.Contains(mistake).And.None.Contains("whsec_M").And.None.Contains("whsec_A"));
    }

    [Test]
    public void Read_SameTwice_IsTold()
    {
        var mistakes = Load($$"""
            "deliveries": [ {{Delivery}}, {{Delivery}} ],
            "procedures": [ { "procedure": "com.a", "url": "https://a", "secrets": [ "{{Secret}}" ] }, { "procedure": "com.a", "url": "https://b", "secrets": [ "{{Secret}}" ] }, { "procedure": "com.a", "match": "prefix", "url": "https://b", "secrets": [ "{{Secret}}" ] } ]
            """).Mistakes;

        Assert.That(mistakes, Has.Count.EqualTo(2));
    }

    [TestCase("\"procedures\": [ { \"procedure\": \"wamp.a\", \"url\": \"https://a\", \"secrets\": [ \"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\" ] } ]")]
    [TestCase("\"receivers\": [ { \"name\": \"a\", \"topic\": \"wamp.a\", \"secrets\": [ \"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\" ] } ]")]
    public void Read_UriOfTheRouter_IsAMistake(string webhooks) => Assert.That(Load(webhooks).Mistakes.Single().ToString(), Does.Contain("'wamp.a' is not valid: what begins with 'wamp.' is the router's own"));

    [TestCase("http://example.com/a", 1)]
    [TestCase("http://10.0.0.1/a", 1)]
    [TestCase("http://127.0.0.1:8080/a", 0)]
    [TestCase("http://[::1]/a", 0)]
    [TestCase("http://localhost/a", 0)]
    [TestCase("https://example.com/a", 0)]
    public void Read_UrlWithoutTls_IsNotedWhereOthersCanRead(string url, int notes) =>
        Assert.That(Load($"\"deliveries\": [ {Delivery.Replace("https://example.com/a", url, StringComparison.Ordinal)} ]").Notes.Count(note => note.Path == "$.webhooks.deliveries[0].url"), Is.EqualTo(notes));

    [Test]
    public void Read_RoleOfWebhooks_IsNotTakenForUnused()
    {
        using var directory = new RealmDirectory();
        var roles = """{ "name": "a" }, { "name": "webhooks" }""";
        string File(string webhooks) => $$"""{ "name": "shop", "roles": [ {{roles}} ], "authentication": { "anonymous": { "role": "a" } }, "webhooks": { {{webhooks}} } }""";

        Assert.That(directory.With("a.json", File($"\"deliveries\": [ {Delivery} ]")).Load().Notes, Is.Empty);
        Assert.That(directory.With("a.json", File("")).Load().Notes, Has.Count.EqualTo(1));
    }

    private static RealmConfigurationResult Load(string webhooks)
    {
        using var directory = new RealmDirectory();
        return directory.With("a.json", $$"""{ "name": "shop", "roles": [ { "name": "a" } ], "authentication": { "anonymous": { "role": "a" } }, "webhooks": { {{webhooks}} } }""").Load();
    }
}
