using WampRouter.Client;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.EndToEnd;

/// <summary>A disk that is full while the router runs, and has room again later.</summary>
[Category("EndToEnd")]
[TestFixture(RouterBuild.Dotnet)]
[TestFixture(RouterBuild.NativeAot)]
public sealed class FullDiskTests(RouterBuild build)
{
    private const int MostEvents = 200;
    private const ulong RoomInBytes = 1024 * 1024;       // less than SQLite lets its log grow before it makes room by itself
    private const string Realm = "durable";
    private const string Topic = "com.example.log.a";

    private const string RealmFile = """
        {
          "name": "durable",
          "roles": [ { "name": "anonymous", "permissions": [ { "uri": "", "match": "prefix", "allow": { "call": true, "publish": true, "subscribe": true } } ] } ],
          "authentication": { "anonymous": { "role": "anonymous" } },
          "history": [ { "uri": "com.example.log.", "match": "prefix", "store": "sqlite" } ]
        }
        """;

    private static readonly string Text = new('x', 20_000);

    [Test]
    public async Task Disk_IsFullForAWhile_PublishersAreToldAndTheRouterGoesOnWithoutARestart()
    {
        await using var router = await RouterProcess.StartAsync(build, directory => File.WriteAllText(Path.Combine(directory, "config", "realms", $"{Realm}.json"), RealmFile));
        await using var client = await router.JoinAsync(Realm);
        router.LimitFileSize(RoomInBytes);

        List<int> kept = [];
        var next = 0;
        while (next < MostEvents && await IsKeptAsync(client, next))
        {
            kept.Add(next++);
        }

        Assert.That(next, Is.LessThan(MostEvents), "an event for which there is no room");
        await router.PrintedAsync(@"history\.db takes no events: .*ulimit -f.*publishers who wait for an acknowledgement are told");
        next++;

        router.LimitFileSize(null);
        Assert.That(await IsKeptAsync(client, next), Is.True, "the first event after there is room again");
        kept.Add(next);

        await router.PrintedAsync(@"takes events again; 1 were lost");
        var stored = await client.GetEventsAsync("com.example.log.", new WampHistoryQuery { Match = WampMatch.Prefix, Limit = MostEvents }).Soon();
        Assert.That(stored.Select(one => one.Event.Arguments.Get<int>(0)), Is.EqualTo(kept), "what is in the history is what was acknowledged");
    }

    private static async Task<bool> IsKeptAsync(WampClient client, int number)
    {
        try
        {
            await client.PublishAcknowledgedAsync(Topic, [number, Text]).WaitAsync(TimeSpan.FromSeconds(30));
            return true;
        }
        catch (WampException refused) when (refused.ErrorUri == "wamp.error.published_not_stored")
        {
            return false;
        }
    }
}
