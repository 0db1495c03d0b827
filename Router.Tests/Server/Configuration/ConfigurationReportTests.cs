using Microsoft.Extensions.Configuration;
using WampRouter.Configuration;
using WampRouter.Server.Configuration;
using WampRouter.Tests.Configuration;

namespace WampRouter.Tests.Server.Configuration;

public sealed class ConfigurationReportTests
{
    [Test]
    public void Write_MistakesOfAllKinds_LooksLikeACompilersOutput()
    {
        using var directory = new RealmDirectory()
            .With("broken.json", "{\n  \"name\": \"x\"\n  \"roles\": []\n}\n")
            .With("empty.json", "")
            .With("typos.json", """
                {
                  // the realm of the shop
                  "nme": "shop",
                  "uriCheck": "lax",
                  "roles": [
                    {
                      "name": "buyer",
                      "premissions": [],
                      "permissions": [
                        { "uri": "shop..cart", "match": "prefix", "allow": { "call": "yes" } },
                        { "uri": "shop.", "macth": "prefix", "allow": { "call": true } }
                      ]
                    }
                  ],
                  "authentication": {
                    "anonymous": { "role": "byer" },
                    "ticket": { "principals": [ { "authid": "joe", "role": "buyer", "tickets": [ "secret" ] } ] }
                  },
                  "limits": { "maxSessions": -1 }
                }
                """);
        using var writer = new StringWriter { NewLine = "\n" };

        ConfigurationReport.Write(writer, directory.Load().Mistakes, directory.Path);

        Assert.That(writer.ToString(), Is.EqualTo("""
            broken.json:2:14: $: not valid JSON: a comma is missing here
            empty.json:1:1: $: not valid JSON: the file is empty
            typos.json:3:3: $.nme: unknown key 'nme'; did you mean 'name'?
            typos.json:4:15: $.uriCheck: must be one of 'loose', 'strict', not 'lax'
            typos.json:8:7: $.roles[0].premissions: unknown key 'premissions'; did you mean 'permissions'?
            typos.json:10:18: $.roles[0].permissions[0].uri: 'shop..cart' has an empty component, which stands for any one only with "match": "wildcard"
            typos.json:10:70: $.roles[0].permissions[0].allow.call: must be true or false, not a text
            typos.json:11:18: $.roles[0].permissions[1].uri: 'shop.' ends with a dot, so it is the beginning of URIs: add "match": "prefix"
            typos.json:11:27: $.roles[0].permissions[1].macth: unknown key 'macth'; did you mean 'match'?
            typos.json:16:28: $.authentication.anonymous.role: there is no role 'byer'; did you mean 'buyer'?
            typos.json:17:82: $.authentication.ticket.principals[0].tickets[0]: not a ticket hash; make one with 'hash-ticket' (a ticket in clear text is refused on purpose)
            typos.json:19:30: $.limits.maxSessions: must be a whole number from 1 to 100000000, not -1
            12 mistakes in the configuration.

            """));
    }

    [Test]
    public void Write_MoreThanAnybodyReads_IsCounted()
    {
        var mistakes = Enumerable.Repeat(new ConfigurationMistake("a.json", "wrong"), ConfigurationReport.MostShown + 7).ToArray();
        using var writer = new StringWriter { NewLine = "\n" };

        ConfigurationReport.Write(writer, mistakes, "/");

        Assert.That(writer.ToString(), Does.EndWith("a.json: wrong\n… and 7 more.\n207 mistakes in the configuration.\n"));
    }

    [Test]
    public void Explain_HostSettingsThatDoNotParse_SaysWhereAndWhat()
    {
        using var directory = new RealmDirectory().With("appsettings.json", "{ \"a\": }");

        var exception = Assert.Catch(() => new ConfigurationBuilder().AddJsonFile(Path.Combine(directory.Path, "appsettings.json")).Build());

        var mistake = ConfigurationReport.Explain(exception!);
        Assert.That(mistake!.Message, Does.Contain("appsettings.json").And.Contain("LineNumber: 0 | BytePositionInLine: 7"));
    }

    [Test]
    public void Explain_ABug_IsNotExplainedAway() => Assert.That(ConfigurationReport.Explain(new InvalidOperationException("bug")), Is.Null);
}
