using System.Globalization;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Realms.Dealer;

/// <summary>What the tests of the dealer do again and again.</summary>
internal static class DealerRig
{
    /// <summary>HELLO.Details of a session that announces these features as a callee, and these as a caller.</summary>
    public static string Announcing(string callee, string caller = "") =>
        $$"""{"roles":{"caller":{"features":{ {{Features(caller)}} } },"callee":{"features":{ {{Features(callee)}} } } } }""";

    /// <summary>Registers and returns the registration id.</summary>
    public static ulong Register(this TestPeer peer, string procedure, string options = "", int request = 1)
    {
        var answer = peer.Send($$"""[64,{{request}},{{{options}}},"{{procedure}}"]""").Take()[^1];
        Assert.That(answer, Does.StartWith($"[65,{request},"));
        return ulong.Parse(answer.TrimEnd(']').Split(',')[2], CultureInfo.InvariantCulture);
    }

    public static TestPeer Call(this TestPeer peer, int request, string procedure = "com.procedure", string options = "", string payload = "") =>
        peer.Send($$"""[48,{{request}},{{{options}}},"{{procedure}}"{{(payload.Length > 0 ? "," : "")}}{{payload}}]""");

    /// <summary>The only message that came, split into its elements.</summary>
    public static Newtonsoft.Json.Linq.JArray TakeOne(this TestPeer peer) => Newtonsoft.Json.Linq.JArray.Parse(peer.Take().Single());

    private static string Features(string names) => string.Join(',', names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => $"\"{name}\":true"));
}
