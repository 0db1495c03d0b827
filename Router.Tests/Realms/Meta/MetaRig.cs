using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Settings;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Realms.Meta;

/// <summary>What tests of the router's own procedures and topics do over and over.</summary>
internal static class MetaRig
{
    /// <summary>Calls a procedure and returns the answer, which is the only message that came.</summary>
    public static string Call(this TestPeer peer, string procedure, string payload = "")
    {
        peer.Take();
        return peer.Send($$"""[48,7,{},"{{procedure}}"{{(payload.Length == 0 ? "" : ",")}}{{payload}}]""").Take().Single();
    }

    /// <summary>Calls a procedure and returns its one result.</summary>
    public static JToken CallFor(this TestPeer peer, string procedure, string payload = "")
    {
        var result = Parse(peer.Call(procedure, payload));
        Assert.That((int)result[0]!, Is.EqualTo(50), result.ToString());
        return result[3]![0]!;
    }

    /// <summary>The arguments of the EVENTs that came, in order, each as compact JSON.</summary>
    public static IReadOnlyList<string> TakeEvents(this TestPeer peer) => [.. peer.Take().Select(Parse).Where(message => (int)message[0]! == 36).Select(message => message[4]!.ToString(Formatting.None))];

    /// <summary>A session and the id it was given.</summary>
    public static (TestPeer Peer, ulong Session) JoinNamed(this TestRouter router)
    {
        var peer = router.Connect();
        return (peer, peer.Join());
    }

    /// <summary>The open realm, with rules of its own for some URIs.</summary>
    public static RealmSettings With(params PermissionRule[] rules) => TestRouter.OpenRealm with
    {
        Roles = [TestRouter.OpenRealm.Roles[0] with { Permissions = [.. TestRouter.OpenRealm.Roles[0].Permissions, .. rules] }],
    };

    private static JArray Parse(string message) => JArray.Parse(message);
}
