using System.Globalization;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Patterns;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Realms.Broker;

/// <summary>What tests of the broker do over and over.</summary>
internal static class BrokerRig
{
    /// <summary>Subscribes and returns the subscription id. What came before it is lost, what came after it too.</summary>
    public static ulong Subscribe(this TestPeer peer, string topic, string options = "{}")
    {
        peer.Take();
        var answer = peer.Send($$"""[32,1,{{options}},"{{topic}}"]""").Take()[0];
        Assert.That(answer, Does.StartWith("[33,1,"));
        return ulong.Parse(answer.TrimEnd(']').Split(',')[2], CultureInfo.InvariantCulture);
    }

    public static ulong SubscribeTo(this TestPeer peer, string match, string pattern) => peer.Subscribe(pattern, $$"""{"match":"{{match}}"}""");

    /// <summary>Publishes one text.</summary>
    public static TestPeer Publish(this TestPeer peer, string topic, string text = "x", string options = "{}") =>
        peer.Send($$"""[16,1,{{options}},"{{topic}}",["{{text}}"]]""");

    /// <summary>The subscription ids of the EVENTs that arrived, in order.</summary>
    public static IReadOnlyList<ulong> TakeSubscriptions(this TestPeer peer) =>
        [.. peer.Take().Where(message => message.StartsWith("[36,", StringComparison.Ordinal)).Select(message => ulong.Parse(message.Split(',')[1], CultureInfo.InvariantCulture))];

    /// <summary>The text of each EVENT that arrived, in order.</summary>
    public static IReadOnlyList<string> TakeTexts(this TestPeer peer) =>
        [.. peer.Take().Where(message => message.StartsWith("[36,", StringComparison.Ordinal)).Select(message => message.TrimEnd(']', '"').Split('"')[^1])];

    public static PermissionRule Rule(string uri, MatchPolicy match, Permissions allow) => new() { Uri = uri, Match = match, Allow = allow };
}
