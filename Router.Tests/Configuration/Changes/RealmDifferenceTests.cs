using System.Reflection;
using WampRouter.Configuration;
using WampRouter.Configuration.Changes;
using WampRouter.Realms.Settings;
using WampRouter.Tests.Storage;

namespace WampRouter.Tests.Configuration.Changes;

/// <summary>The log says what a reload has changed, in sentences that need no look at the file.</summary>
public sealed class RealmDifferenceTests
{
    private const string Before = """
        {
          "name": "shop",
          "history": [ { "uri": "com.kept" } ],
          "webhooks": {
            "deliveries": [ { "name": "sales", "topic": "com.sold", "url": "https://example.com/sold?key=hidden", "secrets": [ "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" ] } ],
            "procedures": [ { "procedure": "com.price", "url": "https://example.com/price", "secrets": [ "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" ] } ],
            "receivers": [ { "name": "pay", "topic": "com.paid", "secrets": [ "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" ] } ] },
          "roles": [
            { "name": "frontend", "permissions": [
              { "uri": "com.shop.", "match": "prefix", "allow": { "call": true, "publish": true, "subscribe": true } },
              { "uri": "com.shop.admin", "allow": { "call": true } } ] },
            { "name": "backend", "trustLevel": 1, "permissions": [] } ],
          "authentication": { "anonymous": { "role": "frontend" }, "ticket": { "principals": [
            { "authid": "ada", "role": "backend", "tickets": [ "sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=" ] } ] }, "wampcra": { "principals": [
            { "authid": "cleo", "role": "backend", "secrets": [ "first" ] } ] }, "bearer": { "principals": [
            { "authid": "ci", "role": "backend", "tokens": [ { "hash": "sha256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" } ] } ] } }
        }
        """;

    [TestCase("\"call\": true, \"publish\": true", "\"publish\": true", "role frontend may no longer call URIs that begin with com.shop.")]
    [TestCase("\"uri\": \"com.shop.admin\", \"allow\": { \"call\": true }", "\"uri\": \"com.shop.admin\", \"allow\": { \"subscribe\": true }", "role frontend may no longer call com.shop.admin|role frontend may now subscribe to com.shop.admin")]
    [TestCase("{ \"uri\": \"com.shop.admin\", \"allow\": { \"call\": true } }", "{ \"uri\": \"com.other\", \"allow\": { \"register\": true }, \"disclose\": { \"caller\": true } }",
        "role frontend may now publish to, subscribe to com.shop.admin|role frontend may now register com.other|callers with role frontend are now disclosed for com.other")]
    [TestCase("\"permissions\": [] }", "\"permissions\": [ { \"uri\": \"\", \"match\": \"prefix\", \"allow\": { \"call\": true } }, { \"uri\": \"a..b\", \"match\": \"wildcard\", \"allow\": { \"call\": true } } ] }",
        "role backend may now call any URI|role backend may now call URIs like a..b")]
    [TestCase("\"trustLevel\": 1", "\"trustLevel\": 7, \"limits\": { \"maxMessagesPerSecond\": 5 }", "the trust level of role backend is 7 instead of 1|maxMessagesPerSecond of role backend is 5 instead of not set")]
    [TestCase("{ \"role\": \"frontend\" }", "{ \"role\": \"backend\", \"loopbackOnly\": true }", "the role of anonymous clients is backend instead of frontend|anonymous clients may come from this machine only")]
    [TestCase("\"anonymous\": { \"role\": \"frontend\" }, ", "", "anonymous clients are no longer let in")]
    [TestCase("\"authid\": \"ada\", \"role\": \"backend\"", "\"authid\": \"bob\", \"role\": \"frontend\", \"loopbackOnly\": true", "user ada is gone|user bob is new, with role frontend, from this machine only")]
    [TestCase("AAA=\"", "AAE=\"", "user ada has other tickets")]
    [TestCase("{ \"hash\": \"sha256:47DE", "{ \"hash\": \"sha256:47DA", "bearer user ci has other tokens")]
    [TestCase("FU=\" }", "FU=\", \"expires\": \"2100-01-01T00:00:00Z\" }", "bearer user ci has other tokens")]
    [TestCase("FU=\" }", "FU=\", \"comment\": \"nightly\" }", "")]
    [TestCase("\"authid\": \"ci\"", "\"authid\": \"cd\"", "bearer user ci is gone|bearer user cd is new, with role backend")]
    [TestCase("\"first\"", "\"first\", \"second\"", "wampcra user cleo has other secrets")]
    [TestCase("\"authid\": \"cleo\"", "\"authid\": \"dora\"", "wampcra user cleo is gone|wampcra user dora is new, with role backend")]
    [TestCase("\"role\": \"backend\", \"secrets\"", "\"role\": \"frontend\", \"loopbackOnly\": true, \"secrets\"", "the role of wampcra user cleo is frontend instead of backend|wampcra user cleo may come from this machine only")]
    [TestCase("\"role\": \"backend\", \"tickets\"", "\"role\": \"frontend\", \"tickets\"", "the role of user ada is frontend instead of backend")]
    [TestCase("\"name\": \"shop\",", "\"name\": \"shop\", \"allowDiscloseMe\": false, \"overflow\": \"drop-events\", \"limits\": { \"maxSessions\": 5 }, \"resumption\": { \"windowSeconds\": 9 },",
        "allowDiscloseMe is false instead of true|overflow is drop-events instead of disconnect|resumption.windowSeconds is 9 instead of 60|limits.maxSessions is 5 instead of 100000")]
    [TestCase("[ { \"uri\": \"com.kept\" } ]", "[]", "the history of com.kept is no longer kept")]
    [TestCase("[ { \"uri\": \"com.kept\" } ]", "[ { \"uri\": \"com.a\" }, { \"uri\": \"com.kept\", \"limit\": 7, \"maxAgeSeconds\": 60 } ]",
        "the history of com.a is kept from now on|the history of com.kept: limit is 7 instead of 1000|the history of com.kept: maxAgeSeconds is 60 instead of not set")]
    [TestCase("\"name\": \"shop\",", "\"name\": \"shop\", \"statistics\": {},", "sessions are told of in wamp.session.on_stats")]
    [TestCase("{ \"name\": \"backend\",", "{ \"name\": \"third\" }, { \"name\": \"backend\",", "role third is new")]
    [TestCase("\"name\": \"shop\"", "\"name\": \"shop\" ", "")]
    [TestCase("\"topic\": \"com.sold\"", "\"topic\": \"com.\", \"match\": \"prefix\", \"timeoutSeconds\": 3", "webhook sales: topic is com. instead of com.sold|webhook sales: match is prefix instead of exact|webhook sales: timeoutSeconds is 3 instead of 10")]
    [TestCase("sold?key=hidden", "sold?key=other", "webhook sales has another url")]
    [TestCase("\"name\": \"sales\"", "\"name\": \"more\"", "webhook sales posts no more; what waits in its queue is kept|webhook more posts the events of com.sold from now on")]
    [TestCase("\"procedure\": \"com.price\"", "\"procedure\": \"com.cost\"", "com.price is no longer served over HTTP|com.cost is served over HTTP from now on")]
    [TestCase("\"procedure\": \"com.price\"", "\"procedure\": \"com.price\", \"concurrency\": 2", "the webhook of com.price: concurrency is 2 instead of 16")]
    [TestCase("\"name\": \"pay\"", "\"name\": \"bill\"", "receiver pay is gone|receiver bill publishes to com.paid from now on")]
    [TestCase("com.paid\", \"secrets\": [ \"whsec_M", "com.paid\", \"toleranceSeconds\": 9, \"secrets\": [ \"whsec_N", "receiver pay: toleranceSeconds is 9 instead of 300|receiver pay has other secrets")]
    public void Between_OneChange_SaysIt(string what, string by, string expected)
    {
        var after = Before.Replace(what, by, StringComparison.Ordinal);
        Assert.That(after, Is.Not.EqualTo(Before));

        var difference = RealmDifference.Between(Read(Before), Read(after));

        Assert.That(difference.Changes, Is.EqualTo(expected.Split('|', StringSplitOptions.RemoveEmptyEntries)));
        Assert.That(difference.NeedRestart, Is.Empty);
    }

    [TestCase("\"name\": \"shop\",", "\"name\": \"shop\", \"uriCheck\": \"strict\",", "uriCheck is strict instead of loose")]
    [TestCase("\"name\": \"sales\"", "\"name\": \"sales\", \"store\": \"memory\"", "the queue of webhook sales is kept in memory instead of sqlite")]
    [TestCase("\"uri\": \"com.kept\"", "\"uri\": \"com.kept\", \"store\": \"sqlite\"", "the history of com.kept is kept in sqlite instead of memory")]
    public void Between_WhatNeedsARestart_IsSaidApart(string what, string by, string expected)
    {
        var after = Read(Before.Replace(what, by, StringComparison.Ordinal));

        var difference = RealmDifference.Between(Read(Before), after);

        Assert.That((difference.Changes.Count, difference.NeedRestart.Single()), Is.EqualTo((0, expected)));
    }

    /// <summary>A setting that a reload changes in silence would be a riddle.</summary>
    [Test]
    public void Between_AnyLimit_IsSaid()
    {
        var before = Read(Before);
        foreach (var limit in typeof(RealmLimits).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite))
        {
            var limits = before.Realm.Limits with { };
            limit.SetValue(limits, 12_345);

            var difference = RealmDifference.Between(before, before with { Realm = before.Realm with { Limits = limits } });

            Assert.That(difference.Changes, Has.Count.EqualTo(1).And.One.Contains($"is 12345 instead of"), limit.Name);
        }
    }

    private static RealmConfiguration Read(string json)
    {
        using var directory = new DataDirectory();
        var path = Path.Combine(directory.Path, "shop.json");
        File.WriteAllText(path, json);
        var result = RealmConfigurationLoader.LoadFile(path);
        Assert.That(result.Mistakes, Is.Empty);
        return result.Realms.Single();
    }
}
