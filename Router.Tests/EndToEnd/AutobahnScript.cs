using System.Text.Json.Nodes;
using WampRouter.Client;

namespace WampRouter.Tests.EndToEnd;

/// <summary>
/// npm's <c>autobahn</c> in node: sessions in the serializer under test and neighbours in another. One script runs once for all tests of a fixture;
/// each of them looks at one thing it has seen.
/// </summary>
/// <param name="build">The router in this form.</param>
/// <param name="serializer">What the sessions under test speak.</param>
/// <param name="neighbour">What the other side speaks.</param>
/// <param name="script">The script in the folder <c>node</c>.</param>
public abstract class AutobahnScript(RouterBuild build, WampSerializer serializer, WampSerializer neighbour, string script) : RunningRouter(build, LabRealm.WriteTo)
{
    /// <summary>What the script has seen.</summary>
    protected JsonNode Seen { get; private set; } = new JsonObject();

    protected WampSerializer Neighbour => neighbour;

    protected string SerializerName => Name(serializer);

    protected string NeighbourName => Name(neighbour);

    public static IEnumerable<TestFixtureData> Fixtures() =>
        from build in Enum.GetValues<RouterBuild>()
        from pair in new[]
        {
            (WampSerializer.Json, WampSerializer.MessagePack),
            (WampSerializer.MessagePack, WampSerializer.Cbor),
            (WampSerializer.Cbor, WampSerializer.Json),
        }
        select new TestFixtureData(build, pair.Item1, pair.Item2);

    [OneTimeSetUp]
    public async Task RunScript() => Seen = await RunAsync();

    private protected virtual Task<JsonNode> RunAsync() => Script.RunAsync(script, Router.WebSocket.AbsoluteUri, SerializerName, NeighbourName);

    private protected void Expect(string member, string json) => AssertJson.AreEqual(Seen[member], JsonNode.Parse(json));

    private protected void ExpectRefusal(string member, string error) => Expect(member, $$"""{"error": "{{error}}", "explained": true}""");

    private static string Name(WampSerializer serializer) => serializer switch
    {
        WampSerializer.Json => "json",
        WampSerializer.MessagePack => "msgpack",
        _ => "cbor",
    };
}
