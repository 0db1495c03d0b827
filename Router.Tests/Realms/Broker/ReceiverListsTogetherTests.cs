using System.Text;
using WampRouter.Realms;
using WampRouter.Realms.Events;
using WampRouter.Realms.Peers;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Realms.Broker;

/// <summary>Lists that agree and lists that disagree: whoever a single one keeps out is kept out (<c>rfc/text/advanced/pubsub_subscriber_blackwhite_listing.md</c>).</summary>
public sealed class ReceiverListsTogetherTests
{
    private static readonly MemberIdentity Joe = new(1, "joe", "staff", "test", "static");

    // Each list in every state that matters for joe: not there, empty, with him, with others only, with both.
    private static readonly (string Key, string?[] Lists, bool IsWhite)[] Lists =
    [
        ("exclude", [null, "[]", "[1]", "[2]"], false),
        ("eligible", [null, "[]", "[1]", "[2]", "[2,1]"], true),
        ("exclude_authid", [null, "[]", """["joe"]""", """["ann"]"""], false),
        ("eligible_authid", [null, "[]", """["joe"]""", """["ann"]""", """["ann","joe"]"""], true),
        ("exclude_authrole", [null, "[]", """["staff"]""", """["boss"]"""], false),
        ("eligible_authrole", [null, "[]", """["staff"]""", """["boss"]""", """["boss","staff"]"""], true),
    ];

    [Test]
    [Shows("bwlist.all-hold")]
    public void Admits_AnyListsTogether_OnlyWhomEachOfThemAdmits()
    {
        var wrong = new List<string>();
        Try(0, [], expected: true);

        Assert.That(wrong, Is.Empty);

        void Try(int index, List<string> options, bool expected)
        {
            if (index == Lists.Length)
            {
                var json = $"{{{string.Join(',', options)}}}";
                if (Read(json).Admits(Joe) != expected || ReceiverFilterAfterStorage(json) != ExpectedOfPrincipal(options))
                {
                    wrong.Add(json);
                }

                return;
            }

            var (key, lists, isWhite) = Lists[index];
            foreach (var list in lists)
            {
                var holdsHim = list is not null && (list.Contains('1', StringComparison.Ordinal) || list.Contains("joe", StringComparison.Ordinal) || list.Contains("staff", StringComparison.Ordinal));
                Try(index + 1, list is null ? options : [.. options, $"\"{key}\":{list}"], expected && (list is null || holdsHim == isWhite));
            }
        }
    }

    [TestCase("""{"eligible_authid":["joe"],"eligible_authrole":["boss"]}""", "")]
    [TestCase("""{"eligible_authid":["joe","ann"],"eligible_authrole":["boss"]}""", "ann")]
    [TestCase("""{"eligible_authid":["joe"],"eligible_authrole":["staff"]}""", "joe")]
    [TestCase("""{"eligible_authrole":["staff","boss"],"eligible_authid":[]}""", "")]
    [Shows("bwlist.all-hold")]
    public void Publish_EligibleByNameAndByRole_ReachesWhoIsBoth(string options, string receivers)
    {
        var realm = new Realm(TestRouter.OpenRealm with { Roles = [.. new[] { "staff", "boss" }.Select(name => TestRouter.OpenRealm.Roles[0] with { Name = name })] });
        BrokerMember[] subscribers = [new(realm, "joe", "staff"), new(realm, "jim", "staff"), new(realm, "ann", "boss")];
        foreach (var subscriber in subscribers)
        {
            subscriber.Subscribe("com.topic");
        }

        new BrokerMember(realm, "sue", "boss").Publish("com.topic", "x", options);

        Assert.That(string.Join(' ', subscribers.Where(subscriber => subscriber.Texts.Count == 1).Select(subscriber => subscriber.Member.Identity.AuthId)), Is.EqualTo(receivers));
    }

    private static ReceiverFilter Read(string json)
    {
        var filter = new ReceiverFilter();
        var options = new DictionaryReader(WireFormat.Json, Encoding.UTF8.GetBytes(json));
        while (options.TryReadNext(out var key, out var value))
        {
            Assert.That(filter.Take(key, value), Is.Null);
        }

        return filter;
    }

    /// <summary>What is kept with a stored event, asked again.</summary>
    private static bool ReceiverFilterAfterStorage(string json) => ReceiverFilter.Decode(Read(json).EncodePrincipals()).Admits(Joe);

    /// <summary>Lists of sessions are not kept: what they say does not count later.</summary>
    private static bool ExpectedOfPrincipal(List<string> options) =>
        options.Where(option => option.Contains("auth", StringComparison.Ordinal)).All(option =>
            (option.Contains("joe", StringComparison.Ordinal) || option.Contains("staff", StringComparison.Ordinal)) == option.StartsWith("\"el", StringComparison.Ordinal));
}
